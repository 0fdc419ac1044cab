package io.leadhub.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.DeliveryControl;
import io.leadhub.durable.Payload;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/api/deliveries")
@Tag(name = "Deliveries")
class DeliveriesApi {

  record Delivery(
      long id,
      String topic,
      String subscriber,
      State state,
      int attempts,
      Instant dueAt,
      String lastError,
      String remoteId) {}

  /**
   * Everything about one delivery.
   *
   * @param outcomeUnknown whether an earlier attempt may have taken effect
   * @param payload as it was published: JSON as it is, text as text, bytes in base64
   * @param editedPayload what is delivered instead, after a replay with another payload
   * @param failures the latest failed attempts, oldest first
   */
  record DeliveryStory(
      @JsonUnwrapped Delivery delivery,
      boolean outcomeUnknown,
      Instant finishedAt,
      Instant discardedAt,
      String discardReason,
      long eventId,
      String eventKey,
      String subject,
      Instant publishedAt,
      String contentType,
      JsonNode payload,
      JsonNode editedPayload,
      List<Failure> failures) {}

  /**
   * @param attempt its number; repeats where the attempt did not count
   * @param outcome retry-at, retry, reconcile, reject, pause, or lost with its node
   */
  record Failure(int attempt, Instant at, String outcome, String reason) {}

  /**
   * @param payload delivered instead of what was published; without it, that is, or the last edit
   */
  record Replay(JsonNode payload) {}

  record Replayed(int replayed) {}

  record Discard(@NotBlank @Size(max = 2_000) String reason) {}

  enum State {
    due,
    running,
    done,
    dead
  }

  private static final String DELIVERIES =
      """
      select d.id, d.topic, d.subscriber, d.state, d.attempts, d.due_at, d.last_error, d.remote_id
      from deliveries d
      """;

  /** Leads the index past any number of done ones, to the few in another state. */
  private static final String UNFINISHED =
      """
      select d.id, d.topic, d.subscriber, d.state, d.attempts, d.due_at, d.last_error, d.remote_id
      from subscriptions s
      straight_join deliveries d force index (deliveries_to_claim)
        on d.topic = s.topic and d.subscriber = s.subscriber
      """;

  private static final int LATEST_FAILURES = 100;

  private final JdbcTemplate jdbc;
  private final ObjectMapper json;
  private final DeliveryControl control;

  DeliveriesApi(JdbcTemplate jdbc, ObjectMapper json, DeliveryControl control) {
    this.jdbc = jdbc;
    this.json = json;
    this.control = control;
  }

  @GetMapping
  @Operation(summary = "Deliveries, newest first; state=dead are the dead letters")
  Page<Delivery> list(
      @RequestParam(required = false) State state,
      @RequestParam(required = false) String subscriber,
      @RequestParam(required = false) String topic,
      @RequestParam(required = false) Long cursor,
      @RequestParam(defaultValue = "50") int limit) {
    Conditions where =
        new Conditions()
            .and("d.state = ?", state == null ? null : state.name())
            .and("d.subscriber = ?", subscriber)
            .and("d.topic = ?", topic)
            .and("d.id < ?", cursor);
    int size = Conditions.pageSize(limit);
    List<Delivery> found =
        jdbc.query(
            (state == null || state == State.done ? DELIVERIES : UNFINISHED)
                + where.sql()
                + " order by d.id desc limit "
                + (size + 1),
            DeliveriesApi::delivery,
            where.values());
    return Page.of(found, size, Delivery::id);
  }

  @GetMapping("/{id}")
  @Operation(summary = "One delivery with what was published and how each attempt failed")
  DeliveryStory one(@PathVariable long id) {
    return find(id)
        .orElseThrow(
            () ->
                new ResponseStatusException(
                    HttpStatus.NOT_FOUND, "There is no delivery " + id + "."));
  }

  @PostMapping("/{id}/replay")
  @Operation(
      summary = "Send a dead letter again, with another payload if one is given; 409 if it is none")
  DeliveryStory replay(@PathVariable long id, @RequestBody(required = false) Replay asked) {
    one(id);
    JsonNode payload =
        asked == null || asked.payload() == null || asked.payload().isNull()
            ? null
            : asked.payload();
    try {
      if (!control.replay(id, payload)) {
        throw new ResponseStatusException(
            HttpStatus.CONFLICT, asItIs(one(id)) + " Only a dead letter can be sent again.");
      }
    } catch (IllegalArgumentException e) {
      throw new ResponseStatusException(HttpStatus.BAD_REQUEST, e.getMessage(), e);
    }
    return one(id);
  }

