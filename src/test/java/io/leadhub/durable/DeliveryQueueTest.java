package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.database.RowsRead;
import io.leadhub.database.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class DeliveryQueueTest {

  private static final int WAITING = 2_000;

  private final TestDatabase.Schema database = TestDatabase.emptied(DeliveryQueueTest.class);
  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

  /**
   * What the optimizer last saw are only deliveries without an ordering key, so the index by that
   * key looks like a bad one: without a hint it reads the whole queue again for each delivery of
   * it.
   */
  @Test
  void aLongQueueInOrderCostsNoMoreThanWhatIsClaimed() {
    RowsRead.finish(jdbc, WAITING, "webhook", "reader");
    jdbc.update(
        """
        insert into events (topic, ordering_key, content_type, payload)
        select 'message', concat('contact/', seq), 'text/plain', 'x' from seq_1_to_%d
        """
            .formatted(WAITING));
    jdbc.update(
        """
        insert into deliveries (event_id, topic, subscriber, ordering_key)
        select id, topic, 'lead', ordering_key from events where topic = 'message'
        """);
    List<Delivery> claimed = new ArrayList<>();

    long read =
        RowsRead.by(
            database.dataSource(),
            own ->
                claimed.addAll(
                    new DeliveryQueue(own, "message", "lead", false)
                        .claim(100, "node/1", Duration.ofMinutes(1))));

    assertThat(claimed).hasSize(100);
    assertThat(read).isLessThan(2_000);
  }
}
