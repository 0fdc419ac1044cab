package io.leadhub.durable;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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

  /**
   * Something earlier of the same key in one state. The first of the key is asked for, not whether
   * one is earlier: so one entry of the index is read, and one for all of a key, however many wait.
   * Without the hint the optimizer may read the whole queue for each, depending on what it saw of
   * the table last.
   */
  private static final String EARLIER =
      """
      coalesce(
        (select first.event_id from deliveries first force index (deliveries_in_order)
         where first.topic = d.topic and first.subscriber = d.subscriber
           and first.state = '%s' and first.ordering_key = d.ordering_key
         order by first.event_id limit 1) < d.event_id, false)
      """;

  /** A pause that is over keeps the queue shut until a probe succeeds. */
  private static final String NOT_PAUSED =
      """
      not exists (select 1 from subscriptions
                  where topic = ? and subscriber = ? and paused_until is not null)
      """;

  private static final String ALWAYS = "? is not null and ? is not null";

  /** So many are looked at for each one to claim: those before may be in other nodes' hands. */
  private static final int CANDIDATES = 2;

  /** And so many more, which may have to wait for others of their keys. */
  private static final int LOOKED_AT = 100;

  /** So many keys at most are gone through in a claim. */
  private static final int KEYS = 64;

  /** Where no key waits, none is looked for again before. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final JdbcTemplate jdbc;
  private final DeliverySettler settler;
  private final String topic;
  private final String subscriber;
  private final String blocked;

  /** The claim that last went ahead after a pause. */
  private String probe;

  /** Keys up to here were looked at; empty at the beginning. */
  private String afterKey = "";

  private long nextLookByKey = System.nanoTime();

  /**
   * @param holdAtDead whether a dead letter holds what comes after it in order
   */
  DeliveryQueue(JdbcTemplate jdbc, String topic, String subscriber, boolean holdAtDead) {
    this.jdbc = jdbc;
    this.settler = new DeliverySettler(jdbc, topic, subscriber);
    this.topic = topic;
    this.subscriber = subscriber;
    this.blocked =
        (holdAtDead ? Stream.of("due", "running", "dead") : Stream.of("due", "running"))
            .map(EARLIER::formatted)
            .collect(Collectors.joining(" or ", "(", ")"));
  }

  /**
   * Takes up to {@code limit} deliveries that are due, oldest first, at most one for each ordering
   * key and none whose key has an earlier one unfinished. Rows that another node is taking are
   * skipped, not waited for.
   *
   * @param owner names this claim and no other; {@link #settle} is refused for a different one
   */
  List<Delivery> claim(int limit, String owner, Duration lease) {
    return take(lockDue(limit, NOT_PAUSED), owner, lease);
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
    return take(lockDue(1, ALWAYS), owner, lease);
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

  private List<Delivery> take(List<Due> due, String owner, Duration lease) {
    List<Long> ids = new ArrayList<>(due.stream().map(Due::id).toList());
    List<Long> inOrder = due.stream().filter(Due::hasOrderingKey).map(Due::id).toList();
    if (!inOrder.isEmpty()) {
      ids.removeAll(overtaking(inOrder));
    }
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

  private record Due(long id, boolean hasOrderingKey) {}

  private List<Due> lockDue(int limit, String when) {
    List<Due> oldest = lockOldest(limit, when);
    return oldest.isEmpty() ? lockFirstOfKeys(limit, when) : oldest;
  }

  /**
   * Looks first and then locks few: to lock while looking costs memory for each row that somebody
   * else holds, and MariaDB ends itself when that is most of its buffer pool. And looks at the
   * oldest only: of a long queue with few keys nearly all wait for others.
   */
  private List<Due> lockOldest(int limit, String when) {
    return jdbc.query(
        """
        select d.id, d.ordering_key is not null as has_ordering_key
        from (select d.id
              from (select id, event_id, topic, subscriber, ordering_key, due_at
                    from deliveries force index (deliveries_to_claim)
                    where %s
                      and topic = ? and subscriber = ? and state = 'due' and due_at <= now(6)
                    order by due_at, id
                    limit ?) d
              where d.ordering_key is null or not %s
              order by d.due_at, d.id
              limit ?) candidate
        straight_join deliveries d on d.id = candidate.id
        where d.state = 'due' and d.due_at <= now(6)
        limit ?
        for update skip locked
        """
            .formatted(when, blocked),
        (row, index) -> new Due(row.getLong("id"), row.getBoolean("has_ordering_key")),
        topic,
        subscriber,
        topic,
        subscriber,
        LOOKED_AT + CANDIDATES * limit,
        CANDIDATES * limit,
        limit);
  }

  private record First(long id, String key, boolean isReady) {}

  /**
   * Where the oldest all wait for others of their keys: goes from key to key, some further at each
   * call, and looks at the first of each.
   */
  private List<Due> lockFirstOfKeys(int limit, String when) {
    if (System.nanoTime() - nextLookByKey < 0) {
      return List.of();
    }
    List<First> found = firstOfKeys(when);
    List<First> keyed = found.stream().filter(first -> first.key != null).toList();
    if (found.isEmpty() && afterKey.isEmpty()) {
      nextLookByKey = System.nanoTime() + REST_NANOS;
    }
    afterKey = keyed.size() < KEYS ? "" : keyed.get(KEYS - 1).key;
    List<Long> ready = found.stream().filter(First::isReady).map(First::id).toList();
    return ready.isEmpty() ? List.of() : lock(ready, limit);
  }

  private List<First> firstOfKeys(String when) {
    return jdbc.query(
        """
        select d.id, d.ordering_key,
               d.due_at <= now(6) and (d.ordering_key is null or not %s) as is_ready
        from ((select event_id
               from deliveries force index (deliveries_in_order)
               where topic = ? and subscriber = ? and state = 'due' and ordering_key is null
               order by event_id
               limit ?)
              union all
              (select min(event_id)
               from deliveries force index (deliveries_in_order)
               where topic = ? and subscriber = ? and state = 'due' and ordering_key > ?
               group by ordering_key
               order by ordering_key
               limit ?)) head
        straight_join deliveries d force index (deliveries_once)
          on d.event_id = head.event_id and d.subscriber = ?
        where %s
        order by d.ordering_key
        """
            .formatted(blocked, when),
        (row, index) ->
            new First(row.getLong("id"), row.getString("ordering_key"), row.getBoolean("is_ready")),
        topic,
        subscriber,
        LOOKED_AT,
        topic,
        subscriber,
        afterKey,
        KEYS,
        subscriber,
        topic,
        subscriber);
  }

  private List<Due> lock(List<Long> ids, int limit) {
    return jdbc.query(
        """
        select id, ordering_key is not null as has_ordering_key
        from deliveries
        where id in (%s) and state = 'due' and due_at <= now(6)
        order by id
        limit %d
        for update skip locked
        """
            .formatted(Sql.placeholders(ids.size()), limit),
        (row, index) -> new Due(row.getLong("id"), row.getBoolean("has_ordering_key")),
        ids.toArray());
  }

  /**
   * The claim reads the rows it locks as they are now, but looks for earlier ones as they were when
   * it began; whoever was committed in between is found by looking once more.
   */
  private List<Long> overtaking(List<Long> ids) {
    return jdbc.queryForList(
        "select d.id from deliveries d where d.id in (%s) and %s"
            .formatted(Sql.placeholders(ids.size()), blocked),
        Long.class,
        ids.toArray());
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
