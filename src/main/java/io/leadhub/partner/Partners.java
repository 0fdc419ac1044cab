package io.leadhub.partner;

import io.leadhub.attribution.PartnerDirectory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The table of partners and their Telegram chats. */
@Component("partners")
public class Partners implements PartnerDirectory {

  /** Two changes at once may be committed in another order than their times tell. */
  private static final Duration LONGEST_UNSEEN = Duration.ofSeconds(10);

  private record Version(long count, Instant lastChange) {}

  private record Snapshot(Version version, List<Entry> active, long readAt) {
    boolean isOld() {
      return System.nanoTime() - readAt > LONGEST_UNSEEN.toNanos();
    }
  }

  private final JdbcTemplate jdbc;
  private volatile Snapshot snapshot;

  Partners(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Read again when a partner was added or changed, by whomever. */
  @Override
  public List<Entry> active() {
    Snapshot now = snapshot;
    Version version = version();
    if (now == null || !now.version.equals(version) || now.isOld()) {
      now = new Snapshot(version, read(now), System.nanoTime());
      snapshot = now;
    }
    return now.active;
  }

  private Version version() {
    return jdbc.queryForObject(
        "select count(*), max(updated_at) from partners",
        (row, index) -> new Version(row.getLong(1), row.getObject(2, Instant.class)));
  }

  /** The list before, where nothing in it changed. */
  private List<Entry> read(Snapshot before) {
    List<Entry> active =
        jdbc.query(
            "select id, code, name, locale, phone from partners where active order by id",
            (row, index) ->
                new Entry(
                    row.getLong("id"),
                    row.getString("code"),
                    row.getString("name"),
                    row.getString("locale"),
                    row.getString("phone")));
    return before != null && before.active.equals(active) ? before.active : List.copyOf(active);
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
}
