package io.leadhub.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimesInTheDatabaseTest {

  private static final Instant NOON = Instant.parse("2026-03-29T12:00:00.123456Z");

  private final TestDatabase.Schema schema = TestDatabase.fresh();
  private final TimeZone zone = TimeZone.getDefault();

  @BeforeEach
  void moveToBangkok() {
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Bangkok"));
  }

  @AfterEach
  void moveBack() {
    TimeZone.setDefault(zone);
  }

  @ParameterizedTest
  @ValueSource(strings = {"datetime(6)", "timestamp(6)"})
  void areUtcWhereverTheHubRuns(String type) throws SQLException {
    new DatabaseConfiguration();
    try (Connection connection = schema.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create or replace table times (at " + type + ", how text)");
      try (PreparedStatement insert =
          connection.prepareStatement("insert into times values (?, ?)")) {
        insert.setTimestamp(1, Timestamp.from(NOON));
        insert.setString(2, "Timestamp");
        insert.execute();
        insert.setObject(1, NOON);
        insert.setString(2, "Instant");
        insert.execute();
      }
      try (ResultSet row =
          statement.executeQuery(
              "select date_format(at, '%Y-%m-%d %H:%i:%s.%f') as text, at, how from times")) {
        while (row.next()) {
          assertThat(row.getString("text"))
              .as("stored from %s", row.getString("how"))
              .isEqualTo("2026-03-29 12:00:00.123456");
          assertThat(row.getTimestamp("at").toInstant()).isEqualTo(NOON);
          assertThat(row.getObject("at", Instant.class)).isEqualTo(NOON);
        }
      }
      assertThat(
              Sql.text(connection, "select abs(timestampdiff(second, now(), utc_timestamp())) < 2"))
          .as("the session's own clock is UTC too")
          .isEqualTo("1");
    }
  }

  @Test
  void areUtcForTimestampsEvenIfTheProcessMovesLater() throws SQLException {
    try (Connection connection = schema.dataSource().getConnection();
        PreparedStatement statement = connection.prepareStatement("select concat(?)")) {
      statement.setTimestamp(1, Timestamp.from(NOON));
      try (ResultSet row = statement.executeQuery()) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo("2026-03-29 12:00:00.123456");
      }
    }
  }
}
