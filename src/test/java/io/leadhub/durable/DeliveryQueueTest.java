package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.database.RowsRead;
import io.leadhub.database.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

class DeliveryQueueTest {

  private static final int MANY = 2_000;

  private final TestDatabase.Schema database = TestDatabase.emptied(DeliveryQueueTest.class);
  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

  private final TransactionTemplate transaction =
      new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));

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

  @Test
  void whatIsDoneOfTheSameKeyCostsNothing() {
    wait(MANY, "1");
    jdbc.update("update deliveries set state = 'done', finished_at = now(6)");
    wait(1, "1");
    List<Delivery> claimed = new ArrayList<>();

    long read = RowsRead.by(database.dataSource(), own -> claimed.addAll(claim(own)));

    assertThat(claimed).hasSize(1);
    assertThat(read).isLessThan(50);
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
    TransactionTemplate other =
        new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
    other.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
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
    TransactionTemplate other =
        new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
    other.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
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
    return new DeliveryQueue(own, "message", "lead", false)
        .claim(100, "node/1", Duration.ofMinutes(1));
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
