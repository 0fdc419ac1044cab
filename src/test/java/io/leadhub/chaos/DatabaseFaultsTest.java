package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MariaDB dies, hangs, runs out and quarrels, while customers go on writing. */
@Chaos
class DatabaseFaultsTest {

  private static final int KILLS = Summary.LONG ? 5 : 1;
  private static final int SECONDS_AWAY = Summary.LONG ? 60 : 3;
  private static final int SECONDS_LOCKED = Summary.LONG ? 15 : 3;
  private static final int QUARRELS = Summary.LONG ? 200 : 20;

  private final Cluster cluster = Cluster.shared();

  @Test
  void aDatabaseThatIsKilledUnderLoadCostsNothing() throws Exception {
    try (AutoCloseable writing = cluster.customers.writeAllTheTime(20)) {
      for (int kill = 0; kill < KILLS; kill++) {
        letPass(Duration.ofMillis(500 + cluster.random.nextInt(1_000)));
        Cluster.server().kill();
        letPass(Duration.ofMillis(cluster.random.nextInt(2_000)));
        Cluster.server().start();
      }
    }
    cluster
        .settles()
        .judge("MariaDB killed with -9 and started again under load", KILLS + " kills");
  }

  @Test
  void aDatabaseThatDoesNotAnswerCostsNothing() throws Exception {
    int before = cluster.history.acknowledged().size();
    int during;
    try (AutoCloseable writing = cluster.customers.writeAllTheTime(Summary.LONG ? 200 : 60)) {
      Signals.send("STOP", Cluster.server().pid());
      try {
        letPass(Duration.ofSeconds(SECONDS_AWAY));
        during = cluster.history.acknowledged().size() - before;
      } finally {
        Signals.send("CONT", Cluster.server().pid());
      }
    }
    cluster
        .settles(Duration.ofMinutes(15))
        .judge(
            "MariaDB hangs under load (%d messages acknowledged meanwhile)".formatted(during),
            SECONDS_AWAY + " s at " + (Summary.LONG ? 200 : 60) + " webhooks/s");
  }

  @Test
  void aConnectionPoolWithoutAFreeConnectionCostsNothing() throws Exception {
    try (Connection rogue = cluster.connect();
        Statement statement = rogue.createStatement()) {
      statement.execute("lock tables events write, deliveries write");
      try (AutoCloseable writing = cluster.customers.writeAllTheTime(20)) {
        await("the pools are exhausted")
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    cluster.count(
                            "select count(*) from information_schema.processlist"
                                + " where db = database() and state like '%lock%'")
                        > 5);
        letPass(Duration.ofSeconds(SECONDS_LOCKED));
      }
      statement.execute("unlock tables");
    }
    cluster
        .settles()
        .judge("Every connection waits for a locked table", SECONDS_LOCKED + " s at 20 webhooks/s");
  }

  @Test
  void deadlocksAndLockTimeoutsCostNothing() throws Exception {
    long before = deadlocks();
    try (AutoCloseable writing = cluster.customers.writeAllTheTime(20);
        Connection rogue = cluster.connect()) {
      rogue.setAutoCommit(false);
      for (int quarrel = 0; quarrel < QUARRELS; quarrel++) {
        quarrel(rogue, quarrel);
      }
      holdLatest(rogue);
    }
    cluster
        .settles()
        .judge(
            "A rogue transaction takes rows of contacts and deliveries crosswise, and one holds"
                + " them for longer than the lock timeout",
            "%d rounds, %d deadlocks".formatted(QUARRELS, deadlocks() - before));
  }

  /** In the other order than the hub takes them. */
  private static void quarrel(Connection rogue, int round) throws SQLException {
    List<String> locks =
        List.of(
            "select id from deliveries order by id desc limit 40 for update",
            "select id from contacts order by id desc limit 20 for update",
            "update leads set status = status order by id desc limit 20",
            "select id from events order by id desc limit 20 for update");
    try (Statement statement = rogue.createStatement()) {
      for (int i = 0; i < locks.size(); i++) {
        statement.execute(locks.get((i + round) % locks.size()));
      }
    } catch (SQLException e) {
      assertThat(e.getMessage()).as("it was the victim").containsIgnoringCase("lock");
    } finally {
      rogue.rollback();
    }
  }

  /**
   * What the hub is about to write: many, yet not a whole backlog. MariaDB keeps a lock for each
   * row in its buffer pool, and ends itself rather than fill the small one of a test with them.
   */
  private static void holdLatest(Connection rogue) throws SQLException {
    try (Statement statement = rogue.createStatement()) {
      statement.execute("select id from contacts order by id desc limit 1000 for update");
      statement.execute("select id from deliveries order by id desc limit 5000 for update");
      letPass(Duration.ofSeconds(3));
    } catch (SQLException e) {
      assertThat(e.getMessage()).as("it was the victim").containsIgnoringCase("lock");
    } finally {
      rogue.rollback();
    }
  }

  private long deadlocks() {
    return cluster
        .query(
            "select variable_value from information_schema.global_status"
                + " where variable_name = 'innodb_deadlocks'",
            row -> row.getLong(1))
        .get(0);
  }

  /** Time in which the world goes on. */
  private static void letPass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    await().atMost(time.plusMinutes(1)).until(() -> System.nanoTime() > end);
  }
}
