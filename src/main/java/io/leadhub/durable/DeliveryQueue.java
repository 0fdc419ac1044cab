package io.leadhub.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The consuming half of the tables, for one subscriber of one topic. Times are the database's own,
 * so the clocks of the nodes do not matter. Each method works in the transaction at hand, which
 * must be READ COMMITTED: the check for order has to see what others committed since the claim
 * began.
 */
final class DeliveryQueue {

  private static final String LOST = "The node that worked on it was lost: its lease ran out.";

  private final JdbcTemplate jdbc;
  private final DeliverySettler settler;
  private final String topic;
  private final String subscriber;
  private final DueDeliveries due;
  private final DueDeliveries dueThoughPaused;

  /** The claim that last went ahead after a pause. */
  private String probe;

  /**
   * @param holdAtDead whether a dead letter holds what comes after it in order
   */
  DeliveryQueue(JdbcTemplate jdbc, String topic, String subscriber, boolean holdAtDead) {
    this.jdbc = jdbc;
    this.settler = new DeliverySettler(jdbc, topic, subscriber);
    this.topic = topic;
    this.subscriber = subscriber;
    this.due = new DueDeliveries(jdbc, topic, subscriber, holdAtDead);
    this.dueThoughPaused = new DueDeliveries(jdbc, topic, subscriber, holdAtDead);
  }

  /**
   * Takes up to {@code limit} deliveries that are due, oldest first, at most one for each ordering
   * key and none whose key has an earlier one unfinished. Rows that another node is taking are
   * skipped, not waited for.
   *
   * @param owner names this claim and no other; {@link #settle} is refused for a different one
   */
  List<Delivery> claim(int limit, String owner, Duration lease) {
    return take(due.lock(limit), owner, lease);
  }

  /**
   * After a pause one delivery goes ahead of all others, on one node: only when the destination
   * lets it in does {@link #claim} go on. Nothing is claimed unless a pause has ended.
   */
  List<Delivery> claimProbe(String owner, Duration lease) {
    if (!mayProbe()) {
      return List.of();
    }
    probe = owner;
    return take(dueThoughPaused.lockOneThoughPaused(), owner, lease);
  }

  /** Locks only what is paused: publishers read the subscription too, and many nodes poll. */
  private boolean mayProbe() {
    return isPauseOver("")
        && isPauseOver("for update")
        && jdbc.queryForList(
                """
                select 1 from deliveries force index (deliveries_to_claim)
                where topic = ? and subscriber = ? and state = 'running'
                limit 1
                """,
                topic,
                subscriber)
            .isEmpty();
  }

  private boolean isPauseOver(String lock) {
    return !jdbc.queryForList(
            """
            select 1 from subscriptions
            where topic = ? and subscriber = ? and paused_until <= now(6)
            """
                + lock,
            topic,
            subscriber)
        .isEmpty();
  }

  private List<Delivery> take(List<Long> ids, String owner, Duration lease) {
    if (ids.isEmpty()) {
      return List.of();
    }
    Object[] idArray = ids.toArray();
    jdbc.update(
        """
        update deliveries
        set state = 'running', attempts = attempts + 1, lease_owner = ?,
            due_at = now(6) + interval ? microsecond
        where id in (%s)
        """
            .formatted(Sql.placeholders(ids.size())),
        concat(List.of(owner, Sql.micros(lease)), idArray));
    return jdbc.query(
        """
        select d.id, d.event_id, d.ordering_key, d.attempts, d.losses, d.outcome_unknown,
               e.event_key, e.content_type, e.created_at,
               timestampdiff(microsecond, e.created_at, now(6)) as age,
               coalesce(d.edited_payload, e.payload) as payload
        from deliveries d
        join events e on e.id = d.event_id
        where d.id in (%s)
        order by d.id
        """
            .formatted(Sql.placeholders(ids.size())),
        (row, index) ->
            new Delivery(
                row.getLong("id"),
                row.getLong("event_id"),
                row.getString("event_key"),
                row.getString("ordering_key"),
                new Payload(row.getString("content_type"), row.getBytes("payload")),
                row.getObject("created_at", Instant.class),
                Duration.of(row.getLong("age"), ChronoUnit.MICROS),
                row.getInt("attempts"),
                row.getInt("losses"),
                row.getInt("outcome_unknown")),
        idArray);
  }

  /**
   * Records how attempts ended, all in a few statements.
   *
   * @return the ids of deliveries that are no longer their claim's: the lease ran out and another
   *     claim has them; nothing was changed there
   */
  Set<Long> settle(List<Ended> attempts) {
    Set<Long> refused = settler.settle(attempts);
    if (attempts.stream().anyMatch(ended -> provesOpen(ended) && !refused.contains(ended.id()))) {
      endPause();
    }
    return refused;
  }

  private boolean provesOpen(Ended ended) {
    return ended.owner().equals(probe) && ended.settlement().provesOpen();
  }

  /** Not where somebody paused the subscription anew meanwhile. */
  private void endPause() {
    jdbc.update(
        """
        update subscriptions set paused_until = null, pause_reason = null
        where topic = ? and subscriber = ? and paused_until <= now(6)
        """,
        topic,
        subscriber);
  }

  /** Keeps the work in hand for another lease. */
  void renew(Collection<Long> ids, Collection<String> owners, Duration lease) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(Sql.micros(lease));
    arguments.addAll(ids);
    arguments.addAll(owners);
    jdbc.update(
        """
        update deliveries
        set due_at = now(6) + interval ? microsecond
        where id in (%s) and lease_owner in (%s) and state = 'running'
        """
            .formatted(Sql.placeholders(ids.size()), Sql.placeholders(owners.size())),
        arguments.toArray());
  }

  /**
   * Gives back what a lost node was working on. Whether that node got as far as the remote is not
   * known. It may be what kills the nodes, though most often it is not: with each node lost it
   * waits longer, after very many it goes dead; and by chance they wait apart, lest it takes its
   * neighbours with it again.
   */
  int releaseExpired(RetryPolicy policy) {
    List<Long> ids =
        jdbc.queryForList(
            """
            select id from deliveries force index (deliveries_to_claim)
            where topic = ? and subscriber = ? and state = 'running' and due_at < now(6)
            limit 1000
            for update skip locked
            """,
            Long.class,
            topic,
            subscriber);
    if (ids.isEmpty()) {
      return 0;
    }
    jdbc.update(
        """
        insert into delivery_attempts (delivery_id, attempt, outcome, reason)
        select id, attempts, 'lost', '%s' from deliveries where id in (%s)
        """
            .formatted(LOST, Sql.placeholders(ids.size())),
        ids.toArray());
    return jdbc.update(
        """
        update deliveries
        set losses = losses + 1,
            finished_at = if(losses >= ?, now(6), null),
            state = if(losses >= ?, 'dead', 'due'),
            due_at = now(6) + interval greatest(?, least(?, ? * pow(2, losses - 1)) * (1 + rand()) / 2) microsecond,
            lease_owner = null,
            outcome_unknown = least(outcome_unknown + 1, 100),
            last_error = '%s'
        where id in (%s)
        """
            .formatted(LOST, Sql.placeholders(ids.size())),
        concat(
            List.of(
                RetryPolicy.MOST_LOSSES,
                RetryPolicy.MOST_LOSSES,
                Sql.micros(policy.settleTime()),
                Sql.micros(policy.backoff().longest()),
                Sql.micros(policy.backoff().first())),
            ids.toArray()));
  }

  private static Object[] concat(List<Object> first, Object[] rest) {
    return Stream.concat(first.stream(), Stream.of(rest)).toArray();
  }
}
