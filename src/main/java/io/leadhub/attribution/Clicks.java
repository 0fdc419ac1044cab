package io.leadhub.attribution;

import io.leadhub.attribution.ClickGuess.Click;
import io.leadhub.attribution.ClickGuess.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The table of clicks, as far as they may tell whose a lead is: those on links of partners. */
@Component
class Clicks {

  /** Among so many a guess would be worth nothing, and all of them would be held. */
  private static final int MOST = 500;

  private final JdbcTemplate jdbc;

  Clicks(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** The clicks with these references, by reference. */
  Map<String, Click> of(Collection<String> references, Map<Long, PartnerDirectory.Entry> partners) {
    Map<String, Click> found = new HashMap<>();
    if (!references.isEmpty()) {
      jdbc
          .query(
              """
              select id, reference, partner_id, language, country, at from clicks
              where reference in (%s)
              """
                  .formatted(String.join(", ", Collections.nCopies(references.size(), "?"))),
              (row, index) -> click(row, partners),
              references.toArray())
          .stream()
          .filter(Objects::nonNull)
          .forEach(click -> found.put(click.reference(), click));
    }
    return found;
  }

  /**
   * The clicks of these times that led to no lead yet. Holds their rows until the transaction ends,
   * so that no two messages are guessed to come of one click; waits for whoever holds them, since
   * without theirs a guess between two partners would look like one of one. All who hold some take
   * them by their ids, so that no two wait for each other.
   *
   * @return none where one of the times has more than {@value #MOST}
   */
  @Transactional(propagation = Propagation.MANDATORY)
  List<Click> lockThoseWithoutLead(
      List<Window> windows, Map<Long, PartnerDirectory.Entry> partners) {
    Set<Long> ids = new HashSet<>();
    for (Window window : windows) {
      List<Long> found =
          jdbc.queryForList(
              """
              select id from clicks
              where at >= ? and at <= ? and lead_id is null and partner_id is not null
              limit ?
              """,
              Long.class,
              window.from(),
              window.until(),
              MOST + 1);
      if (found.size() > MOST) {
        return List.of();
      }
      ids.addAll(found);
    }
    return ids.isEmpty() ? List.of() : lock(ids, partners);
  }

  private List<Click> lock(Set<Long> ids, Map<Long, PartnerDirectory.Entry> partners) {
    return jdbc
        .query(
            """
            select id, reference, partner_id, language, country, at
            from clicks force index (primary)
            where id in (%s) and lead_id is null and partner_id is not null
            order by id
            for update
            """
                .formatted(String.join(", ", Collections.nCopies(ids.size(), "?"))),
            (row, index) -> click(row, partners),
            ids.toArray())
        .stream()
        .filter(Objects::nonNull)
        .toList();
  }

  /** Null where the partner is not active any more. */
  private static Click click(ResultSet row, Map<Long, PartnerDirectory.Entry> partners)
      throws SQLException {
    PartnerDirectory.Entry partner = partners.get(row.getLong("partner_id"));
    return partner == null
        ? null
        : new Click(
            row.getLong("id"),
            row.getString("reference"),
            partner,
            row.getString("language"),
            row.getString("country"),
            row.getObject("at", Instant.class));
  }
}
