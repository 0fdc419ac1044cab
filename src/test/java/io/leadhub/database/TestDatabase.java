package io.leadhub.database;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionTimeoutException;
import org.flywaydb.core.Flyway;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * One MariaDB for all tests of a run, and a database of its own for whoever asks: the embedded one,
 * or the server of {@code HUB_DB_URL} when that is set (its user must be allowed to create
 * databases).
 */
public final class TestDatabase {

  /** Where MariaDB's program is unpacked, once for all embedded databases of the tests. */
  static final Path DIRECTORY = Path.of("target", "test-database");

  private static final int LOCK_WAIT_TIMEOUT = 1205;
  private static final String PREFIX = "leadhub_test_";
  private static final List<Schema> SCHEMAS = new CopyOnWriteArrayList<>();
  private static final Map<Class<?>, Schema> OF_CLASSES = new ConcurrentHashMap<>();

  private TestDatabase() {}

  /** A new, empty database. */
  public static Schema fresh() {
    ProcessTimeZone.beUtc();
    String name = PREFIX + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    Server.get().execute("create database " + name + " character set utf8mb4");
    Schema schema = new Schema(name);
    SCHEMAS.add(schema);
    return schema;
  }

  /**
   * The hub's tables, empty, for one test after the other of a class that starts no hub: to make
   * them anew takes a second.
   */
  public static Schema emptied(Class<?> test) {
    Schema schema = OF_CLASSES.computeIfAbsent(test, any -> fresh().migrate());
    schema.empty();
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
      return Server.get().url(name);
    }

    public String user() {
      return Server.get().user;
    }

    public String password() {
      return Server.get().password;
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

    private void empty() {
      try (Connection connection = dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        List<String> filled = new ArrayList<>();
        for (String table : tables(connection)) {
          try (ResultSet row = statement.executeQuery("select 1 from " + table + " limit 1")) {
            if (row.next()) {
              filled.add(table);
            }
          }
        }
        statement.execute("set foreign_key_checks = 0");
        for (String table : filled) {
          truncate(statement, table);
        }
        statement.execute("set foreign_key_checks = 1");
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    /** MariaDB refuses it at once while it counts the table's rows for itself. */
    private static void truncate(Statement statement, String table) {
      await()
          .ignoreExceptionsMatching(
              e -> e instanceof SQLException sql && sql.getErrorCode() == LOCK_WAIT_TIMEOUT)
          .until(() -> !statement.execute("truncate table " + table));
    }

    private List<String> tables(Connection connection) throws SQLException {
      List<String> tables = new ArrayList<>();
      try (ResultSet rows = connection.getMetaData().getTables(name, null, "%", null)) {
        while (rows.next()) {
          tables.add(rows.getString("TABLE_NAME"));
        }
      }
      tables.remove("flyway_schema_history");
      return tables;
    }

    private synchronized void close() {
      if (dataSource != null) {
        dataSource.close();
      }
    }
  }

  /** The server; started when the first test wants a database. */
  private static final class Server {

    private static Server started;

    private final EmbeddedMariaDb embedded;
    private final String address;
    private final String options;
    private final String user;
    private final String password;

    /**
     * Not in a static initializer: what keeps the server from starting would be told to the first
     * test only, and every later one would say that the class can't be initialized.
     */
    private static synchronized Server get() {
      if (started == null) {
        started = new Server();
      }
      return started;
    }

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
      Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "test-database-stop"));
    }

    private String url(String database) {
      return address + database + options;
    }

    private void stop() {
      SCHEMAS.forEach(Schema::close);
      awaitHubs();
      SCHEMAS.forEach(schema -> execute("drop database if exists " + schema.name));
      if (embedded != null) {
        embedded.close();
      }
    }

    /**
     * Those of all tests stop at this moment, too; without a database each would wait half a minute
     * for it.
     */
    private void awaitHubs() {
      try {
        await().atMost(Duration.ofSeconds(30)).until(() -> hubs() == 0);
      } catch (ConditionTimeoutException e) {
        System.err.println("A hub of a test is still connected; its database stops all the same.");
      }
    }

    private long hubs() throws SQLException {
      try (Connection connection = connect();
          Statement statement = connection.createStatement();
          ResultSet count =
              statement.executeQuery(
                  "select count(*) from information_schema.processlist where db like '"
                      + PREFIX
                      + "%'")) {
        count.next();
        return count.getLong(1);
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
