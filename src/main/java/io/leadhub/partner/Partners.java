package io.leadhub.partner;

import io.leadhub.attribution.PartnerDirectory;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The table of partners and their Telegram chats. */
@Component("partners")
public class Partners implements PartnerDirectory {

  /** More words than that are no message but an attempt to make us search. */
  private static final int MOST_CANDIDATES = 500;

  private final JdbcTemplate jdbc;

  Partners(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public List<Entry> byCodes(List<String> codes) {
    List<String> asked = codes.subList(0, Math.min(codes.size(), MOST_CANDIDATES));
    if (asked.isEmpty()) {
      return List.of();
    }
    String sql =
        "select id, code from partners where active and code in ("
            + String.join(", ", Collections.nCopies(asked.size(), "?"))
            + ")";
    return jdbc.query(
        sql, (row, index) -> new Entry(row.getLong("id"), row.getString("code")), asked.toArray());
  }

  /**
   * @return the chats to tell, none for a null id; 64-bit ids, negative for groups
   */
  public List<Long> chats(Long partnerId) {
    return jdbc.queryForList(
        "select chat_id from partner_chats where partner_id = ? order by id",
        Long.class,
        partnerId);
  }

  /**
   * @throws DuplicateKeyException when the code is taken
   */
  @Transactional
  public long create(
      String code, String name, String locale, String timeZone, Long telegramChatId) {
    Long id =
        jdbc.queryForObject(
            "insert into partners (code, name, locale, time_zone) values (?, ?, ?, ?) returning id",
            Long.class,
            code.toUpperCase(Locale.ROOT),
            name,
            locale,
            timeZone);
    if (telegramChatId != null) {
      jdbc.update(
          "insert into partner_chats (partner_id, chat_id) values (?, ?)", id, telegramChatId);
    }
    return id;
  }
}
