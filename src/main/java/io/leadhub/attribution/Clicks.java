package io.leadhub.attribution;

import io.leadhub.attribution.ClickGuess.Click;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The table of clicks, as far as they may tell whose a lead is: those on links of partners. */
@Component
class Clicks {

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
   * The clicks of that time that led to no lead yet. Holds their rows until the transaction ends,
   * so that no two messages are guessed to come of one click; waits for whoever holds them, since
   * without theirs a guess between two partners would look like one of one.
   */
  @Transactional(propagation = Propagation.MANDATORY)
  List<Click> lockThoseWithoutLead(
      Instant from, Instant until, Map<Long, PartnerDirectory.Entry> partners) {
    return jdbc
        .query(
            """
            select id, reference, partner_id, language, country, at from clicks
            where at >= ? and at <= ? and lead_id is null and partner_id is not null
            order by at, id
            for update
            """,
            (row, index) -> click(row, partners),
            from,
            until)
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