  @PostMapping("/replay")
  @Operation(
      summary =
          "Send all dead letters again that fit: of a subscriber, of a topic, whose reason contains"
              + " a text, that became dead letters since and until an instant")
  Replayed replayAll(@RequestBody DeliveryControl.Filter filter) {
    return new Replayed(control.replayAll(filter));
  }

  @PostMapping("/{id}/discard")
  @Operation(
      summary = "Give up a delivery that is dead or waits; it counts as done, the reason is kept")
  DeliveryStory discard(@PathVariable long id, @Valid @RequestBody Discard asked) {
    one(id);
    if (!control.discard(id, asked.reason())) {
      DeliveryStory story = one(id);
      if (story.discardedAt() == null) {
        throw new ResponseStatusException(
            HttpStatus.CONFLICT, asItIs(story) + " Only what is dead or waits can be discarded.");
      }
    }
    return one(id);
  }

  private static String asItIs(DeliveryStory story) {
    long id = story.delivery().id();
    return switch (story.delivery().state()) {
      case due -> "Delivery %d is due already, at %s.".formatted(id, story.delivery().dueAt());
      case running -> "Delivery %d is being worked on.".formatted(id);
      case dead -> "Delivery %d is a dead letter.".formatted(id);
      case done ->
          story.discardedAt() == null
              ? "Delivery %d was delivered at %s.".formatted(id, story.finishedAt())
              : "Delivery %d was discarded at %s.".formatted(id, story.discardedAt());
    };
  }

  private Optional<DeliveryStory> find(long id) {
    return jdbc
        .query(
            """
            select d.id, d.topic, d.subscriber, d.state, d.attempts, d.due_at, d.last_error,
                   d.remote_id, d.outcome_unknown, d.finished_at, d.discarded_at, d.discard_reason,
                   d.event_id, e.event_key, e.subject, e.created_at, e.content_type, e.payload,
                   d.edited_payload
            from deliveries d join events e on e.id = d.event_id
            where d.id = ?
            """,
            (row, index) ->
                new DeliveryStory(
                    delivery(row, index),
                    row.getBoolean("outcome_unknown"),
                    row.getObject("finished_at", Instant.class),
                    row.getObject("discarded_at", Instant.class),
                    row.getString("discard_reason"),
                    row.getLong("event_id"),
                    row.getString("event_key"),
                    row.getString("subject"),
                    row.getObject("created_at", Instant.class),
                    row.getString("content_type"),
                    payload(row, "payload"),
                    payload(row, "edited_payload"),
                    failures(id)),
            id)
        .stream()
        .findFirst();
  }

  private JsonNode payload(ResultSet row, String column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return bytes == null ? null : new Payload(row.getString("content_type"), bytes).toJson(json);
  }

  private List<Failure> failures(long id) {
    return jdbc.query(
        """
        select attempt, at, outcome, reason
        from (select * from delivery_attempts where delivery_id = ? order by id desc limit %d) latest
        order by id
        """
            .formatted(LATEST_FAILURES),
        (row, index) ->
            new Failure(
                row.getInt("attempt"),
                row.getObject("at", Instant.class),
                row.getString("outcome"),
                row.getString("reason")),
        id);
  }

  /** Where everything about one subject went, in the order it was published. */
  static List<Delivery> about(JdbcTemplate jdbc, String subject) {
    return jdbc.query(
        DELIVERIES + "join events e on e.id = d.event_id where e.subject = ? order by d.id",
        DeliveriesApi::delivery,
        subject);
  }

  private static Delivery delivery(ResultSet row, int index) throws SQLException {
    return new Delivery(
        row.getLong("id"),
        row.getString("topic"),
        row.getString("subscriber"),
        State.valueOf(row.getString("state")),
        row.getInt("attempts"),
        row.getObject("due_at", Instant.class),
        row.getString("last_error"),
        row.getString("remote_id"));
  }
}
