package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.leadhub.Beside;
import io.leadhub.database.RowsRead;
import io.leadhub.database.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

@Beside
class DeliveryQueueTest {

  private static final int MANY = 2_000;

  private final TestDatabase.Schema database = TestDatabase.emptied(DeliveryQueueTest.class);
  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

  private final TransactionTemplate transaction =
      new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));

  private final TransactionTemplate other =
      new TransactionTemplate(
          new DataSourceTransactionManager(database.dataSource()),
          new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));

  /**
   * What the optimizer last saw are only deliveries without an ordering key, so the index by that
   * key looks like a bad one: without a hint it reads the whole queue again for each delivery of
   * it.
   */
  @Test
  void aLongQueueInOrderCostsNoMoreThanWhatIsClaimed() {
    RowsRead.finish(jdbc, MANY, "webhook", "reader");
    wait(MANY, "seq");
    List<Delivery> claimed = new ArrayList<>();

    long read = RowsRead.by(database.dataSource(), own -> claimed.addAll(claim(own)));

    assertThat(claimed).hasSize(100);
    assertThat(read).isLessThan(4_000);
  }

  /** Such as the notices of a few partners after an outage: nearly all wait for one another. */
  @Test
  void ofALongQueueWithFewKeysTheFirstOfEachAreTakenWithoutReadingItAll() {
    wait(MANY, "least(seq, 1500) div 1500"); // the first key's 1,499 are the oldest
    wait(MANY, "seq % 7 + 1");
    List<String> keys = new ArrayList<>();

    long read = RowsRead.by(database.dataSource(), own -> keys.addAll(keysOf(queue(own))));

    assertThat(keys)
        .containsExactly(
            "contact/0",
            "contact/1",
            "contact/2",
            "contact/3",
            "contact/4",
            "contact/5",
            "contact/6",
            "contact/7");
    assertThat(read).isLessThan(MANY);
  }

  @Test
  void keysAreGoneThroughInTurnWhereVeryManyWait() {
    wait(MANY, "0");
    claim(jdbc);
    wait(500, "100000 + seq");
    DeliveryQueue queue = queue(jdbc);
    List<String> keys = new ArrayList<>();
    for (int look = 0; look < 20; look++) {
      keys.addAll(keysOf(queue));
    }
    assertThat(keys).hasSize(500).doesNotHaveDuplicates();
  }

  @Test
  void whatHasNoKeyIsTakenFromBehindALongQueueThatWaits() {
    wait(MANY, "0");
    claim(jdbc);
    jdbc.update(
        "insert into events (topic, content_type, payload) values ('message', 'text/plain', 'x')");
    jdbc.update(
        "insert into deliveries (event_id, topic, subscriber)"
            + " select id, 'message', 'lead' from events where ordering_key is null");

    assertThat(claim(jdbc)).extracting(Delivery::orderingKey).containsExactly((String) null);
  }

  @Test
  void afterAPauseTheProbeIsFoundBehindALongQueueThatWaits() {
    wait(MANY, "0");
    jdbc.update("update deliveries set due_at = now(6) + interval 1 hour order by id limit 1");
    wait(1, "1");
    jdbc.update(
        """
        insert into subscriptions (topic, subscriber, paused_until)
        values ('message', 'lead', now(6) - interval 1 second)
        """);
    DeliveryQueue queue = queue(jdbc);

    assertThat(claim(queue)).as("nothing but a probe").isEmpty();
    assertThat(queue.claimProbe("node/2", Duration.ofMinutes(1)))
        .extracting(Delivery::orderingKey)
        .containsExactly("contact/1");
  }

  @Test
  void theProbeGoesFromKeyToKeyToo() {
    wait(150, "seq");
    jdbc.update("update deliveries set due_at = now(6) + interval 1 hour");
    wait(150, "seq");
    wait(1, "'last'");
    jdbc.update(
        """
        insert into subscriptions (topic, subscriber, paused_until)
        values ('message', 'lead', now(6) - interval 1 second)
        """);
    DeliveryQueue queue = queue(jdbc);

    await()
        .untilAsserted(
            () -> {
              assertThat(claim(queue)).isEmpty();
              assertThat(queue.claimProbe("node/2", Duration.ofMinutes(1)))
                  .extracting(Delivery::orderingKey)
                  .containsExactly("contact/last");
            });
  }

  @Test
  void whatIsDoneOfTheSameKeyCostsNothing() {
    wait(MANY, "1");
    jdbc.update("update deliveries set state = 'done', finished_at = now(6)");
    // Until they are purged, the entries that are due no more stay in the index and are read.
    jdbc.execute("alter table deliveries force");
    wait(1, "1");
    List<Delivery> claimed = new ArrayList<>();

    long read = RowsRead.by(database.dataSource(), own -> claimed.addAll(claim(own)));

    assertThat(claimed).hasSize(1);
    assertThat(read).isLessThan(100);
  }

  @Test
  void aPausedQueueIsNotReadThrough() {
    wait(MANY, "seq");
    jdbc.update(
        """
        insert into subscriptions (topic, subscriber, paused_until)
        values ('message', 'lead', now(6) + interval 1 hour)
        """);
    assertThat(RowsRead.by(database.dataSource(), own -> assertThat(claim(own)).isEmpty()))
        .isLessThan(50);
  }

  /** MariaDB ends itself when locks take most of its buffer pool. */
  @Test
  void whileSomebodyHoldsAllOfALongQueueAClaimTakesLittleMemory() {
    wait(MANY, "seq");
    transaction.executeWithoutResult(
        holding -> {
          jdbc.queryForList("select id from deliveries for update");
          other.executeWithoutResult(
              claiming -> {
                assertThat(claim(jdbc)).isEmpty();
                assertThat(
                        jdbc.queryForObject(
                            """
                            select trx_lock_memory_bytes from information_schema.innodb_trx
                            where trx_mysql_thread_id = connection_id()
                            """,
                            Long.class))
                    .isLessThan(150_000);
              });
        });
  }

  @Test
  void whatOthersAreTakingIsSkippedAndTheNextAreTaken() {
    wait(300, "seq");
    transaction.executeWithoutResult(
        one -> {
          List<Long> first = claim(jdbc).stream().map(Delivery::id).toList();
          List<Long> next = other.execute(two -> claim(jdbc).stream().map(Delivery::id).toList());
          assertThat(first).hasSize(100).isSorted();
          assertThat(next).hasSize(100).isSorted().doesNotContainAnyElementsOf(first);
          assertThat(next.get(0)).isGreaterThan(first.get(99));
        });
  }

  private static List<Delivery> claim(JdbcTemplate own) {
    return claim(queue(own));
  }

  private static List<Delivery> claim(DeliveryQueue queue) {
    return queue.claim(100, "node/1", Duration.ofMinutes(1));
  }

  private static List<String> keysOf(DeliveryQueue queue) {
    return claim(queue).stream().map(Delivery::orderingKey).sorted().toList();
  }

  private static DeliveryQueue queue(JdbcTemplate own) {
    return new DeliveryQueue(own, "message", "lead", false);
  }

  /** So many deliveries that are due, of events with these keys. */
  private void wait(int count, String key) {
    jdbc.update(
        """
        insert into events (topic, ordering_key, content_type, payload)
        select 'message', concat('contact/', %s), 'text/plain', 'x' from seq_1_to_%d
        """
            .formatted(key, count));
    jdbc.update(
        """
        insert ignore into deliveries (event_id, topic, subscriber, ordering_key)
        select id, topic, 'lead', ordering_key from events where topic = 'message'
        """);
  }
}
