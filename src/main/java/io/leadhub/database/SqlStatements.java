package io.leadhub.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.springframework.jdbc.core.ColumnMapRowMapper;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Runs the SQL of a route in the transaction at hand. camel-jdbc would do, but it asks the database
 * to parse each statement anew, and closes a transaction's connection at the end of a split.
 */
@Component("sql")
public class SqlStatements {

  private static final ColumnMapRowMapper ROW = new ColumnMapRowMapper();

  private final NamedParameterJdbcTemplate jdbc;

  SqlStatements(NamedParameterJdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param statement with {@code :name} for each parameter
   * @return what it answers first: a map of the row's columns by name, the value itself where there
   *     is one column, null where there is no row
   */
  public Object run(String statement, Map<String, ?> parameters) {
    return jdbc.execute(statement, parameters, SqlStatements::firstRow);
  }

  private static Object firstRow(PreparedStatement prepared) throws SQLException {
    if (!prepared.execute()) {
      return null;
    }
    try (ResultSet rows = prepared.getResultSet()) {
      if (!rows.next()) {
        return null;
      }
      Map<String, Object> row = ROW.mapRow(rows, 1);
      return row.size() == 1 ? row.values().iterator().next() : row;
    }
  }
}
