package io.leadhub.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Keeps the calls in a table of the hub's database, so that a restart still shows them. */
@Component
@Profile(SandboxEnvironment.PROFILE)
final class JdbcSandboxJournal implements SandboxJournal, SmartInitializingSingleton {

  private static final String TABLE =
      """
      create table if not exists sandbox_calls (
        id bigint not null auto_increment primary key,
        provider varchar(20) not null,
        at datetime(3) not null,
        target varchar(200) not null,
        text mediumtext not null,
        body json not null,
        key by_target (provider, target, id)
      ) character set utf8mb4
      """;
  private static final String SELECT =
      "select id, provider, at, target, text, body from sandbox_calls ";

  /** The first row of a sheet stays: it is the heading, and the hub looks for it. */
  private static final String TRIM =
      """
      delete from sandbox_calls
      where id <= (select newest from (select max(id) - ? as newest from sandbox_calls) as calls)
        and coalesce(json_value(body, '$.row'), '') <> '1'
      """;

  private static final int TRIM_EVERY = 500;

  private final JdbcTemplate jdbc;
  private final ObjectMapper json;
  private final AtomicLong kept = new AtomicLong();

  JdbcSandboxJournal(JdbcTemplate jdbc, ObjectMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  @Override
  public void afterSingletonsInstantiated() {
    jdbc.execute(TABLE);
  }

  @Override
  public List<Long> keep(List<Sent> sent) {
    if (sent.isEmpty()) {
      return List.of();
    }
    LocalDateTime now = LocalDateTime.now(ZoneOffset.UTC);
    List<Object> values = new ArrayList<>();
    for (Sent call : sent) {
      String target = call.target();
      values.add(call.provider());
      values.add(now);
      values.add(target.substring(0, Math.min(target.length(), 200)));
      values.add(call.text());
      values.add(call.body().toString());
    }
    List<Long> ids =
        jdbc.queryForList(
            "insert into sandbox_calls (provider, at, target, text, body) values "
                + String.join(", ", Collections.nCopies(sent.size(), "(?, ?, ?, ?, ?)"))
                + " returning id",
            Long.class,
            values.toArray());
    long before = kept.getAndAdd(sent.size());
    if (before / TRIM_EVERY != (before + sent.size()) / TRIM_EVERY) {
      jdbc.update(TRIM, MEMORY);
    }
    return ids;
  }

  @Override
  public List<SandboxCall> newest(int limit) {
    return jdbc.query(SELECT + "order by id desc limit ?", this::call, limit);
  }

  @Override
  public List<SandboxCall> newest(String provider, int limit) {
    return jdbc.query(
        SELECT + "where provider = ? order by id desc limit ?", this::call, provider, limit);
  }

  @Override
  public List<SandboxCall> newest(String provider, String target, int limit) {
    return jdbc.query(
        SELECT + "where provider = ? and target = ? order by id desc limit ?",
        this::call,
        provider,
        target,
        limit);
  }

  @Override
  public List<SandboxCall> oldest(String provider, String target, int limit) {
    return jdbc.query(
        SELECT + "where provider = ? and target = ? order by id limit ?",
        this::call,
        provider,
        target,
        limit);
  }

  private SandboxCall call(ResultSet row, int number) throws SQLException {
    return new SandboxCall(
        row.getLong("id"),
        row.getString("provider"),
        row.getObject("at", LocalDateTime.class).toInstant(ZoneOffset.UTC),
        row.getString("target"),
        row.getString("text"),
        body(row.getString("body")));
  }

  private JsonNode body(String text) throws SQLException {
    try {
      return json.readTree(text);
    } catch (JsonProcessingException e) {
      throw new SQLException("sandbox_calls.body is not JSON", e);
    }
  }
}
