package io.leadhub.durable;

import java.time.Duration;
import java.time.Instant;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Finds events by time without an index on it, which each insert would pay for: ids grow with time,
 * so a few look-ups by id are enough.
 */
final class EventTimes {

  /**
   * An event that waited for a lock, or in the spool of a node that had lost the database, has a
   * lower time than others with lower ids. An outage of one node among many may last so long.
   */
  private static final Duration DISORDER = Duration.ofDays(3);

  private EventTimes() {}

  /** An id such that every event published since then has a higher one. */
  static long lastIdBefore(Instant since, JdbcTemplate jdbc) {
    Instant from = since.minus(DISORDER);
    long low = 0;
    long high = highestId(jdbc);
    while (low < high) {
      long middle = low + (high - low) / 2;
      boolean earlier =
          jdbc.queryForList(
                  "select created_at < ? from events where id > ? order by id limit 1",
                  Boolean.class,
                  from,
                  middle)
              .contains(true);
      if (earlier) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  static long highestId(JdbcTemplate jdbc) {
    return jdbc.queryForObject("select coalesce(max(id), 0) from events", Long.class);
  }
}
