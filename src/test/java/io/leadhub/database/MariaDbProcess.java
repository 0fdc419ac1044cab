package io.leadhub.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A MariaDB in a process of its own, as a hub with {@code HUB_DB_URL} finds it. It may be killed,
 * held and started again, and keeps its port and its data.
 */
public final class MariaDbProcess {

  private static final String USER = "leadhub";
  private static final String PASSWORD = "chaos";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String REDO_LOG = "--innodb-log-file-size=96M";

  private final MariaDbProgram program;
  private final Path directory;
  private final int port;
  private Process server;

  private MariaDbProcess(MariaDbProgram program, Path directory, int port) {
    this.program = program;
    this.directory = directory;
    this.port = port;
  }

  /** Started with an empty data directory, which is set up when it is missing. */
  public static MariaDbProcess start(Path directory) {
    try {
      Path home = Files.createDirectories(directory.toAbsolutePath());
      MariaDbProgram program =
          MariaDbProgram.below(TestDatabase.DIRECTORY.toAbsolutePath().normalize());
      Files.createDirectories(TestDatabase.DIRECTORY);
      program.unpackUnlessDone();
      MariaDbProcess database = new MariaDbProcess(program, home, freePort());
      OrphanedServer.stop(database.pidFile(), database.data(), program.server());
      database.install();
      database.start();
      Runtime.getRuntime().addShutdownHook(new Thread(database::kill, "chaos-database-stop"));
      return database;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("The database of the chaos tests does not start", e);
    }
  }

  /** A new, empty database on this server. */
  public String createDatabase() {
    String name = "chaos_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    try (Connection connection = connect("");
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name + " character set utf8mb4");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return name;
  }

  public String jdbcUrl(String database) {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + database;
  }

  public String user() {
    return USER;
  }

  public String password() {
    return PASSWORD;
  }

  public Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        jdbcUrl(database) + "?timezone=UTC&connectTimeout=5000&socketTimeout=30000",
        USER,
        PASSWORD);
  }

  public long pid() {
    return server.pid();
  }

  /** As {@code kill -9}: nothing that was not synced stays. */
  public void kill() {
    try {
      server.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when it answers, with what was committed before. */
  public void start() {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=",
                "--skip-name-resolve",
                "--skip-ssl",
                "--init-file=" + directory.resolve("init.sql"),
                "--character-set-server=utf8mb4",
                "--max-allowed-packet=64M",
                "--max-connections=300",
                "--innodb-lock-wait-timeout=2",
                "--innodb-flush-log-at-trx-commit=1",
                REDO_LOG));
    options.addAll(asRoot());
    try {
      Files.writeString(
          directory.resolve("init.sql"),
          """
          create or replace user '%1$s'@'127.0.0.1' identified by '%2$s';
          grant all privileges on *.* to '%1$s'@'127.0.0.1' with grant option;
          """
              .formatted(USER, PASSWORD));
      server =
          program
              .server(data(), options)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(directory.resolve("mariadb.log").toFile()))
              .start();
      Files.writeString(pidFile(), Long.toString(server.pid()));
      awaitAnswer();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void install() throws IOException, InterruptedException {
    TemporarySibling.deleteLeftovers(data());
    if (Files.isDirectory(data())) {
      return;
    }
    Path fresh = TemporarySibling.of(data());
    Process installer =
        program
            .installer(fresh, REDO_LOG)
            .redirectOutput(directory.resolve("install.log").toFile())
            .start();
    if (installer.waitFor() != 0) {
      throw new IllegalStateException("See " + directory.resolve("install.log"));
    }
    Files.move(fresh, data());
  }

  private void awaitAnswer() throws InterruptedException {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      try (Connection connection = connect("")) {
        return;
      } catch (SQLException e) {
        if (!server.isAlive() || Instant.now().isAfter(end)) {
          throw new IllegalStateException("See " + directory.resolve("mariadb.log"), e);
        }
      }
      server.waitFor(50, java.util.concurrent.TimeUnit.MILLISECONDS);
    }
  }

  private static List<String> asRoot() {
    return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
  }

  private Path data() {
    return directory.resolve("mariadb");
  }

  private Path pidFile() {
    return directory.resolve("mariadb.pid");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
