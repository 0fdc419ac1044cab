package io.leadhub.durable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What a person may do to deliveries: send dead ones again, give them up, have finished ones worked
 * through once more. Each change asks for the state it starts from in the same statement, so doing
 * it twice does it once. Consumers find what became due at their next poll.
 */
public class DeliveryControl {

  private static final int BATCH = 500;
  private static final int TRIES = 5;

  /**
   * Before what failed later is done again: a minute, four, sixteen, up to a day. With eight
   * attempts that outlasts a limit for each day.
   */
  private static final String WAIT_SECONDS =
      "least(86400, 60 * pow(4, greatest(attempts - losses, 1) - 1))";

  /**
   * Long, because the destination takes what it will not do: all that waits is tried when the rest
   * is over.
   */
  private static final Duration PAUSE_WHEN_TOLD_LATER = Duration.ofHours(1);

  /** Whether an earlier attempt may have taken effect is kept: that has not become less true. */
  private static final String DUE_AGAIN =
      "d.state = 'due', d.attempts = 0, d.losses = 0, d.due_at = now(6), d.finished_at = null";

  /**
   * Which dead letters to send again; null says nothing.
   *
   * @param error what the reason contains, in any case
   * @param since became a dead letter at or after
   * @param until became a dead letter before
   */
  public record Filter(
      String subscriber, String topic, String error, Instant since, Instant until) {}

  private final JdbcTemplate jdbc;
  private final ObjectMapper json;

