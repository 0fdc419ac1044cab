package io.leadhub.partner;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.attribution.PartnerDirectory;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The table of partners and their Telegram chats. */
@Component("partners")
public class Partners implements PartnerDirectory {

  private final JdbcTemplate jdbc;
  private final ObjectMapper json;

  Partners(JdbcTemplate jdbc, ObjectMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  @Override
  public Map<String, Entry> byCodes(Collection<String> codes) {
    Map<String, Entry> found = new HashMap<>();
    if (!codes.isEmpty()) {
      jdbc.query(
          """
          select asked.code as asked, p.id, p.code
          from json_table(?, '$[*]' columns (code varchar(32) path '$')) as asked
          join partners p on p.code = asked.code collate utf8mb4_unicode_ci
          where p.active
          """,
          row -> {
            found.put(row.getString("asked"), new Entry(row.getLong("id"), row.getString("code")));
          },
          json.valueToTree(codes).toString());
    }
    return found;
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
