package io.leadhub.durable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes old events that every subscriber is done with, together with their deliveries: a bounded
 * number at each call, in small transactions, on one node at a time. An event that somebody still
 * waits for, or that is a dead letter, stays whatever its age; one that only a subscriber waits for
 * who was let go does not.
 */
public class Housekeeping {

  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  private static final int BATCH = 500;
  private static final int BATCHES = 10;

  /** Named locks belong to the whole server, which may have other databases like this one. */
  private static final String LOCK = "concat(database(), '.leadhub-housekeeping')";

  private static final String SUBSCRIBED =
      """
      exists (select 1 from subscriptions s
              where s.topic = d.topic and s.subscriber = d.subscriber)
      """;

  private record Seen(long id, boolean old) {}

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final Duration keep;

  /** Events up to here were looked at; the next call goes on from there. */
  private long after;

  public Housekeeping(JdbcTemplate jdbc, TransactionTemplate transactions, Duration keep) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.keep = keep;
  }

  /**
   * Removes what it can in a few batches. Does nothing while another node does so, or while the
   * database is away.
   *
   * @return how many events were removed
   */
  public synchronized int removeFinished() {
    try {
      return jdbc.execute(
          (ConnectionCallback<Integer>)
              connection -> {
                JdbcTemplate own =
                    new JdbcTemplate(new SingleConnectionDataSource(connection, true));
                Integer locked =
                    own.queryForObject("select get_lock(" + LOCK + ", 0)", Integer.class);
                if (!Integer.valueOf(1).equals(locked)) {
                  return 0;
                }
                try {
                  forgetRecipients();
                  return removeBatches();
                } finally {
                  own.queryForObject("select release_lock(" + LOCK + ")", Integer.class);
                }
              });
    } catch (DataAccessException e) {
      log.debug("Housekeeping was disturbed; its next run goes on", e);
      return 0;
    }
  }

  /** Whose turn came a day ago may go at once: their row says nothing any more. */
  private void forgetRecipients() {
    jdbc.update("delete from rate_limits where free_at < now(6) - interval 1 day limit 1000");
  }

  private int removeBatches() {
    int removed = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      List<Seen> seen = next();
      List<Long> old = seen.stream().takeWhile(event -> event.old).map(event -> event.id).toList();
      if (!old.isEmpty()) {
        removed += transactions.execute(tx -> remove(old));
      }
      if (old.size() < BATCH) {
        after = 0;
        break;
      }
      after = old.get(BATCH - 1);
    }
    if (removed > 0) {
      log.debug("Housekeeping removed {} events", removed);
    }
    return removed;
  }

  /** In the order of ids, which is that of time: the first young event ends the search. */
  private List<Seen> next() {
    return jdbc.query(
        """
        select id, created_at < now(6) - interval ? second as old
        from events where id > ? order by id limit ?
        """,
        (row, index) -> new Seen(row.getLong("id"), row.getBoolean("old")),
        keep.toSeconds(),
        after,
        BATCH);
  }

  /**
   * Whoever makes a delivery due again, or gives an old event to a new subscriber, locks the
   * delivery or the event first; so each step here asks once more.
   */
  private int remove(List<Long> old) {
    List<Long> finished =
        jdbc.queryForList(
            """
            select e.id from events e
            where e.id in (%s)
              and not exists (select 1 from deliveries d
                              where d.event_id = e.id and d.state <> 'done' and %s)
            for update
            """
                .formatted(Sql.placeholders(old.size()), SUBSCRIBED),
            Long.class,
            old.toArray());
    if (finished.isEmpty()) {
      return 0;
    }
    String ids = Sql.placeholders(finished.size());
    List<Long> deliveries =
        jdbc.queryForList(
            """
            select d.id from deliveries d
            where d.event_id in (%s) and (d.state = 'done' or not %s)
            for update
            """
                .formatted(ids, SUBSCRIBED),
            Long.class,
            finished.toArray());
    if (!deliveries.isEmpty()) {
      deleteIn("delivery_attempts", "delivery_id", deliveries);
      deleteIn("deliveries", "id", deliveries);
    }
    List<Long> empty = new ArrayList<>(finished);
    empty.removeAll(
        jdbc.queryForList(
            "select event_id from deliveries where event_id in (%s)".formatted(ids),
            Long.class,
            finished.toArray()));
    return empty.isEmpty() ? 0 : deleteIn("events", "id", empty);
  }

  private int deleteIn(String table, String column, List<Long> values) {
    return jdbc.update(
        "delete from %s where %s in (%s)".formatted(table, column, Sql.placeholders(values.size())),
        values.toArray());
  }
}
