package io.leadhub.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

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

  private final JdbcTemplate jdbc;

  DeliveriesApi(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @GetMapping
  @Operation(summary = "Deliveries, newest first; state=dead are the dead letters")
  Page<Delivery> list(
      @RequestParam(required = false) State state,
      @RequestParam(required = false) String subscriber,
      @RequestParam(required = false) Long cursor,
      @RequestParam(defaultValue = "50") int limit) {
    Conditions where =
        new Conditions()
            .and("d.state = ?", state == null ? null : state.name())
            .and("d.subscriber = ?", subscriber)
            .and("d.id < ?", cursor);
    int size = Conditions.pageSize(limit);
    List<Delivery> found =
        jdbc.query(
            DELIVERIES + where.sql() + " order by d.id desc limit " + (size + 1),
            DeliveriesApi::delivery,
            where.values());
    return Page.of(found, size, Delivery::id);
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
