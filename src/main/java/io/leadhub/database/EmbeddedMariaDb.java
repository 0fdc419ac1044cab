package io.leadhub.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real MariaDB of the hub's own: its data lives below the hub's data directory, it listens on
 * loopback only and wants a password. It survives a killed hub; the next start takes over.
 */
final class EmbeddedMariaDb implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedMariaDb.class);

  private static final String USER = "leadhub";
  private static final String LOOPBACK = "127.0.0.1";
  // Half of it is what a checkpoint may lag behind; with 96M sustained ingest halves.
  private static final String REDO_LOG = "--innodb-log-file-size=512M";
  // Replaying a full redo log after a crash can take minutes on a slow disk.
  private static final Duration START_PATIENCE = Duration.ofMinutes(5);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
  private static final int RESTARTS = 5;
  private static final int PORT_ATTEMPTS = 3;

  private final DataDirectory directory;
  private final MariaDbProgram program;
  private final String password;
  private int port;
  private Process server;
  private int restarts;
  private boolean closed;

  private EmbeddedMariaDb(DataDirectory directory, MariaDbProgram program, String password) {
    this.directory = directory;
    this.program = program;
    this.password = password;
  }

  /**
   * Starts the database in a data directory, which belongs to this process until {@link #close}.
   */
  static EmbeddedMariaDb start(Path dataDirectory) {
    return start(dataDirectory, dataDirectory);
  }

  /** As {@link #start(Path)}, with MariaDB's program kept elsewhere. */
  static EmbeddedMariaDb start(Path dataDirectory, Path programParent) {
    long begin = System.nanoTime();
    MariaDbProgram program = MariaDbProgram.below(programParent.toAbsolutePath().normalize());
    DataDirectory directory = DataDirectory.take(dataDirectory);
    boolean started = false;
    try {
      String password = PasswordFile.readOrCreate(directory.path().resolve("mariadb-password"));
      EmbeddedMariaDb database = new EmbeddedMariaDb(directory, program, password);
      OrphanedServer.stop(database.pidFile(), database.data(), program.server());
      program.unpackUnlessDone();
      database.installUnlessDone();
      database.launchOnFreePort();
      started = true;
      log.info(
          "Embedded MariaDB {} started in {} ms: data in {}, port {}",
          program.version(),
          Duration.ofNanos(System.nanoTime() - begin).toMillis(),
          database.data(),
          database.port);
      return database;
    } catch (IOException e) {
      throw new DatabaseStartException(
          "the embedded database cannot be started in " + directory.path() + " (" + e + ")",
          "Make sure that user "
              + System.getProperty("user.name")
              + " may read and write everything in this directory and that its disk has room.",
          e);
    } finally {
      if (!started) {
        directory.close();
      }
    }
  }

  String jdbcUrl() {
    return jdbcUrl("leadhub");
  }

  /** The address of another database on this server. */
  String jdbcUrl(String database) {
    return "jdbc:mariadb://" + LOOPBACK + ":" + port + "/" + database;
  }

  String user() {
    return USER;
  }

  String password() {
    return password;
  }

  int port() {
    return port;
  }

  /**
   * Stops the server as it wishes to be stopped, with everything written, and frees the directory.
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    long begin = System.nanoTime();
    askToStop();
    boolean clean = false;
    try {
      clean = server.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (clean) {
      deleteQuietly(pidFile());
      log.info(
          "Embedded MariaDB stopped in {} ms",
          Duration.ofNanos(System.nanoTime() - begin).toMillis());
    } else {
      log.warn("Embedded MariaDB did not stop in {}, ending it; no data is lost", STOP_PATIENCE);
      server.destroyForcibly();
    }
    directory.close();
  }

  private void askToStop() {
    if (server.toHandle().supportsNormalTermination()) {
      server.destroy();
      return;
    }
    // Windows can only kill, so the server is asked in its own language.
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("shutdown");
    } catch (SQLException e) {
      log.debug("The server ends before it answers", e);
    }
  }

  private void installUnlessDone() throws IOException {
    TemporarySibling.deleteLeftovers(data());
    if (Files.isDirectory(data())) {
      return;
    }
    log.info("Setting up the embedded database in {}, once", data());
    Path fresh = TemporarySibling.of(data());
    Path output = directory.path().resolve("mariadb-install.log");
    Process installer = start(program.installer(fresh, REDO_LOG).redirectOutput(output.toFile()));
    try {
      if (!installer.waitFor(START_PATIENCE.toSeconds(), TimeUnit.SECONDS)
          || installer.exitValue() != 0) {
        installer.destroyForcibly();
        throw failed("cannot be set up", output, null);
      }
    } catch (InterruptedException e) {
      installer.destroyForcibly();
      throw interrupted(e);
    }
    Files.move(fresh, data());
  }

  private void launchOnFreePort() throws IOException {
    for (int attempt = 1; ; attempt++) {
      port = freePort();
      if (launch()) {
        return;
      }
      // Between finding the port and using it, somebody else may have taken it.
      if (attempt == PORT_ATTEMPTS || !tail(serverLog()).contains("Bind on TCP/IP port")) {
        throw failed("did not start", serverLog(), null);
      }
    }
  }

  /** Runs the server on {@link #port} until it answers; false when it ends instead. */
  private boolean launch() throws IOException {
    // The run before stays readable, for who wonders why it ended.
    if (Files.exists(serverLog())) {
      Files.move(
          serverLog(),
          serverLog().resolveSibling("mariadb.1.log"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Path init = directory.path().resolve("mariadb-init.sql");
    PasswordFile.write(init, initialStatements());
    try {
      server = start(program.server(data(), options(init)).redirectOutput(serverLog().toFile()));
      Files.writeString(pidFile(), Long.toString(server.pid()));
      server.getOutputStream().close();
      return awaitAnswer();
    } finally {
      deleteQuietly(init);
    }
  }

  private List<String> options(Path init) throws IOException {
    Path temporary = Files.createDirectories(directory.path().resolve("mariadb-tmp"));
    List<String> options =
        new ArrayList<>(
            List.of(
                "--port=" + port,
                "--bind-address=" + LOOPBACK,
                // No socket: one way in, and no limit to the length of the data directory's name.
                "--socket=",
                "--skip-name-resolve",
                // Loopback needs no TLS, and making a certificate took 2 to 10 seconds a start.
                "--skip-ssl",
                "--init-file=" + init,
                "--tmpdir=" + temporary,
                "--character-set-server=utf8mb4",
                "--max-allowed-packet=64M",
                "--max-connections=300",
                "--innodb-flush-log-at-trx-commit=1",
                REDO_LOG));
    if ("root".equals(System.getProperty("user.name"))) {
      // MariaDB refuses to run as root unless told so.
      options.add("--user=root");
    }
    return options;
  }

  /** Run at each start, so the password file is always right and the accounts are only ours. */
  private String initialStatements() {
    return """
    create database if not exists leadhub character set utf8mb4;
    create or replace user '%1$s'@'%2$s' identified by '%3$s';
    grant all privileges on *.* to '%1$s'@'%2$s' with grant option;
    drop user if exists 'root'@'localhost', 'root'@'127.0.0.1', 'root'@'::1', ''@'localhost';
    """
        .formatted(USER, LOOPBACK, password);
  }

  private boolean awaitAnswer() {
    Instant end = Instant.now().plus(START_PATIENCE);
    SQLException last = null;
    try {
      while (Instant.now().isBefore(end)) {
        try (Connection connection = connect()) {
          watch(server);
          return true;
        } catch (SQLException e) {
          last = e;
        }
        if (server.waitFor(50, TimeUnit.MILLISECONDS)) {
          return false;
        }
      }
    } catch (InterruptedException e) {
      server.destroy();
      throw interrupted(e);
    }
    server.destroy();
    throw failed(
        "did not answer within " + START_PATIENCE.toMinutes() + " minutes", serverLog(), last);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl() + "?connectTimeout=5000", USER, password);
  }

  /** A server that somebody killed (or that the system did, for its memory) is started again. */
  private void watch(Process watched) {
    watched.onExit().thenAcceptAsync(ended -> restart(ended.exitValue()));
  }

  private synchronized void restart(int exitValue) {
    if (closed) {
      return;
    }
    if (++restarts > RESTARTS) {
      log.error("The embedded database ended once more, see {}; restart the hub", serverLog());
      return;
    }
    log.error("The embedded database ended (exit {}), starting it again", exitValue);
    try {
      if (!launch()) {
        log.error("The embedded database does not start again, see {}", serverLog());
      }
    } catch (IOException | DatabaseStartException e) {
      log.error("The embedded database does not start again", e);
    }
  }

  private Path data() {
    return directory.path().resolve("mariadb");
  }

  private Path serverLog() {
    return directory.path().resolve("mariadb.log");
  }

  private Path pidFile() {
    return directory.path().resolve("mariadb.pid");
  }

  private static Process start(ProcessBuilder command) {
    try {
      return command.start();
    } catch (IOException e) {
      throw new DatabaseStartException(
          "this machine does not run the embedded database's program (" + e.getMessage() + ")",
          "It needs "
              + System.getProperty("os.name")
              + " as MariaDB is built for it (on Linux: x86-64 with glibc). Set HUB_DB_URL,"
              + " HUB_DB_USER and HUB_DB_PASSWORD to use a MariaDB of your own (10.6 or newer).",
          e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      return socket.getLocalPort();
    }
  }

  private static DatabaseStartException failed(String how, Path output, Throwable cause) {
    return new DatabaseStartException(
        "the embedded database " + how + "; its last words:\n" + tail(output),
        "See " + output + ", or set HUB_DB_URL to use a MariaDB of your own (10.6 or newer).",
        cause);
  }

  private static DatabaseStartException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new DatabaseStartException(
        "the start of the embedded database was interrupted", "Start again.", cause);
  }

  private static String tail(Path output) {
    try {
      List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    } catch (IOException e) {
      return "(none: " + e.getMessage() + ")";
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.debug("Left {}", file, e);
    }
  }
}
