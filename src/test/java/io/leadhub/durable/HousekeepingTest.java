package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.database.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every subscriber is done with goes after a while, and nothing else. */
class HousekeepingTest {

  private static TestDatabase.Schema database;

  private final TestNodes nodes = new TestNodes(database);
  private final Housekeeping housekeeping =
      new Housekeeping(nodes.jdbc, nodes.transaction, Duration.ofDays(90));

  @BeforeAll
  static void makeTables() {
    database = TestDatabase.emptied(HousekeepingTest.class);
  }

  @BeforeEach
  void emptyTables() {
    nodes.emptyTables();
    nodes.subscribe("lead", "s0");
    nodes.subscribe("lead", "s1");
  }

  @Test
  void onlyWhatIsOldAndDoneForEverySubscriberIsRemoved() {
    event(1, 91, "done", "done");
    event(2, 91, "done", "dead");
    event(3, 91, "due", "done");
    event(4, 91, "running", "done");
    event(5, 91);
    event(6, 89, "done", "done");
    nodes.jdbc.update(
        """
        insert into delivery_attempts (delivery_id, attempt, outcome)
        select id, 1, 'retry' from deliveries
        """);

    assertThat(housekeeping.removeFinished()).isEqualTo(2);

    assertThat(nodes.jdbc.queryForList("select id from events order by id", Long.class))
        .containsExactly(2L, 3L, 4L, 6L);
    assertThat(nodes.count("deliveries")).isEqualTo(8);
    assertThat(nodes.count("delivery_attempts a join deliveries d on d.id = a.delivery_id"))
        .isEqualTo(8)
        .isEqualTo(nodes.count("delivery_attempts"));
    assertThat(housekeeping.removeFinished()).as("the second time").isZero();
  }

  @Test
  void recipientsThatMayBeAskedAtOnceAreForgotten() {
    nodes.jdbc.update(
        """
        insert into rate_limits (credential, recipient, free_at)
        values ('bot', 'long ago', now(6) - interval 25 hour), ('bot', 'today', now(6))
        """);

    housekeeping.removeFinished();

    assertThat(nodes.jdbc.queryForList("select recipient from rate_limits", String.class))
        .containsExactly("today");
  }

  @Test
  void whatOnlyASubscriberWaitsForWhoWasLetGoIsRemoved() {
    event(1, 91, "due", "dead");
    event(2, 91, "due", "dead");
    nodes.jdbc.update("delete from subscriptions where subscriber = 's1'");
    nodes.jdbc.update(
        "update deliveries set state = 'done' where event_id = 1 and subscriber = 's0'");

    assertThat(housekeeping.removeFinished()).isEqualTo(1);

    assertThat(nodes.jdbc.queryForList("select id from events", Long.class)).containsExactly(2L);
    assertThat(nodes.count("deliveries")).isEqualTo(2);
  }

  @Test
  void whatWasDiscardedIsRemovedToo() {
    event(1, 91, "dead");
    new DeliveryControl(nodes.jdbc, null).discard(nodes.deliveryId(), "a test message");

    assertThat(housekeeping.removeFinished()).isEqualTo(1);
  }

  @Test
  void anyNumberOfOldDeadLettersIsPassedAndEachCallDoesABoundedPart() {
    events(1, 6_000, 100, "dead");
    events(6_001, 14_000, 95, "done");

    int first = housekeeping.removeFinished();
    assertThat(first).isLessThanOrEqualTo(5_000);
    int removed = first;
    for (int call = 0; call < 4; call++) {
      removed += housekeeping.removeFinished();
    }

    assertThat(removed).isEqualTo(8_000);
    assertThat(nodes.count("events")).isEqualTo(6_000);
  }

  @Test
  void anotherNodeThatKeepsHouseIsNotDisturbed() throws Exception {
    event(1, 91, "done");
    try (Connection other = database.dataSource().getConnection();
        Statement statement = other.createStatement()) {
      statement.execute("select get_lock(concat(database(), '.leadhub-housekeeping'), 0)");
      assertThat(housekeeping.removeFinished()).isZero();
      statement.execute("select release_lock(concat(database(), '.leadhub-housekeeping'))");
    }
    assertThat(housekeeping.removeFinished()).isEqualTo(1);
  }

  @Test
  void whatIsMadeDueAgainMeanwhileIsLeftAlone() throws Exception {
    events(1, 400, 91, "done");
    DeliveryControl control = new DeliveryControl(nodes.jdbc, null);

    int[] again = new int[1];
    int[] removed = new int[1];
    TestNodes.atOnce(
        2,
        part -> {
          if (part == 0) {
            again[0] = control.workAgain("lead", "s0", Instant.EPOCH);
          } else {
            removed[0] = housekeeping.removeFinished();
          }
        });

    assertThat(again[0] + removed[0]).isEqualTo(400);
    assertThat(nodes.count("deliveries d join events e on e.id = d.event_id where state = 'due'"))
        .isEqualTo(again[0]);
    assertThat(nodes.count("events")).isEqualTo(again[0]);
  }

  private void event(long id, int days, String... states) {
    nodes.jdbc.update(
        """
        insert into events (id, topic, content_type, payload, created_at)
        values (?, 'lead', 'text/plain', 'x', now(6) - interval ? day)
        """,
        id,
        days);
    List<String> all = List.of(states);
    for (int i = 0; i < all.size(); i++) {
      nodes.jdbc.update(
          "insert into deliveries (event_id, topic, subscriber, state) values (?, 'lead', ?, ?)",
          id,
          "s" + i,
          all.get(i));
    }
  }

  private void events(long from, long until, int days, String state) {
    nodes.jdbc.update(
        """
        insert into events (id, topic, content_type, payload, created_at)
        select seq, 'lead', 'text/plain', 'x', now(6) - interval %d day from seq_%d_to_%d
        """
            .formatted(days, from, until));
    nodes.jdbc.update(
        """
        insert into deliveries (event_id, topic, subscriber, state)
        select seq, 'lead', 's0', '%s' from seq_%d_to_%d
        """
            .formatted(state, from, until));
  }
}
