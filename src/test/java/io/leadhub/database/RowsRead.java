package io.leadhub.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** How many rows and index entries MariaDB looks at: what a statement costs, on any machine. */
public final class RowsRead {

  private RowsRead() {}

  /**
   * @param work all of it, on the connection it is given
   */
  public static long by(DataSource database, Consumer<JdbcTemplate> work) {
    try (Connection connection = database.getConnection()) {
      JdbcTemplate own = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
      own.execute("flush local status");
      work.accept(own);
      return own.queryForObject(
          """
          select sum(variable_value) from information_schema.session_status
          where variable_name like 'handler_read%' or variable_name = 'handler_icp_attempts'
          """,
          Long.class);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Deliveries of that topic and subscriber that are done with, each of an event of its own. */
  public static void finish(JdbcTemplate jdbc, int count, String topic, String subscriber) {
    jdbc.update(
        "insert ignore into subscriptions (topic, subscriber) values (?, ?)", topic, subscriber);
    jdbc.update(
        """
        insert into events (topic, content_type, payload)
        select ?, 'text/plain', 'x' from seq_1_to_%d
        """
            .formatted(count),
        topic);
    jdbc.update(
        """
        insert into deliveries (event_id, topic, subscriber, state, attempts, finished_at)
        select id, topic, ?, 'done', 1, now(6) from events where topic = ?
        """,
        subscriber,
        topic);
    // As it is sooner or later; the optimizer decides by it.
    jdbc.execute("analyze table events, deliveries");
  }
}
