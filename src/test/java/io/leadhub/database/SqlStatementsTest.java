package io.leadhub.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

class SqlStatementsTest {

  private static JdbcTemplate jdbc;

  private final SqlStatements sql = new SqlStatements(new NamedParameterJdbcTemplate(jdbc));

  @BeforeAll
  static void openADatabase() {
    jdbc = new JdbcTemplate(TestDatabase.fresh().dataSource());
  }

  @BeforeEach
  void makeTable() {
    jdbc.execute(
        "create or replace table people"
            + " (id bigint auto_increment primary key, name varchar(40) unique, note varchar(40))");
  }

  @Test
  void oneRowIsAMapOneColumnItsValueAndNoRowNull() {
    assertThat(sql.run("select :a as a, 'x' as b", Map.of("a", 1)))
        .isEqualTo(Map.of("a", 1, "b", "x"));
    assertThat(sql.run("select :a", Map.of("a", 1))).isEqualTo(1);
    assertThat(sql.run("select id from people where name = :a", Map.of("a", 1))).isNull();
    assertThat(sql.run("select max(id) from people where name = :a", Map.of("a", 1))).isNull();
    assertThat(sql.run("insert into people (name) values (:a)", Map.of("a", "Ann"))).isNull();
  }

  @Test
  void rowsAreInsertedTogetherAndReturnedInTheirOrder() {
    List<Object> ids =
        sql.insert(
            "insert into people (name, note) values (:name, concat(:name, ' :name (', :note, ')')) returning id",
            List.of(row("Ann", "a"), row("Bob", null), row("Cid", "c")));

    assertThat(ids).containsExactly(1L, 2L, 3L);
    assertThat(notes()).containsExactly("Ann :name (a)", null, "Cid :name (c)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO people (name, note)\nVALUES\n(:name, (select coalesce(:note, ')')))",
        "  insert ignore into people (name, note) values (:name, coalesce(:note, ')'))\n",
        "insert into people (name, note) values (:name, coalesce(:note, ')')) on duplicate key update note = concat(values(note), '!')",
        "insert into people (name, note) values (:name, coalesce(:note, ')')) returning name, (select 1)"
      })
  void anInsertMayBeWrittenInManyWays(String insert) {
    sql.insert(insert, List.of(row("Ann", "a"), row("Bob", null)));
    assertThat(notes()).containsExactly("a", ")");
  }

  @Test
  void whatIsNoInsertOfValuesIsRefused() {
    String statement = "insert into people (name) select :name";
    assertThatThrownBy(() -> sql.insert(statement, List.of(row("Ann", "a"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(statement);
  }

  @Test
  void aStatementIsRunForEachRow() {
    sql.insert("insert into people (name) values (:name)", List.of(row("Ann", ""), row("Bob", "")));
    sql.each(
        "update people set note = :note where name = :name",
        List.of(row("Bob", "b"), row("Ann", "a")));
    assertThat(notes()).containsExactly("a", "b");
  }

  @Test
  void rowsAreSelectedByTheValuesOfAll() {
    sql.insert(
        "insert into people (name) values (:name)",
        List.of(row("Ann", ""), row("Bob", ""), row("Cid", "")));
    List<Map<String, Object>> wanted = List.of(row("Cid", null), row("Ann", "a"));
    assertThat(sql.select("select name from people where name in (:name) order by id", wanted))
        .containsExactly("Ann", "Cid");
    assertThat(sql.select("select id, name from people where name in (:name)", wanted))
        .contains(Map.of("id", 1L, "name", "Ann"));
  }

  @Test
  void noRowsAreNoStatement() {
    String broken = "this is no SQL";
    assertThat(sql.insert(broken, List.of())).isEmpty();
    sql.each(broken, List.of());
    assertThat(sql.select(broken, List.of())).isEmpty();
  }

  private static Map<String, Object> row(String name, String note) {
    Map<String, Object> row = new HashMap<>();
    row.put("name", name);
    row.put("note", note);
    return row;
  }

  private static List<String> notes() {
    return jdbc.queryForList("select note from people order by id", String.class);
  }
}
