package io.leadhub.durable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The consuming half of the tables, for one subscriber of one topic. Times are the database's own,
 * so the clocks of the nodes do not matter. Each method works in the transaction at hand, which
 * must be READ COMMITTED: the check for order has to see what others committed since the claim
 * began.
 */
final class DeliveryQueue {

  /** Fits the column with room to spare; the start of a reason is the part that tells. */
  private static final int LONGEST_REASON = 2_000;

  private final JdbcTemplate jdbc;
  private final String topic;
  private final String subscriber;
  private final String unfinished;

  /**
   * @param holdAtDead whether a dead letter holds what comes after it in order
   */
  DeliveryQueue(JdbcTemplate jdbc, String topic, String subscriber, boolean holdAtDead) {
    this.jdbc = jdbc;
    this.topic = topic;
    this.subscriber = subscriber;
    this.unfinished = holdAtDead ? "'due', 'running', 'dead'" : "'due', 'running'";
  }

  /**
   * Takes up to {@code limit} deliveries that are due, oldest first, at most one for each ordering
   * key and none whose key has an earlier one unfinished. Rows that another node is taking are
   * skipped, not waited for.
   *
   * @param owner names this claim and no other; {@link #settle} is refused for a different one
   */
  List<Delivery> claim(int limit, String owner, Duration lease) {
    List<Long> ids = lockDue(limit);
    if (ids.isEmpty()) {
      return List.of();
    }
    ids.removeAll(overtaking(ids));
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
        concat(List.of(owner, micros(lease)), idArray));
    return jdbc.query(
        """
        select d.id, d.event_id, d.ordering_key, d.attempts, d.outcome_unknown,
               e.event_key, e.content_type, e.payload, e.created_at
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
                row.getInt("attempts"),
                row.getInt("outcome_unknown")),
        idArray);
  }

  private List<Long> lockDue(int limit) {
    return jdbc.queryForList(
        """
        select d.id
        from deliveries d force index (deliveries_to_claim)
        where d.topic = ? and d.subscriber = ? and d.state = 'due' and d.due_at <= now(6)
          and not exists (select 1 from subscriptions s
                          where s.topic = d.topic and s.subscriber = d.subscriber
                            and s.paused_until > now(6))
          and (d.ordering_key is null
               or not exists (select 1 from deliveries earlier
                              where earlier.subscriber = d.subscriber
                                and earlier.ordering_key = d.ordering_key
                                and earlier.state in (%s)
                                and earlier.topic = d.topic
                                and earlier.id < d.id))
        order by d.due_at, d.id
        limit ?
        for update skip locked
        """
            .formatted(unfinished),
        Long.class,
        topic,
        subscriber,
        limit);
  }

  /**
   * The claim reads the rows it locks as they are now, but looks for earlier ones as they were when
   * it began; whoever was committed in between is found by looking once more.
   */
  private List<Long> overtaking(List<Long> ids) {
    return jdbc.queryForList(
        """
        select d.id
        from deliveries d
        join deliveries earlier
          on earlier.subscriber = d.subscriber and earlier.ordering_key = d.ordering_key
            and earlier.state in (%s) and earlier.topic = d.topic
            and earlier.id < d.id
        where d.id in (%s) and d.ordering_key is not null
        """
            .formatted(unfinished, Sql.placeholders(ids.size())),
        Long.class,
        ids.toArray());
  }

  /** How one claimed delivery ended. */
  record Ended(long id, String owner, Settlement settlement) {}

  /**
   * Records how attempts ended, all in a few statements.
   *
   * @return the ids of deliveries that are no longer their claim's: the lease ran out and another
   *     node has them; nothing was changed there
   */
  List<Long> settle(List<Ended> attempts) {
    Map<Long, String> owners = lockRunning(attempts.stream().map(Ended::id).toList());
    List<Ended> done = new ArrayList<>();
    List<Long> refused = new ArrayList<>();
    for (Ended ended : attempts) {
      if (!ended.owner().equals(owners.get(ended.id()))) {
        refused.add(ended.id());
      } else if (ended.settlement().next() == Settlement.State.done) {
        done.add(ended);
      } else {
        settleFailed(ended);
      }
    }
    if (!done.isEmpty()) {
      settleDone(done);
    }
    return refused;
  }

  private Map<Long, String> lockRunning(List<Long> ids) {
    Map<Long, String> owners = new HashMap<>();
    jdbc.query(
        """
        select id, lease_owner from deliveries
        where id in (%s) and state = 'running'
        order by id
        for update
        """
            .formatted(Sql.placeholders(ids.size())),
        row -> {
          owners.put(row.getLong("id"), row.getString("lease_owner"));
        },
        ids.toArray());
    return owners;
  }

  /** The n-th remote id goes to the n-th delivery. */
  private void settleDone(List<Ended> done) {
    List<Object> ids = new ArrayList<>();
    List<Object> remoteIds = new ArrayList<>();
    for (Ended ended : done) {
      ids.add(ended.id());
      remoteIds.add(ended.settlement().remoteId());
    }
    List<Object> arguments = new ArrayList<>();
    boolean named = remoteIds.stream().anyMatch(remoteId -> remoteId != null);
    if (named) {
      arguments.addAll(ids);
      arguments.addAll(remoteIds);
    }
    arguments.addAll(ids);
    String placeholders = Sql.placeholders(ids.size());
    jdbc.update(
        """
        update deliveries
        set state = 'done', lease_owner = null, finished_at = now(6)%s
        where id in (%s)
        """
            .formatted(
                named
                    ? ", remote_id = coalesce(elt(field(id, %1$s), %1$s), remote_id)"
                        .formatted(placeholders)
                    : "",
                placeholders),
        arguments.toArray());
  }

  private void settleFailed(Ended ended) {
    Settlement settlement = ended.settlement();
    String error = settlement.error();
    if (error != null && error.length() > LONGEST_REASON) {
      error = error.substring(0, LONGEST_REASON);
    }
    jdbc.update(
        """
        update deliveries
        set state = ?, due_at = now(6) + interval ? microsecond, lease_owner = null,
            attempts = attempts - ?, outcome_unknown = least(outcome_unknown + ?, 100),
            last_error = coalesce(?, last_error),
            finished_at = if(state = 'dead', now(6), null)
        where id = ?
        """,
        settlement.next().name(),
        micros(settlement.delay()),
        settlement.spendsAttempt() ? 0 : 1,
        settlement.outcomeUnknown(),
        error,
        ended.id());
    if (settlement.pause() != null) {
      jdbc.update(
          """
          update subscriptions
          set paused_until = now(6) + interval ? microsecond, pause_reason = ?
          where topic = ? and subscriber = ?
          """,
          micros(settlement.pause()),
          error,
          topic,
          subscriber);
    }
  }

  /** Keeps the work in hand for another lease. */
  void renew(Collection<Long> ids, Collection<String> owners, Duration lease) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(micros(lease));
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
   * known. A delivery that used up its attempts this way may be what kills the nodes: it goes dead.
   *
   * @param settleTime until what that node may have done can be found
   */
  int releaseExpired(int maxAttempts, Duration settleTime) {
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
    return jdbc.update(
        """
        update deliveries
        set finished_at = if(attempts >= ?, now(6), null),
            state = if(attempts >= ?, 'dead', 'due'),
            due_at = now(6) + interval ? microsecond, lease_owner = null,
            outcome_unknown = least(outcome_unknown + 1, 100),
            last_error = 'The node that worked on it was lost: its lease ran out.'
        where id in (%s)
        """
            .formatted(Sql.placeholders(ids.size())),
        concat(List.of(maxAttempts, maxAttempts, micros(settleTime)), ids.toArray()));
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  private static Object[] concat(List<Object> first, Object[] rest) {
    return Stream.concat(first.stream(), Stream.of(rest)).toArray();
  }
}
