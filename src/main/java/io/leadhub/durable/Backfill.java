package io.leadhub.durable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Gives a new subscriber the events that were published before it was there, a bounded number in
 * each transaction. How far it came stands in the subscription, so a kill costs nothing.
 *
 * <p>From the moment the subscription is committed publishers write its deliveries themselves. What
 * they were about to commit just then, without one, is found by reading the events under a lock: it
 * waits for every writer of an event that it comes to. Where both wrote a delivery the unique key
 * keeps one.
 */
final class Backfill {

  private static final Logger log = LoggerFactory.getLogger(Backfill.class);

  private static final int BATCH = 1_000;

  private record Progress(Instant from, Long after) {}

  private final JdbcTemplate jdbc;
  private final String topic;
  private final String subscriber;

  Backfill(JdbcTemplate jdbc, String topic, String subscriber) {
    this.jdbc = jdbc;
    this.topic = topic;
    this.subscriber = subscriber;
  }

  /**
   * Gives the next events in the transaction at hand. Of nodes that do so at the same time one gets
   * its turn.
   *
   * @return false when there is nothing, or nothing more, to give
   */
  boolean next() {
    Progress progress = progress("");
    if (progress == null) {
      return false;
    }
    long after =
        progress.after != null ? progress.after : EventTimes.lastIdBefore(progress.from, jdbc);
    List<Long> seen = new ArrayList<>();
    List<Long> wanted = new ArrayList<>();
    jdbc.query(
        """
        select id, topic = ? and created_at >= ? as wanted
        from events where id > ? order by id limit ?
        lock in share mode
        """,
        row -> {
          seen.add(row.getLong("id"));
          if (row.getBoolean("wanted")) {
            wanted.add(row.getLong("id"));
          }
        },
        topic,
        progress.from,
        after,
        BATCH);
    // Only now: publishers lock the subscription too, and must not wait for us while we wait here.
    if (!progress.equals(progress("for update"))) {
      return true;
    }
    if (!wanted.isEmpty()) {
      give(wanted);
    }
    boolean more = seen.size() == BATCH;
    jdbc.update(
        """
        update subscriptions set backfill_from = ?, backfill_after = ?
        where topic = ? and subscriber = ?
        """,
        more ? progress.from : null,
        more ? seen.get(BATCH - 1) : null,
        topic,
        subscriber);
    if (!more) {
      log.info("{} → {}: has the events since {}", topic, subscriber, progress.from);
    }
    return more;
  }

  private Progress progress(String lock) {
    return jdbc
        .query(
            """
            select backfill_from, backfill_after from subscriptions
            where topic = ? and subscriber = ? and backfill_from is not null
            """
                + lock,
            (row, index) ->
                new Progress(
                    row.getObject("backfill_from", Instant.class),
                    row.getObject("backfill_after", Long.class)),
            topic,
            subscriber)
        .stream()
        .findFirst()
        .orElse(null);
  }

  /** Due since they were published, so that they come before what was published later. */
  private void give(List<Long> eventIds) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(subscriber);
    arguments.addAll(eventIds);
    jdbc.update(
        """
        insert ignore into deliveries (event_id, topic, subscriber, ordering_key, due_at)
        select id, topic, ?, ordering_key, created_at
        from events where id in (%s) order by id
        """
            .formatted(Sql.placeholders(eventIds.size())),
        arguments.toArray());
  }
}
