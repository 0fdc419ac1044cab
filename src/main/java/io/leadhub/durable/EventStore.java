package io.leadhub.durable;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** The publishing half of the tables: events, and one delivery for each subscriber of the topic. */
final class EventStore {

  /** An event that waited in the spool keeps its time, unless this node's clock runs ahead. */
  private static final String ROW = "(?, ?, ?, ?, ?, ?, least(coalesce(?, now(6)), now(6)))";

  private final JdbcTemplate jdbc;

  EventStore(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * From now on events of this topic are kept for this subscriber, whether it runs or not.
   *
   * @param from a new subscriber also gets the events published since then, or null; {@link
   *     Backfill} sees to it
   */
  void subscribe(String topic, String subscriber, Instant from) {
    jdbc.update(
        "insert ignore into subscriptions (topic, subscriber, backfill_from) values (?, ?, ?)",
        topic,
        subscriber,
        from);
  }

  /** What the database says of an event it has just kept; {@code subscribers} may be empty. */
  private record Kept(long id, List<String> subscribers) {}

  /**
   * Writes the events and their deliveries in the transaction at hand.
   *
   * @return for each event its id, or null where its key was already there
   */
  List<Long> insert(List<NewEvent> events) {
    List<Kept> kept = insertEvents(events);
    insertDeliveries(events, kept);
    return kept.stream().map(event -> event == null ? null : event.id).toList();
  }

  /**
   * "Ignore" drops known keys; it would also hide a cut value, which {@link NewEvent} rules out by
   * length. "Returning" answers only the rows that were written, in their order.
   */
  private List<Kept> insertEvents(List<NewEvent> events) {
    String sql =
        """
        insert ignore into events
          (topic, event_key, ordering_key, subject, content_type, payload, created_at)
        values %s
        returning id, topic, event_key,
          (select group_concat(s.subscriber) from subscriptions s where s.topic = events.topic)
            as subscribers
        """
            .formatted(String.join(", ", Collections.nCopies(events.size(), ROW)));
    Map<List<String>, Kept> keyed = new HashMap<>();
    List<Kept> unkeyed = new ArrayList<>();
    jdbc.query(
        sql,
        statement -> bind(statement, events),
        row -> {
          String key = row.getString("event_key");
          String subscribers = row.getString("subscribers");
          Kept kept =
              new Kept(
                  row.getLong("id"),
                  subscribers == null ? List.of() : List.of(subscribers.split(",")));
          if (key == null) {
            unkeyed.add(kept);
          } else {
            keyed.put(List.of(row.getString("topic"), key), kept);
          }
        });
    List<Kept> kept = new ArrayList<>(events.size());
    int nextUnkeyed = 0;
    for (NewEvent event : events) {
      kept.add(
          event.key() == null
              ? unkeyed.get(nextUnkeyed++)
              : keyed.remove(List.of(event.topic(), event.key())));
    }
    return kept;
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
      Instant publishedAt = event.publishedAt();
      statement.setTimestamp(++at, publishedAt == null ? null : Timestamp.from(publishedAt));
    }
  }

  /**
   * No "insert … select": it holds the lock on the table's next id until it ends, and publishers
   * would wait for each other there.
   */
  private void insertDeliveries(List<NewEvent> events, List<Kept> kept) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (kept.get(i) == null) {
        continue;
      }
      for (String subscriber : kept.get(i).subscribers) {
        values.add(kept.get(i).id);
        values.add(events.get(i).topic());
        values.add(subscriber);
        values.add(events.get(i).orderingKey());
      }
    }
    if (!values.isEmpty()) {
      jdbc.update(
          "insert into deliveries (event_id, topic, subscriber, ordering_key) values "
              + String.join(", ", Collections.nCopies(values.size() / 4, "(?, ?, ?, ?)")),
          values.toArray());
    }
  }
}
