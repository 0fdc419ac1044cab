package io.leadhub.partner;

import io.leadhub.attribution.PartnerDirectory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The table of partners and their Telegram chats. */
@Component("partners")
public class Partners implements PartnerDirectory {

  private static final Logger log = LoggerFactory.getLogger(Partners.class);

  /** Two changes at once may be committed in another order than their times tell. */
  private static final Duration LONGEST_UNSEEN = Duration.ofSeconds(10);

  private record Version(long count, Instant lastChange) {}

  private record Snapshot(Version version, List<Entry> all, long readAt) {
    boolean isOld() {
      return System.nanoTime() - readAt > LONGEST_UNSEEN.toNanos();
    }
  }

  /** So long a database that did not answer is not asked again: each question may take seconds. */
  private static final Duration REST = Duration.ofSeconds(5);

  private final JdbcTemplate jdbc;
  private final AtomicReference<Instant> asksAgainAt = new AtomicReference<>(Instant.MIN);
  private volatile Snapshot snapshot;

  Partners(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Links work from the first moment, should the database go away in the next. */
  @EventListener(ApplicationStartedEvent.class)
  void remember() {
    all();
  }

  /**
   * Read again when a partner was added or changed, by whomever. While the database does not
   * answer, the list as it last was; but not to whoever decides in a transaction.
   */
  @Override
  public List<Entry> all() {
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      return asOfNow(snapshot);
    }
    Snapshot now = snapshot;
    Instant asksAgain = asksAgainAt.get();
    boolean isResting = now != null && Instant.now().isBefore(asksAgain);
    // After the rest one asks, and the others do not wait with it.
    if (isResting || !takesItsTurn(now, asksAgain)) {
      return now.all;
    }
    try {
      List<Entry> all = asOfNow(now);
      asksAgainAt.set(Instant.MIN);
      return all;
    } catch (DataAccessException e) {
      if (now == null) {
        throw e;
      }
      if (asksAgain.equals(Instant.MIN)) {
        log.warn("The database does not answer; partners are known as they last were.");
      }
      asksAgainAt.set(Instant.now().plus(REST));
      return now.all;
    }
  }

  private List<Entry> asOfNow(Snapshot last) {
    Version version = version();
    if (last != null && last.version.equals(version) && !last.isOld()) {
      return last.all;
    }
    Snapshot now = new Snapshot(version, read(last), System.nanoTime());
    snapshot = now;
    return now.all;
  }

  /** Everybody's turn as long as the database answers. */
  private boolean takesItsTurn(Snapshot now, Instant asksAgain) {
    return now == null
        || asksAgain.equals(Instant.MIN)
        || asksAgainAt.compareAndSet(asksAgain, Instant.now().plus(REST));
  }

  private Version version() {
    return jdbc.queryForObject(
        "select count(*), max(updated_at) from partners",
        (row, index) -> new Version(row.getLong(1), row.getObject(2, Instant.class)));
  }

  /** The list before, where nothing in it changed. */
  private List<Entry> read(Snapshot before) {
    List<Entry> all =
        jdbc.query(
            "select id, code, name, locale, phone, active from partners order by id",
            (row, index) ->
                new Entry(
                    row.getLong("id"),
                    row.getString("code"),
                    row.getString("name"),
                    row.getString("locale"),
                    row.getString("phone"),
                    row.getBoolean("active")));
    return before != null && before.all.equals(all) ? before.all : List.copyOf(all);
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
