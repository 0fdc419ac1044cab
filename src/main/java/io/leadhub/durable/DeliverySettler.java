package io.leadhub.durable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes down how claimed deliveries ended, for one subscriber of one topic. Works in the
 * transaction at hand.
 */
final class DeliverySettler {

  /** Fits the column with room to spare; the start of a reason is the part that tells. */
  private static final int LONGEST_REASON = 2_000;

  /** As the column has it; one that is longer must not keep all others from being settled. */
  private static final int LONGEST_ID = 255;

  private final JdbcTemplate jdbc;
  private final String topic;
  private final String subscriber;

  DeliverySettler(JdbcTemplate jdbc, String topic, String subscriber) {
    this.jdbc = jdbc;
    this.topic = topic;
    this.subscriber = subscriber;
  }

  /** Returns the ids of those that are no longer their claim's; nothing is changed there. */
  Set<Long> settle(List<Ended> attempts) {
    List<Ended> done = attempts.stream().filter(Ended::isDone).toList();
    List<Ended> others = attempts.stream().filter(ended -> !ended.isDone()).toList();
    Set<Long> refused = new LinkedHashSet<>();
    if (!done.isEmpty() && settleDone(done) < done.size()) {
      refused.addAll(notSettled(done));
    }
    if (!others.isEmpty()) {
      refused.addAll(settleOthers(others));
    }
    return refused;
  }

  /** Returns the ids of those that were taken over. */
  private List<Long> settleOthers(List<Ended> others) {
    Map<Long, Running> running = lockRunning(others.stream().map(Ended::id).toList());
    List<Ended> failed = new ArrayList<>();
    List<Long> refused = new ArrayList<>();
    for (Ended ended : others) {
      Running ours = running.get(ended.id());
      if (ours == null || !ours.owner().equals(ended.owner())) {
        refused.add(ended.id());
        continue;
      }
      settleNotDone(ended);
      if (ended.settlement().outcome() != null) {
        failed.add(ended);
      }
    }
    if (!failed.isEmpty()) {
      recordAttempts(failed, running);
    }
    return refused;
  }

  /** A delivery as its claim left it. */
  private record Running(String owner, int attempt) {}

  private Map<Long, Running> lockRunning(List<Long> ids) {
    Map<Long, Running> running = new HashMap<>();
    jdbc.query(
        """
        select id, lease_owner, attempts from deliveries
        where id in (%s) and state = 'running'
        order by id
        for update
        """
            .formatted(Sql.placeholders(ids.size())),
        row -> {
          running.put(
              row.getLong("id"), new Running(row.getString("lease_owner"), row.getInt("attempts")));
        },
        ids.toArray());
    return running;
  }

  /**
   * One statement for all, so what is done keeps its owner: it tells those that were ours from
   * those that another node has finished meanwhile.
   *
   * @return how many were still their claim's
   */
  private int settleDone(List<Ended> done) {
    List<Object> arguments = new ArrayList<>();
    String remoteId = "";
    if (done.stream().anyMatch(ended -> ended.settlement().remoteId() != null)) {
      // The n-th remote id goes to the n-th delivery.
      done.forEach(ended -> arguments.add(ended.id()));
      done.forEach(ended -> arguments.add(bounded(ended.settlement().remoteId(), LONGEST_ID)));
      remoteId =
          ", remote_id = coalesce(elt(field(id, %1$s), %1$s), remote_id)"
              .formatted(Sql.placeholders(done.size()));
    }
    addClaims(done, arguments);
    return jdbc.update(
        """
        update deliveries
        set state = 'done', finished_at = now(6)%s
        where state = 'running' and %s
        """
            .formatted(remoteId, claims(done.size())),
        arguments.toArray());
  }

  private Set<Long> notSettled(List<Ended> done) {
    List<Object> arguments = new ArrayList<>();
    addClaims(done, arguments);
    Set<Long> ids = new LinkedHashSet<>(done.stream().map(Ended::id).toList());
    jdbc.queryForList(
            "select id from deliveries where state = 'done' and " + claims(done.size()),
            Long.class,
            arguments.toArray())
        .forEach(ids::remove);
    return ids;
  }

  /** The ids alone find the rows: pairs are compared, but not looked up in an index. */
  private static String claims(int count) {
    return "id in (%s) and (id, lease_owner) in (%s)"
        .formatted(
            Sql.placeholders(count), String.join(", ", Collections.nCopies(count, "(?, ?)")));
  }

  private static void addClaims(List<Ended> attempts, List<Object> arguments) {
    attempts.forEach(ended -> arguments.add(ended.id()));
    for (Ended ended : attempts) {
      arguments.add(ended.id());
      arguments.add(ended.owner());
    }
  }

  private void recordAttempts(List<Ended> failed, Map<Long, Running> running) {
    List<Object> values = new ArrayList<>();
    for (Ended ended : failed) {
      values.add(ended.id());
      values.add(running.get(ended.id()).attempt());
      values.add(ended.settlement().outcome().word);
      values.add(bounded(ended.settlement().error(), LONGEST_REASON));
    }
    jdbc.update(
        "insert into delivery_attempts (delivery_id, attempt, outcome, reason) values "
            + String.join(", ", Collections.nCopies(failed.size(), "(?, ?, ?, ?)")),
        values.toArray());
  }

  private static String bounded(String text, int length) {
    return text == null || text.codePointCount(0, text.length()) <= length
        ? text
        : text.substring(0, text.offsetByCodePoints(0, length));
  }

  private void settleNotDone(Ended ended) {
    Settlement settlement = ended.settlement();
    String error = bounded(settlement.error(), LONGEST_REASON);
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
        Sql.micros(settlement.delay()),
        settlement.spendsAttempt() ? 0 : 1,
        settlement.outcomeUnknown(),
        error,
        ended.id());
    if (settlement.pause() != null) {
      SubscriptionControl.rest(jdbc, topic, subscriber, settlement.pause(), error, true);
    }
  }
}
