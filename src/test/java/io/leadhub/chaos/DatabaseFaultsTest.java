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
  private static final int DEADLOCKS = Summary.LONG ? 20 : 2;
  private static final int LOCK_TIMEOUTS = Summary.LONG ? 5 : 1;

  /** More than can have been on their way when MariaDB stood still. */
  private static final int ACKNOWLEDGED = 100;

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Who has written most is not the one that has to give way. */
  private static final String WRITE_MUCH = "insert into rogue select seq from seq_1_to_5000";

  private static final String LATEST_LEADS =
      "select id from leads order by id desc limit 20 for update";

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
    int during;
    try (AutoCloseable writing = cluster.customers.writeAllTheTime(Summary.LONG ? 200 : 60)) {
      Signals.send("STOP", Cluster.server().pid());
      int before = cluster.history.acknowledged().size();
      try {
        letPass(Duration.ofSeconds(SECONDS_AWAY));
        await("messages are acknowledged while MariaDB does not answer")
            .atMost(PATIENCE)
            .until(() -> cluster.history.acknowledged().size() - before > ACKNOWLEDGED);
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
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(cluster.nodes)
                        .allSatisfy(
                            node ->
                                assertThat(node.metric("hikaricp_connections_pending"))
                                    .isPositive()));
        letPass(Duration.ofSeconds(SECONDS_LOCKED));
      }
      statement.execute("unlock tables");
    }
    cluster
        .settles()
        .judge(
            "Every connection of both nodes' pools waits for a locked table",
            SECONDS_LOCKED + " s at 20 webhooks/s");
  }

  @Test
  void deadlocksAndLockTimeoutsCostNothing() throws Exception {
    long deadlocks = deadlocks();
    long lockTimeouts = lockTimeouts();
    int lost = 0;
    cluster.execute("create table if not exists rogue (id int primary key)");
    try (AutoCloseable writing = cluster.customers.writeAllTheTime(20);
        Connection rogue = cluster.connect()) {
      rogue.setAutoCommit(false);
      for (int quarrel = 0; quarrel < QUARRELS; quarrel++) {
        quarrel(rogue, quarrel);
      }
      for (int time = 0; time < 5 * DEADLOCKS && lost < DEADLOCKS; time++) {
        lost += deadlock(rogue) ? 1 : 0;
      }
      assertThat(lost).as("deadlocks that the hub had to give way in").isEqualTo(DEADLOCKS);
      for (int time = 0; time < LOCK_TIMEOUTS; time++) {
        holdUntilTheHubGivesUp(rogue);
      }
    }
    cluster
        .settles()
        .judge(
            "A rogue transaction takes rows of contacts, leads, deliveries and events crosswise,"
                + " and holds some for longer than the lock timeout",
            "%d deadlocks, %d of which the hub had to give way in, and %d lock timeouts"
                .formatted(deadlocks() - deadlocks, lost, lockTimeouts() - lockTimeouts));
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
   * Keeps the hub from opening a lead, and then wants the contact that the hub just made for it.
   *
   * @return whether that was a deadlock in which the hub had to give way
   */
  private boolean deadlock(Connection rogue) throws SQLException {
    long before = deadlocks();
    try (Statement statement = rogue.createStatement()) {
      statement.execute(WRITE_MUCH);
      statement.execute(LATEST_LEADS);
      await("the hub waits for the rogue")
          .atMost(PATIENCE)
          .until(
              () ->
                  cluster.count(
                          "select count(*) from information_schema.innodb_trx"
                              + " where trx_state = 'LOCK WAIT' and trx_query like '%into leads%'")
                      > 0);
      statement.execute("select id from contacts order by id desc limit 20 for update");
      return deadlocks() > before;
    } catch (SQLException e) {
      assertThat(e.getMessage()).as("it was the victim").containsIgnoringCase("lock");
      return false;
    } finally {
      rogue.rollback();
    }
  }

  /**
   * What the hub is about to write: many, yet not a whole backlog. MariaDB keeps a lock for each
   * row in its buffer pool, and ends itself rather than fill the small one of a test with them.
   */
  private void holdUntilTheHubGivesUp(Connection rogue) throws SQLException {
    await("the rogue is not the victim").atMost(PATIENCE).until(() -> holdsLatest(rogue));
    long before = lockTimeouts();
    try {
      await("the hub waits for longer than the lock timeout")
          .atMost(PATIENCE)
          .until(() -> lockTimeouts() > before);
    } finally {
      rogue.rollback();
    }
  }

  private static boolean holdsLatest(Connection rogue) throws SQLException {
    try (Statement statement = rogue.createStatement()) {
      statement.execute("select id from contacts order by id desc limit 1000 for update");
      statement.execute("select id from deliveries order by id desc limit 5000 for update");
      statement.execute(LATEST_LEADS);
      return true;
    } catch (SQLException e) {
      assertThat(e.getMessage()).as("it was the victim").containsIgnoringCase("lock");
      rogue.rollback();
      return false;
    }
  }

  private long deadlocks() {
    return cluster.count(
        "select variable_value from information_schema.global_status"
            + " where variable_name = 'innodb_deadlocks'");
  }

  private long lockTimeouts() {
    return cluster.count(
        "select count from information_schema.innodb_metrics where name = 'lock_timeouts'");
  }

  /** Time in which the world goes on. */
  private static void letPass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    await().atMost(time.plusMinutes(1)).until(() -> System.nanoTime() > end);
  }
}
