package io.leadhub.database;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.ArgumentPreparedStatementSetter;
import org.springframework.jdbc.core.ColumnMapRowMapper;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterUtils;
import org.springframework.jdbc.core.namedparam.ParsedSql;
import org.springframework.stereotype.Component;

/**
 * Runs the SQL of a route in the transaction at hand, for one row of values or for many at once.
 * Parameters are written {@code :name}. camel-jdbc would do for one, but it asks the database to
 * parse each statement anew, and closes a transaction's connection at the end of a split.
 */
@Component("sql")
public class SqlStatements {

  private static final ColumnMapRowMapper ROW = new ColumnMapRowMapper();

  /** What stands before the values of an insert, they themselves, and what comes after. */
  private static final Pattern INSERT =
      Pattern.compile(
          "(.*?\\bvalues\\s*)(\\(.*?\\))(\\s*|\\s*\\b(?:returning|on\\s+duplicate\\s+key)\\b.*)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final NamedParameterJdbcTemplate jdbc;

  SqlStatements(NamedParameterJdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @return what the statement answers first: a map of the row's columns by name, the value itself
   *     where there is one column, null where there is no row
   */
  public Object run(String statement, Map<String, ?> parameters) {
    List<Object> answer = jdbc.execute(statement, parameters, prepared -> answer(prepared, 1));
    return answer.isEmpty() ? null : answer.get(0);
  }

  /**
   * Inserts all rows with one statement; none for no rows.
   *
   * @param statement as for one row: {@code insert into … values (…)}, perhaps with {@code
   *     returning}; parameters stand among the values only
   * @return what it returns of each row, in their order, as {@link #run} does of one
   * @throws IllegalArgumentException when the statement is of another kind
   */
  public List<Object> insert(String statement, List<? extends Map<String, ?>> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    Matcher insert = INSERT.matcher(statement.strip());
    if (!insert.matches()) {
      throw new IllegalArgumentException("Not of the form insert into … values (…): " + statement);
    }
    ParsedSql values = NamedParameterUtils.parseSqlStatement(insert.group(2));
    List<Object> arguments = new ArrayList<>();
    for (Map<String, ?> row : rows) {
      MapSqlParameterSource parameters = new MapSqlParameterSource(row);
      arguments.addAll(
          Arrays.asList(NamedParameterUtils.buildValueArray(values, parameters, null)));
    }
    String row = NamedParameterUtils.substituteNamedParameters(values, null);
    String all = String.join(", ", Collections.nCopies(rows.size(), row));
    return jdbc.getJdbcOperations()
        .execute(
            insert.group(1) + all + insert.group(3),
            (PreparedStatement prepared) -> {
              new ArgumentPreparedStatementSetter(arguments.toArray()).setValues(prepared);
              return answer(prepared, rows.size());
            });
  }

  /** Runs the statement once for each row, sent together. */
  public void each(String statement, List<? extends Map<String, ?>> rows) {
    if (!rows.isEmpty()) {
      jdbc.batchUpdate(
          statement,
          rows.stream().map(MapSqlParameterSource::new).toArray(MapSqlParameterSource[]::new));
    }
  }

  /**
   * Selects with the values of all rows together.
   *
   * @param statement in which a parameter is the list of that value of each row: {@code … in
   *     (:name)}
   * @return all rows it finds, as {@link #run} does the first; none for no rows
   */
  public List<Object> select(String statement, List<? extends Map<String, ?>> rows) {
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<String, List<Object>> columns = new HashMap<>();
    for (Map<String, ?> row : rows) {
      row.forEach(
          (name, value) -> columns.computeIfAbsent(name, any -> new ArrayList<>()).add(value));
    }
    return jdbc.execute(statement, columns, prepared -> answer(prepared, Integer.MAX_VALUE));
  }

  private static List<Object> answer(PreparedStatement prepared, int most) throws SQLException {
    if (!prepared.execute()) {
      return List.of();
    }
    List<Object> answer = new ArrayList<>();
    try (ResultSet rows = prepared.getResultSet()) {
      while (answer.size() < most && rows.next()) {
        Map<String, Object> row = ROW.mapRow(rows, answer.size() + 1);
        answer.add(row.size() == 1 ? row.values().iterator().next() : row);
      }
    }
    return answer;
  }
}
