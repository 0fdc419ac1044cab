package io.leadhub.durable;

import java.time.Duration;
import java.time.Instant;
import org.springframework.jdbc.core.JdbcTemplate;

/** What people and probes may do to a subscription: let it rest, and let it go on. */
public class SubscriptionControl {

  /** Later than any other pause, and before the last time that the database knows. */
  private static final Instant UNTIL_RESUMED = Instant.parse("9999-12-31T00:00:00Z");

  private final JdbcTemplate jdbc;

  public SubscriptionControl(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Nothing more is claimed; what is in hand is finished.
   *
   * @param until when one delivery is tried again, or null: not before {@link #resume}
   * @return false when there is no such subscription
   */
  public boolean pause(String topic, String subscriber, Instant until, String reason) {
    return jdbc.update(
            """
            update subscriptions set paused_until = ?, pause_reason = ?, refused = false
            where topic = ? and subscriber = ?
            """,
            until == null ? UNTIL_RESUMED : until,
            reason,
            topic,
            subscriber)
        == 1;
  }

  /**
   * Rests for so long at least. A longer rest keeps its own reason.
   *
   * @param refused whether the destination said so when it was called: then it may be tried again
   *     as soon as a probe finds it well
   */
  static void rest(
      JdbcTemplate jdbc,
      String topic,
      String subscriber,
      Duration pause,
      String reason,
      boolean refused) {
    jdbc.update(
        """
        update subscriptions
        set refused = if(paused_until > now(6) + interval ? microsecond, refused, ?),
            pause_reason = if(paused_until > now(6) + interval ? microsecond, pause_reason, ?),
            paused_until = greatest(coalesce(paused_until, now(6)), now(6) + interval ? microsecond)
        where topic = ? and subscriber = ?
        """,
        Sql.micros(pause),
        refused,
        Sql.micros(pause),
        reason,
        Sql.micros(pause),
        topic,
        subscriber);
  }

  /**
   * Ends the wait of whoever rests because the destination refused it: one delivery is tried now,
   * and the others follow when it is let in. What a person paused stays paused.
   *
   * @return how many subscribers of the topic rested so
   */
  public int tryAgain(String topic) {
    return jdbc.update(
        """
        update subscriptions set paused_until = now(6)
        where topic = ? and refused and paused_until > now(6)
        """,
        topic);
  }

  /**
   * Goes on at once, without a probe: somebody has looked.
   *
   * @return false when there is no such subscription
   */
  public boolean resume(String topic, String subscriber) {
    return jdbc.update(
            """
            update subscriptions set paused_until = null, pause_reason = null
            where topic = ? and subscriber = ?
            """,
            topic,
            subscriber)
        == 1;
  }
}
