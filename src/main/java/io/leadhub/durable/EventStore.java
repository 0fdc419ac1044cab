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
    List<Long> inserted = ids.stream().filter(id -> id != null).toList();
    if (!inserted.isEmpty()) {
      insertDeliveries(inserted);
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

  /** Says the order of the join: left to itself MariaDB may read every event of the topic. */
  private void insertDeliveries(List<Long> eventIds) {
    jdbc.update(
        """
        insert into deliveries (event_id, topic, subscriber, ordering_key)
        select e.id, e.topic, s.subscriber, e.ordering_key
        from events e force index (primary)
        straight_join subscriptions s on s.topic = e.topic
        where e.id in (%s)
        order by e.id
        """
            .formatted(Sql.placeholders(eventIds.size())),
        eventIds.toArray());
  }
}
