package io.leadhub.durable;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** The publishing half of the tables: events, and one delivery for each subscriber of the topic. */
final class EventStore {

  private static final String ROW = "(?, ?, ?, ?, ?, ?)";

  private final JdbcTemplate jdbc;

  EventStore(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** From now on events of this topic are kept for this subscriber, whether it runs or not. */
  void subscribe(String topic, String subscriber) {
    jdbc.update(
        "insert ignore into subscriptions (topic, subscriber) values (?, ?)", topic, subscriber);
  }

  /**
   * Writes the events and their deliveries in the transaction at hand.
   *
   * @return for each event its id, or null where its key was already there
   */
  List<Long> insert(List<NewEvent> events) {
    List<Long> ids = insertEvents(events);
    if (ids.stream().anyMatch(id -> id != null)) {
      insertDeliveries(events, ids);
    }
    return ids;
  }

  /**
   * "Ignore" drops known keys; it would also hide a cut value, which {@link NewEvent} rules out by
   * length. "Returning" answers only the rows that were written, in their order.
   */
  private List<Long> insertEvents(List<NewEvent> events) {
    String sql =
        "insert ignore into events"
            + " (topic, event_key, ordering_key, subject, content_type, payload) values "
            + String.join(", ", Collections.nCopies(events.size(), ROW))
            + " returning id, topic, event_key";
    Map<List<String>, Long> keyed = new HashMap<>();
    List<Long> unkeyed = new ArrayList<>();
    jdbc.query(
        sql,
        statement -> bind(statement, events),
        row -> {
          String key = row.getString("event_key");
          if (key == null) {
            unkeyed.add(row.getLong("id"));
          } else {
            keyed.put(List.of(row.getString("topic"), key), row.getLong("id"));
          }
        });
    List<Long> ids = new ArrayList<>(events.size());
    int nextUnkeyed = 0;
    for (NewEvent event : events) {
      ids.add(
          event.key() == null
              ? unkeyed.get(nextUnkeyed++)
              : keyed.remove(List.of(event.topic(), event.key())));
    }
    return ids;
  }

  private static void bind(PreparedStatement statement, List<NewEvent> events) throws SQLException {
    int at = 0;
    for (NewEvent event : events) {
      statement.setString(++at, event.topic());
      statement.setString(++at, event.key());
      statement.setString(++at, event.orderingKey());
      statement.setString(++at, event.subject());
      statement.setString(++at, event.payload().contentType());
      statement.setBytes(++at, event.payload().bytes());
    }
  }

  /**
   * The subscribers are read first: an "insert … select" holds the lock on the table's next id
   * until it ends, and publishers would wait for each other there.
   */
  private void insertDeliveries(List<NewEvent> events, List<Long> ids) {
    Map<String, List<String>> subscribers = subscribers(events);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      NewEvent event = events.get(i);
      if (ids.get(i) == null) {
        continue;
      }
      for (String subscriber : subscribers.getOrDefault(event.topic(), List.of())) {
        values.add(ids.get(i));
        values.add(event.topic());
        values.add(subscriber);
        values.add(event.orderingKey());
      }
    }
    if (!values.isEmpty()) {
      jdbc.update(
          "insert into deliveries (event_id, topic, subscriber, ordering_key) values "
              + String.join(", ", Collections.nCopies(values.size() / 4, "(?, ?, ?, ?)")),
          values.toArray());
    }
  }

  private Map<String, List<String>> subscribers(List<NewEvent> events) {
    Object[] topics = events.stream().map(NewEvent::topic).distinct().toArray();
    Map<String, List<String>> subscribers = new HashMap<>();
    jdbc.query(
        "select topic, subscriber from subscriptions where topic in (%s)"
            .formatted(Sql.placeholders(topics.length)),
        row -> {
          subscribers
              .computeIfAbsent(row.getString("topic"), topic -> new ArrayList<>())
              .add(row.getString("subscriber"));
        },
        topics);
    return subscribers;
  }
}
