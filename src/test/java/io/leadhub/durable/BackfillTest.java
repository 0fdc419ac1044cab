package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.leadhub.database.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A new subscriber gets what was published before it was there. */
class BackfillTest {

  private static TestDatabase.Schema database;

  private final TestNodes nodes = new TestNodes(database);
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void makeTables() {
    database = TestDatabase.emptied(BackfillTest.class);
  }

  @BeforeEach
  void emptyTables() {
    nodes.emptyTables();
  }

  @AfterEach
  void stopNodes() {
    nodes.stop();
  }

  @Test
  void aNewSubscriberGetsTheEventsOfItsTopicFromADateOnInOrder() throws Exception {
    // One every minute, from 08:21 on 31 October; number 940 at midnight.
    history(1_880);

    start("durable:lead?subscriber=new&from=2026-11-01&concurrency=1&batchSize=50");

    await().atMost(TestNodes.PATIENCE).until(() -> seen.size() == 471);
    assertThat(List.copyOf(seen).get(0)).isEqualTo("940");
    assertThat(seen.stream().map(Integer::valueOf).toList()).isSorted().doesNotHaveDuplicates();
    assertThat(nodes.count("deliveries where topic <> 'lead'")).isZero();
    assertThat(nodes.count("subscriptions where backfill_from is null and backfill_after is null"))
        .isEqualTo(1);
  }

  @Test
  void anInstantSaysItToTheSecond() throws Exception {
    history(1_880);

    start("durable:lead?subscriber=new&from=2026-11-01T15:38:00Z");

    await().atMost(TestNodes.PATIENCE).until(() -> seen.contains("1880"));
    assertThat(seen).containsExactly("1878", "1880");
  }

  @Test
  void aSubscriberThatIsAlreadyThereGetsNothingEarlier() throws Exception {
    nodes.subscribe("lead", "old");
    history(10);

    CamelContext node = start("durable:lead?subscriber=old&from=2026-11-01");
    TestNodes.publish(node, "durable:lead", "now");

    await().atMost(TestNodes.PATIENCE).until(() -> !seen.isEmpty());
    assertThat(seen).containsExactly("now");
  }

  @Test
  void aKillInTheMiddleLosesAndDoublesNothing() throws Exception {
    history(5_000);
    new EventStore(nodes.jdbc).subscribe("lead", "new", Instant.EPOCH);
    Backfill killed = new Backfill(nodes.jdbc, "lead", "new");
    assertThat(nodes.inTransaction(killed::next)).isTrue();
    nodes.transaction.executeWithoutResult(
        tx -> {
          assertThat(killed.next()).isTrue();
          tx.setRollbackOnly();
        });
    assertThat(nodes.count("deliveries")).isEqualTo(500);

    start("durable:lead?subscriber=new&from=1970-01-01&batchSize=100");

    await().atMost(TestNodes.PATIENCE).until(() -> seen.size() >= 2_500);
    assertThat(seen).hasSize(2_500).doesNotHaveDuplicates();
  }

  @Test
  void whatIsBeingCommittedWhileTheSubscriberIsMadeIsNotMissed() throws Exception {
    CamelContext publisher = nodes.publisher();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    CountDownLatch published = new CountDownLatch(1);
    CountDownLatch commit = new CountDownLatch(1);
    Future<?> transaction =
        thread.submit(
            () ->
                nodes.transaction.executeWithoutResult(
                    tx -> {
                      TestNodes.publish(publisher, "durable:lead", "uncommitted");
                      published.countDown();
                      awaitQuietly(commit);
                      // Must not meet a back-fill that waits for the first and locks what this
                      // needs.
                      TestNodes.publish(publisher, "durable:lead", "second");
                    }));
    assertThat(published.await(60, TimeUnit.SECONDS)).isTrue();

    CamelContext node = start("durable:lead?subscriber=new&from=2020-01-01&pollInterval=20");
    TestNodes.publish(node, "durable:lead", "committed at once");
    commit.countDown();
    transaction.get(60, TimeUnit.SECONDS);
    thread.shutdown();

    await().atMost(TestNodes.PATIENCE).until(() -> seen.size() == 3);
    assertThat(seen).containsExactly("uncommitted", "committed at once", "second");
  }

  @Test
  void whilePublishersGoOnNothingIsMissedDoubledOrOutOfOrder() throws Exception {
    int publishers = 8;
    int each = 100;
    CamelContext publisher = nodes.publisher();
    CountDownLatch halfway = new CountDownLatch(publishers * each / 2);
    ExecutorService threads = Executors.newFixedThreadPool(publishers);
    List<Future<?>> publishing =
        TestNodes.inBackground(
            threads,
            publishers,
            number -> {
              for (int i = 0; i < each; i++) {
                TestNodes.publish(
                    publisher, "durable:lead?orderingKey=${body.split('/')[0]}", number + "/" + i);
                halfway.countDown();
              }
            });
    assertThat(halfway.await(2, TimeUnit.MINUTES)).isTrue();
    Map<String, Queue<Integer>> order = new ConcurrentHashMap<>();

    for (int i = 0; i < 2; i++) {
      nodes.start(
          "durable:lead?subscriber=new&from=2020-01-01&concurrency=8&pollInterval=20",
          e -> {
            String[] parts = e.getMessage().getBody(String.class).split("/");
            order
                .computeIfAbsent(parts[0], key -> new ConcurrentLinkedQueue<>())
                .add(Integer.valueOf(parts[1]));
          });
    }
    for (Future<?> one : publishing) {
      one.get(2, TimeUnit.MINUTES);
    }
    threads.shutdown();

    await()
        .atMost(TestNodes.PATIENCE.multipliedBy(2))
        .until(() -> nodes.count("deliveries where state = 'done'") == publishers * each);
    assertThat(order).hasSize(publishers);
    assertThat(order.values())
        .allSatisfy(
            numbers ->
                assertThat(List.copyOf(numbers)).hasSize(each).isSorted().doesNotHaveDuplicates());
  }

  @Test
  void whatIsNoDateIsRefusedInWords() {
    assertThatThrownBy(() -> start("durable:lead?subscriber=new&from=last week"))
        .hasStackTraceContaining(
            "from=last week of subscriber new must be a date such as 2026-11-01");
  }

  private CamelContext start(String from) throws Exception {
    return nodes.start(
        from,
        e -> {
          Object body = e.getMessage().getBody();
          (body instanceof List<?> bodies ? bodies : List.of(body))
              .forEach(one -> seen.add(one.toString()));
        });
  }

  /** Events 1 to that, one every minute; the even ones are leads. */
  private void history(int events) {
    nodes.jdbc.update(
        """
        insert into events (topic, content_type, payload, created_at)
        select if(seq %% 2 = 0, 'lead', 'other'), 'text/plain', seq,
               '2026-10-31 08:20:00' + interval seq minute
        from seq_1_to_%d
        """
            .formatted(events));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
