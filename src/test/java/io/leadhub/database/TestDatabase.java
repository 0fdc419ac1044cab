package io.leadhub.database;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.flywaydb.core.Flyway;
import org.springframework.boot.SpringApplication;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * One MariaDB for all tests of a run, and a database of its own for whoever asks: the embedded one,
 * or the server of {@code HUB_DB_URL} when that is set (its user must be allowed to create
 * databases).
 */
public final class TestDatabase {

  /** Where MariaDB's program is unpacked, once for all embedded databases of the tests. */
  static final Path DIRECTORY = Path.of("target", "test-database");

  private static final String PREFIX = "leadhub_test_";
  private static final List<Schema> SCHEMAS = new CopyOnWriteArrayList<>();

  private TestDatabase() {}

  /** A new, empty database. */
  public static Schema fresh() {
    ProcessTimeZone.beUtc();
    String name = PREFIX + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    Server.INSTANCE.execute("create database " + name + " character set utf8mb4");
    Schema schema = new Schema(name);
    SCHEMAS.add(schema);
    return schema;
  }

  /** Points the hub of a Spring test to a new, empty database; for @DynamicPropertySource. */
  public static Schema registerTo(DynamicPropertyRegistry registry) {
    Schema schema = fresh();
    registry.add("hub.database.url", schema::jdbcUrl);
    registry.add("hub.database.user", schema::user);
    registry.add("hub.database.password", schema::password);
    registry.add("hub.data-dir", () -> Path.of("target", "test-data", schema.name).toString());
    // Spring keeps the contexts of many test classes; each with a full pool is too many.
    registry.add("spring.datasource.hikari.minimum-idle", () -> 1);
    return schema;
  }

  /** A database of one test class. */
  public static final class Schema {

    private final String name;
    private HikariDataSource dataSource;

    private Schema(String name) {
      this.name = name;
    }

    public String jdbcUrl() {
      return Server.INSTANCE.url(name);
    }

    public String user() {
      return Server.INSTANCE.user;
    }

    public String password() {
      return Server.INSTANCE.password;
    }

    /** A pool with the hub's own settings; closed at the end of the run. */
    public synchronized HikariDataSource dataSource() {
      if (dataSource == null) {
        dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(MariaDbUrl.complete(jdbcUrl()));
        dataSource.setUsername(user());
        dataSource.setPassword(password());
        dataSource.setMaximumPoolSize(20);
        dataSource.setMinimumIdle(0);
        dataSource.setIdleTimeout(10_000);
        dataSource.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
      }
      return dataSource;
    }

    /** Makes the hub's tables, for tests that start no hub. */
    public Schema migrate() {
      Flyway.configure().dataSource(dataSource()).load().migrate();
      return this;
    }

    private synchronized void close() {
      if (dataSource != null) {
        dataSource.close();
      }
    }
  }

  /** The server; started when the first test wants a database. */
  private static final class Server {

    private static final Server INSTANCE = new Server();

    private final EmbeddedMariaDb embedded;
    private final String address;
    private final String options;
    private final String user;
    private final String password;

    private Server() {
      String external = System.getenv().getOrDefault("HUB_DB_URL", "");
      if (external.isBlank()) {
        embedded = EmbeddedMariaDb.start(DIRECTORY);
        address = embedded.jdbcUrl("");
        options = "";
        user = embedded.user();
        password = embedded.password();
        dropLeftovers();
      } else {
        embedded = null;
        address = external.replaceAll("(jdbc:mariadb:[^/]*//[^/]+/).*", "$1");
        options = external.contains("?") ? external.substring(external.indexOf('?')) : "";
        user = System.getenv().getOrDefault("HUB_DB_USER", "");
        password = System.getenv().getOrDefault("HUB_DB_PASSWORD", "");
      }
      // After the hubs of all tests: they would wait for a database that is gone.
      SpringApplication.getShutdownHandlers().add(this::stop);
    }

    private String url(String database) {
      return address + database + options;
    }

    private void stop() {
      for (Schema schema : SCHEMAS) {
        schema.close();
        execute("drop database if exists " + schema.name);
      }
      if (embedded != null) {
        embedded.close();
      }
    }

    /** What a killed run left; nobody else uses the embedded server. */
    private void dropLeftovers() {
      List<String> leftovers = new ArrayList<>();
      try (Connection connection = connect();
          Statement statement = connection.createStatement();
          ResultSet names = statement.executeQuery("show databases like '" + PREFIX + "%'")) {
        while (names.next()) {
          leftovers.add(names.getString(1));
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      leftovers.forEach(name -> execute("drop database " + name));
    }

    private void execute(String sql) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        throw new IllegalStateException("The test database refuses: " + sql, e);
      }
    }

    private Connection connect() throws SQLException {
      return DriverManager.getConnection(url(""), user, password);
    }
  }
}
