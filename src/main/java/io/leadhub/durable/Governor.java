package io.leadhub.durable;

import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps the rate limits of a credential over all nodes: attempts are spaced evenly, by times in the
 * table {@code rate_limits} and by the database's clock.
 */
final class Governor {

  /**
   * @param begin true: wait that long, then begin, a place is kept; false: nothing is kept, ask
   *     again after that time and let other recipients go first
   */
  record Admission(boolean begin, Duration delay) {

    static final Admission NOW = new Admission(true, Duration.ZERO);
  }

  /** Of everything that is sent with a credential; no ordering key is empty. */
  private static final String ALL = "";

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final RateLimits limits;

  /**
   * @param limits null for none
   */
  Governor(JdbcTemplate jdbc, TransactionTemplate transactions, RateLimits limits) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.limits = limits;
  }

  /**
   * @param recipient the delivery's ordering key, or null
   */
  Admission admit(String recipient) {
    Duration spacing = limits == null ? null : limits.of(recipient);
    if (spacing == null && (limits == null || limits.total() == null)) {
      return Admission.NOW;
    }
    return transactions.execute(tx -> admit(recipient, spacing));
  }

  /**
   * The attempt has ended: the recipient rests from now on, since a slow way there must not bring
   * two attempts nearer to each other than they set out.
   */
  void ended(String recipient) {
    Duration spacing = limits == null ? null : limits.of(recipient);
    if (spacing != null) {
      occupy(recipient, spacing);
    }
  }

  /**
   * The recipient's row is always locked before the credential's, so that nobody waits in a ring.
   */
  private Admission admit(String recipient, Duration spacing) {
    if (spacing != null) {
      Duration busy = busyFor(recipient);
      if (!busy.isZero()) {
        return new Admission(false, busy);
      }
    }
    Duration wait = limits.total() == null ? Duration.ZERO : place(ALL, limits.total());
    if (spacing != null) {
      occupy(recipient, wait.plus(spacing));
    }
    return new Admission(true, wait);
  }

  private Duration busyFor(String recipient) {
    List<Long> micros =
        jdbc.queryForList(
            """
            select greatest(0, timestampdiff(microsecond, now(6), free_at))
            from rate_limits where credential = ? and recipient = ?
            for update
            """,
            Long.class,
            limits.credential(),
            recipient);
    return micros.isEmpty() ? Duration.ZERO : micros(micros.get(0));
  }

  /** Takes the next free place in the row and answers how far ahead it is. */
  private Duration place(String recipient, Duration spacing) {
    long each = spacing.toNanos() / 1_000;
    Long untilFree =
        jdbc.queryForObject(
            """
            insert into rate_limits (credential, recipient, free_at)
            values (?, ?, now(6) + interval ? microsecond)
            on duplicate key update
              free_at = greatest(free_at, now(6)) + interval ? microsecond
            returning timestampdiff(microsecond, now(6), free_at)
            """,
            Long.class,
            limits.credential(),
            recipient,
            each,
            each);
    return micros(Math.max(0, untilFree - each));
  }

  private void occupy(String recipient, Duration until) {
    long micros = until.toNanos() / 1_000;
    jdbc.update(
        """
        insert into rate_limits (credential, recipient, free_at)
        values (?, ?, now(6) + interval ? microsecond)
        on duplicate key update free_at = now(6) + interval ? microsecond
        """,
        limits.credential(),
        recipient,
        micros,
        micros);
  }

  private static Duration micros(long micros) {
    return Duration.ofNanos(micros * 1_000);
  }
}
