package io.leadhub.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.database.RowsRead;
import io.leadhub.database.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class QueuesTest {

  private static final int DONE = 20_000;

  private final TestDatabase.Schema database = TestDatabase.emptied(QueuesTest.class);
  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

  @BeforeEach
  void threeOfEachStateAndManyThatAreDone() {
    RowsRead.finish(jdbc, DONE, "lead.created", "telegram");
    jdbc.update(
        "insert into subscriptions (topic, subscriber) values ('lead.updated', 'telegram')");
    for (String state : List.of("due", "due", "running", "dead")) {
      jdbc.update(
          "insert into events (topic, content_type, payload) values ('lead.created', '', '')");
      jdbc.update(
          """
          insert into deliveries (event_id, topic, subscriber, state, due_at)
          values (last_insert_id(), 'lead.created', 'telegram', ?, now(6) - interval 90 second)
          """,
          state);
    }
  }

  @Test
  void tellsWhatWaitsForWhomAndHowLong() {
    List<Queues.Queue> queues = new Queues(jdbc).all();

    assertThat(queues)
        .extracting(queue -> queue.topic() + " " + queue.due() + queue.running() + queue.dead())
        .containsExactly("lead.created 211", "lead.updated 000");
    assertThat(queues.get(0).oldestDueSeconds()).isBetween(90L, 120L);
    assertThat(queues.get(1).oldestDue()).isNull();
  }

  @Test
  void whatIsDoneCostsNothing() {
    assertThat(RowsRead.by(database.dataSource(), own -> new Queues(own).all())).isLessThan(200);
  }
}