  public DeliveryControl(JdbcTemplate jdbc, ObjectMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /**
   * Makes a dead letter due, as if it had never been tried.
   *
   * @param edited delivered to this subscriber instead of what was published, or null
   * @return false when it is no dead letter; nothing was changed then
   * @throws IllegalArgumentException when the edited payload is not of the event's kind
   */
  public boolean replay(long id, JsonNode edited) {
    byte[] payload = edited == null ? null : edited(id, edited);
    return jdbc.update(
            "update deliveries d set "
                + DUE_AGAIN
                + ", d.edited_payload = coalesce(?, d.edited_payload)"
                + " where d.id = ? and d.state = 'dead'",
            payload,
            id)
        == 1;
  }

  private byte[] edited(long id, JsonNode edited) {
    String contentType =
        jdbc.queryForObject(
            """
            select e.content_type from deliveries d join events e on e.id = d.event_id
            where d.id = ?
            """,
            String.class,
            id);
    return Payload.fromJson(contentType, edited, json).bytes();
  }

  /**
   * Makes dead letters due, oldest first.
   *
   * @return how many
   */
  public int replayAll(Filter filter) {
    int replayed = 0;
    long after = 0;
    while (true) {
      List<Long> ids = dead(filter, after);
      if (ids.isEmpty()) {
        return replayed;
      }
      String sql =
          "update deliveries d set %s where d.id in (%s) and d.state = 'dead'"
              .formatted(DUE_AGAIN, Sql.placeholders(ids.size()));
      replayed += untilUndisturbed(() -> jdbc.update(sql, ids.toArray()));
      after = ids.get(ids.size() - 1);
    }
  }

  /** Goes subscriber by subscriber: so the index leads to the dead ones past any number of done. */
  private List<Long> dead(Filter filter, long after) {
    StringBuilder sql =
        new StringBuilder(
            """
            select d.id
            from subscriptions s
            straight_join deliveries d force index (deliveries_to_claim)
              on d.topic = s.topic and d.subscriber = s.subscriber and d.state = 'dead'
            where d.id > ?
            """);
    List<Object> values = new ArrayList<>(List.of(after));
    add(sql, values, " and d.subscriber = ?", filter.subscriber);
    add(sql, values, " and d.topic = ?", filter.topic);
    add(sql, values, " and locate(lower(?), lower(d.last_error)) > 0", filter.error);
    add(sql, values, " and d.finished_at >= ?", filter.since);
    add(sql, values, " and d.finished_at < ?", filter.until);
    sql.append(" order by d.id limit ").append(BATCH);
    return jdbc.queryForList(sql.toString(), Long.class, values.toArray());
  }

  private static void add(StringBuilder sql, List<Object> values, String condition, Object value) {
    if (value != null) {
      sql.append(condition);
      values.add(value);
    }
  }

  /**
   * What a finished delivery did has turned out to be of no effect, so it can be done again without
   * looking: after a wait, or once its subscriber has rested. A dead letter where it is rejected or
   * was tried often enough. Wants a transaction.
   *
   * @param remoteId what it made; nothing is changed where it has made something else since
   * @param told what the remote says of it
   * @param maxAttempts as its consumer has it; a pause spends none
   * @return false when it is not done, or somebody gave it up; nothing was changed then
   */
  public boolean fail(long id, String remoteId, DeliveryException told, int maxAttempts) {
    boolean pauses = told instanceof PauseException;
    int tries = told instanceof RejectException ? 0 : pauses ? Integer.MAX_VALUE : maxAttempts;
    boolean changed =
        jdbc.update(
                """
                update deliveries
                set state = if(attempts - losses < ?, 'due', 'dead'),
                    finished_at = if(state = 'dead', now(6), null),
                    due_at = now(6) + interval if(?, 0, %s) second,
                    attempts = attempts - ?, last_error = ?, outcome_unknown = 0
                where id = ? and state = 'done' and remote_id = ? and discarded_at is null
                """
                    .formatted(WAIT_SECONDS),
                tries,
                pauses,
                pauses ? 1 : 0,
                told.getMessage(),
                id,
                remoteId)
            == 1;
    if (changed) {
      jdbc.update(
          """
          insert into delivery_attempts (delivery_id, attempt, outcome, reason)
          select id, attempts + ?, ?, last_error from deliveries where id = ?
          """,
          pauses ? 1 : 0,
          Settlement.Outcome.of(told).word,
          id);
    }
    if (changed && pauses) {
      jdbc.query(
          "select topic, subscriber from deliveries where id = ?",
          row -> {
            SubscriptionControl.rest(
                jdbc,
                row.getString("topic"),
                row.getString("subscriber"),
                PAUSE_WHEN_TOLD_LATER,
                told.getMessage(),
                false);
          },
          id);
    }
    return changed;
  }

  /**
   * Gives up a delivery that is dead or waits for its turn: it counts as done, and the reason is
   * kept.
   *
   * @return false when it is being worked on, or was finished before; nothing was changed then
   */
  public boolean discard(long id, String reason) {
    return jdbc.update(
            """
            update deliveries
            set state = 'done', finished_at = now(6), discarded_at = now(6), discard_reason = ?
            where id = ? and state in ('due', 'dead')
            """,
            reason,
            id)
        == 1;
  }

  /**
   * Has a subscriber work once more through the events published since then. What it is working on,
   * what still waits for it and what somebody gave up stays as it is.
   *
   * @return how many deliveries became due
   */
  public int workAgain(String topic, String subscriber, Instant since) {
    long end = EventTimes.highestId(jdbc);
    int again = 0;
    for (long after = EventTimes.lastIdBefore(since, jdbc); after < end; after += BATCH) {
      long from = after;
      long until = Math.min(after + BATCH, end);
      again +=
          untilUndisturbed(
              () ->
                  jdbc.update(
                      """
                      update events e force index (primary)
                      straight_join deliveries d on d.event_id = e.id and d.subscriber = ?
                      set %s
                      where e.id > ? and e.id <= ? and e.topic = ? and e.created_at >= ?
                        and d.state in ('done', 'dead') and d.discarded_at is null
                      """
                          .formatted(DUE_AGAIN),
                      subscriber,
                      from,
                      until,
                      topic,
                      since));
    }
    return again;
  }

  /** A consumer may lock the same rows in another order; whoever loses tries again. */
  private static int untilUndisturbed(IntSupplier update) {
    for (int attempt = 1; ; attempt++) {
      try {
        return update.getAsInt();
      } catch (ConcurrencyFailureException e) {
        if (attempt == TRIES) {
          throw e;
        }
      }
    }
  }
}
