package io.leadhub.durable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/**
 * Finds what one subscriber may work on next, and locks it: what is due, oldest first, at most one
 * delivery for each ordering key and none whose key has an earlier one unfinished. However long the
 * queue is, little of it is read. Works in the transaction at hand, which must be READ COMMITTED.
 */
final class DueDeliveries {

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
                  where topic = :topic and subscriber = :subscriber and paused_until is not null)
      """;

  /** So many are looked at for each one to claim: those before may be in other nodes' hands. */
  private static final int CANDIDATES = 2;

  /** And so many more, which may have to wait for others of their keys. */
  private static final int LOOKED_AT = 100;

  /** So many keys at most are gone through in a claim. */
  private static final int KEYS = 32;

  /** Where no key had anything ready, none is looked at again before. */
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** And where no key waited at all: most queues have none, and are asked every second. */
  private static final long REST_WITHOUT_KEYS_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final NamedParameterJdbcTemplate jdbc;
  private final String topic;
  private final String subscriber;
  private final String blocked;

  /** Keys up to here were looked at; empty at the beginning. */
  private String afterKey = "";

  /** Whether the last look by key found one. */
  private boolean keysWait;

  private long nextLookByKey = System.nanoTime();

  /**
   * @param holdAtDead whether a dead letter holds what comes after it in order
   */
  DueDeliveries(JdbcTemplate jdbc, String topic, String subscriber, boolean holdAtDead) {
    this.jdbc = new NamedParameterJdbcTemplate(jdbc);
    this.topic = topic;
    this.subscriber = subscriber;
    this.blocked =
        (holdAtDead ? Stream.of("due", "running", "dead") : Stream.of("due", "running"))
            .map(EARLIER::formatted)
            .collect(Collectors.joining(" or ", "(", ")"));
  }

  /** Returns the ids of up to so many; none while the subscription is paused. */
  List<Long> lock(int limit) {
    return lock(limit, NOT_PAUSED);
  }

  /** Returns the id of one, if there is one, paused or not. */
  List<Long> lockOneThoughPaused() {
    return lock(1, "true");
  }

  private List<Long> lock(int limit, String when) {
    List<Locked> locked = new ArrayList<>(lockOldest(limit, when));
    if (locked.size() < limit && System.nanoTime() - nextLookByKey >= 0) {
      Set<Long> ready = new LinkedHashSet<>(readyByKey(limit - locked.size(), when));
      locked.forEach(one -> ready.remove(one.id));
      if (ready.isEmpty()) {
        nextLookByKey = System.nanoTime() + (keysWait ? REST_NANOS : REST_WITHOUT_KEYS_NANOS);
      } else {
        locked.addAll(lock(ready, limit - locked.size()));
      }
    }
    return inOrder(locked);
  }

  private record Locked(long id, boolean hasOrderingKey) {}

  /**
   * Looks first and then locks few: to lock while looking costs memory for each row that somebody
   * else holds, and MariaDB ends itself when that is most of its buffer pool. And looks at the
   * oldest only: of a long queue with few keys nearly all wait for others.
   */
  private List<Locked> lockOldest(int limit, String when) {
    return jdbc.query(
        """
        select d.id, d.ordering_key is not null as has_ordering_key
        from (select d.id
              from (select id, event_id, topic, subscriber, ordering_key, due_at
                    from deliveries force index (deliveries_to_claim)
                    where %s and topic = :topic and subscriber = :subscriber
                      and state = 'due' and due_at <= now(6)
                    order by due_at, id
                    limit :lookedAt) d
              where d.ordering_key is null or not %s
              order by d.due_at, d.id
              limit :candidates) candidate
        straight_join deliveries d on d.id = candidate.id
        where d.state = 'due' and d.due_at <= now(6)
        limit :limit
        for update skip locked
        """
            .formatted(when, blocked),
        ours()
            .addValue("lookedAt", LOOKED_AT + CANDIDATES * limit)
            .addValue("candidates", CANDIDATES * limit)
            .addValue("limit", limit),
        (row, index) -> new Locked(row.getLong("id"), row.getBoolean("has_ordering_key")));
  }

  /**
   * Where the oldest wait for others of their keys: goes from key to key, some further at each
   * call, and looks at the first of each.
   */
  private List<Long> readyByKey(int limit, String when) {
    List<Long> ready = new ArrayList<>();
    keysWait = false;
    boolean begunAnew = afterKey.isEmpty();
    for (int looked = 0; looked < KEYS && ready.size() < limit; looked++) {
      First first = firstAfterKey(when);
      if (first != null) {
        keysWait = true;
        afterKey = first.key;
        if (first.isReady) {
          ready.add(first.id);
        }
      } else {
        afterKey = "";
        if (begunAnew) {
          break;
        }
        begunAnew = true;
      }
    }
    if (keysWait && ready.size() < limit) {
      ready.addAll(readyWithoutKey(when));
    }
    return ready;
  }

  /** Those behind many that wait for others; they do not wait for each other. */
  private List<Long> readyWithoutKey(String when) {
    return jdbc.queryForList(
        """
        select d.id
        from (select event_id
              from deliveries force index (deliveries_in_order)
              where %s and topic = :topic and subscriber = :subscriber and state = 'due'
                and ordering_key is null
              order by event_id
              limit :lookedAt) head
        straight_join deliveries d force index (deliveries_once)
          on d.event_id = head.event_id and d.subscriber = :subscriber
        where d.due_at <= now(6)
        """
            .formatted(when),
        ours().addValue("lookedAt", LOOKED_AT),
        Long.class);
  }

  private record First(long id, String key, boolean isReady) {}

  /**
   * One entry of the index is read for it, however many wait behind it; null after the last key.
   */
  private First firstAfterKey(String when) {
    return jdbc
        .query(
            """
            select d.id, d.ordering_key, d.due_at <= now(6) and not %s as is_ready
            from (select event_id
                  from deliveries force index (deliveries_in_order)
                  where %s and topic = :topic and subscriber = :subscriber and state = 'due'
                    and ordering_key > :afterKey
                  order by ordering_key, event_id
                  limit 1) head
            straight_join deliveries d force index (deliveries_once)
              on d.event_id = head.event_id and d.subscriber = :subscriber
            """
                .formatted(blocked, when),
            ours().addValue("afterKey", afterKey),
            (row, index) ->
                new First(
                    row.getLong("id"), row.getString("ordering_key"), row.getBoolean("is_ready")))
        .stream()
        .findFirst()
        .orElse(null);
  }

  private List<Locked> lock(Set<Long> ids, int limit) {
    return jdbc.query(
        """
        select id, ordering_key is not null as has_ordering_key
        from deliveries
        where id in (:ids) and state = 'due' and due_at <= now(6)
        order by id
        limit :limit
        for update skip locked
        """,
        ours().addValue("ids", ids).addValue("limit", limit),
        (row, index) -> new Locked(row.getLong("id"), row.getBoolean("has_ordering_key")));
  }

  /**
   * What is locked is as it is now, but earlier ones were looked for as they were when that began;
   * whoever was committed in between is found by looking once more.
   */
  private List<Long> inOrder(List<Locked> locked) {
    List<Long> ids = new ArrayList<>(locked.stream().map(Locked::id).toList());
    List<Long> keyed = locked.stream().filter(Locked::hasOrderingKey).map(Locked::id).toList();
    if (!keyed.isEmpty()) {
      ids.removeAll(
          jdbc.queryForList(
              "select d.id from deliveries d where d.id in (:ids) and " + blocked,
              ours().addValue("ids", keyed),
              Long.class));
    }
    return ids;
  }

  private MapSqlParameterSource ours() {
    return new MapSqlParameterSource("topic", topic).addValue("subscriber", subscriber);
  }
}
