package io.leadhub.database;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;

/**
 * A real MariaDB of one test's own that can be killed, be away, hang, and lose the answer to a
 * commit. Its address stays the same: a small proxy stands before it.
 */
public final class FragileDatabase implements AutoCloseable {

  private enum Mood {
    WELL,
    AWAY,
    SILENT,
    LOSES_NEXT_COMMIT_ANSWER
  }

  private final Path directory;
  private final EmbeddedMariaDb server;
  private final ServerSocket door;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
  private volatile Mood mood = Mood.WELL;

  private FragileDatabase(Path directory) {
    this.directory = directory;
    ProcessTimeZone.beUtc();
    server = EmbeddedMariaDb.start(directory, TestDatabase.DIRECTORY);
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::answerTheDoor);
  }

  public static FragileDatabase start(Path directory) {
    return new FragileDatabase(directory);
  }

  public String jdbcUrl() {
    return "jdbc:mariadb://127.0.0.1:" + door.getLocalPort() + "/leadhub";
  }

  public String user() {
    return server.user();
  }

  public String password() {
    return server.password();
  }

  /** A pool as the hub has it, through the proxy, with the hub's tables made. */
  public HikariDataSource migrated() {
    HikariDataSource pool = pool(jdbcUrl());
    pool.setConnectionTimeout(5_000);
    Flyway.configure().dataSource(pool).load().migrate();
    return pool;
  }

  /** A pool through the proxy that waits so long for an answer, and then for another connection. */
  public HikariDataSource giveUpSilenceAfter(Duration time) {
    HikariDataSource pool = pool(jdbcUrl());
    pool.addDataSourceProperty("socketTimeout", time.toMillis());
    return pool;
  }

  /** A pool that goes round the proxy, to look what is there. */
  public HikariDataSource behindTheProxy() {
    return pool(server.jdbcUrl());
  }

  private HikariDataSource pool(String url) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(MariaDbUrl.complete(url));
    pool.setUsername(user());
    pool.setPassword(password());
    pool.setMaximumPoolSize(10);
    pool.setMinimumIdle(0);
    pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    return pool;
  }

  /** No connection is made any more, and those that were are cut. */
  public void goesAway() {
    mood = Mood.AWAY;
    cut();
  }

  /** As {@link #goesAway}, and the server itself dies with {@code kill -9}. */
  public void isKilled() throws IOException {
    goesAway();
    long pid = pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    // The hub's own watch starts it again; the door stays shut.
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(() -> pid() != pid && answers());
  }

  private long pid() throws IOException {
    return Long.parseLong(Files.readString(directory.resolve("mariadb.pid")));
  }

  private boolean answers() throws SQLException {
    return "1".equals(Sql.text(server, "select 1"));
  }

  /** Connections stay and nothing comes through them: as after a cut cable. */
  public void fallsSilent() {
    mood = Mood.SILENT;
  }

  /** Connections that are open stay silent for ever; new ones reach the server. */
  public void failsOver() {
    silent.addAll(open);
  }

  /** The next commit takes place, and the connection is lost before anybody hears of it. */
  public void losesTheAnswerToTheNextCommit() {
    mood = Mood.LOSES_NEXT_COMMIT_ANSWER;
  }

  public boolean hasLostTheAnswer() {
    return mood == Mood.AWAY;
  }

  /** All is well again; what waited in silent connections is lost with them. */
  public void comesBack() {
    cut();
    mood = Mood.WELL;
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
    server.close();
  }

  private void cut() {
    open.forEach(FragileDatabase::closeQuietly);
    open.clear();
    silent.clear();
  }

  private void answerTheDoor() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        if (mood == Mood.AWAY) {
          client.close();
          continue;
        }
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), server.port());
        open.add(client);
        open.add(behind);
        AtomicBoolean committing = new AtomicBoolean();
        daemon(() -> passRequests(client, behind, committing));
        daemon(() -> passAnswers(behind, client, committing));
      } catch (IOException e) {
        // The door is closed, or one guest left early.
      }
    }
  }

  private void passRequests(Socket client, Socket behind, AtomicBoolean committing) {
    copy(
        client,
        behind,
        request -> {
          if (mood == Mood.LOSES_NEXT_COMMIT_ANSWER && request.contains("COMMIT")) {
            committing.set(true);
          }
          return true;
        });
  }

  private void passAnswers(Socket behind, Socket client, AtomicBoolean committing) {
    copy(
        behind,
        client,
        answer -> {
          if (committing.get()) {
            goesAway();
          }
          return !committing.get();
        });
  }

  private void copy(Socket from, Socket to, Predicate<String> passes) {
    byte[] block = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int length = in.read(block); length >= 0; length = in.read(block)) {
        while ((mood == Mood.SILENT || silent.contains(from)) && !from.isClosed()) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
        if (!passes.test(new String(block, 0, length, StandardCharsets.ISO_8859_1))) {
          return;
        }
        out.write(block, 0, length);
      }
    } catch (IOException e) {
      // cut
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "fragile-database");
    thread.setDaemon(true);
    thread.start();
  }
}
