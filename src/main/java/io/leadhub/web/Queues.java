package io.leadhub.web;

import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** How much waits for each subscriber of each topic. */
@Component
class Queues {

  /**
   * @param oldestDue when the longest waiting one is or was to be tried, null where none waits
   * @param oldestDueSeconds how long that one could have been tried, by the database's clock; not
   *     positive where it is not due yet
   */
  record Queue(
      String topic,
      String subscriber,
      Instant pausedUntil,
      String pauseReason,
      long due,
      long running,
      long dead,
      Instant oldestDue,
      Long oldestDueSeconds) {}

  /**
   * Each state is counted by itself, for only then is the index that claims use entered beside what
   * is done, which may be millions.
   */
  private static final String QUEUES =
      """
      select q.*, timestampdiff(second, q.oldest_due, now(6)) as oldest_due_seconds
      from (
        select s.topic, s.subscriber, s.paused_until, s.pause_reason,
               %s as due, %s as running, %s as dead, %s as oldest_due
        from subscriptions s) q
      order by q.topic, q.subscriber
      """
          .formatted(
              of("count(*)", "due"),
              of("count(*)", "running"),
              of("count(*)", "dead"),
              of("min(d.due_at)", "due"));

  private static String of(String what, String state) {
    return """
        (select %s from deliveries d force index (deliveries_to_claim)
         where d.topic = s.topic and d.subscriber = s.subscriber and d.state = '%s')
        """
        .formatted(what, state);
  }

  private final JdbcTemplate jdbc;

  Queues(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** By topic and subscriber. */
  List<Queue> all() {
    return jdbc.query(
        QUEUES,
        (row, index) ->
            new Queue(
                row.getString("topic"),
                row.getString("subscriber"),
                row.getObject("paused_until", Instant.class),
                row.getString("pause_reason"),
                row.getLong("due"),
                row.getLong("running"),
                row.getLong("dead"),
                row.getObject("oldest_due", Instant.class),
                row.getObject("oldest_due_seconds", Long.class)));
  }
}
