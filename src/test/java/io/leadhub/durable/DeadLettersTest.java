package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.leadhub.database.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of failures, and what people may do about them. */
class DeadLettersTest {

  private static TestDatabase.Schema database;

  private final TestNodes nodes = new TestNodes(database);
  private final ObjectMapper json = new ObjectMapper();
  private final DeliveryControl control = new DeliveryControl(nodes.jdbc, json);
  private final AtomicBoolean broken = new AtomicBoolean(true);
  private final Queue<Object> delivered = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void makeTables() {
    database = TestDatabase.emptied(DeadLettersTest.class);
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
  void aRestForWhatWasToldLaterIsNotCutShortByAGoodToken() {
    nodes.subscribe("send.meta", "meta");
    nodes.jdbc.update(
        "insert into events (topic, content_type, payload) values ('send.meta', 'text/plain', 'x')");
    nodes.jdbc.update(
        """
        insert into deliveries (event_id, topic, subscriber, state, attempts, remote_id)
        select id, 'send.meta', 'meta', 'done', 1, 'wamid.1' from events
        """);
    PauseException told = new PauseException("no payment method");

    assertThat(
            nodes.<Boolean>inTransaction(
                () -> control.fail(nodes.deliveryId(), "wamid.1", told, 8)))
        .isTrue();

    assertThat(new SubscriptionControl(nodes.jdbc).tryAgain("send.meta")).isZero();
    assertThat(nodes.count("subscriptions where paused_until > now(6) + interval 50 minute"))
        .isEqualTo(1);
  }

  @Test
  void eachFailedAttemptIsKeptWithItsNumberOutcomeAndReason() throws Exception {
    Queue<RuntimeException> failures =
        new ConcurrentLinkedQueue<>(
            List.of(
                new ReconcileException("timed out"),
                new RetryAtException("slow down", Duration.ofMillis(10)),
                new RetryException("no connection"),
                new PauseException("token revoked"),
                new RejectException("no such chat")));
    CamelContext node =
        nodes.start(
            "durable:lead?subscriber=a&retryDelay=1&pause=10&pollInterval=10",
            e -> {
              throw failures.remove();
            });

    TestNodes.publish(node, "durable:lead", "x");

    await()
        .atMost(TestNodes.PATIENCE)
        .until(() -> nodes.count("deliveries where state = 'dead'") == 1);
    assertThat(attempts())
        .extracting(row -> row.get("attempt"), row -> row.get("outcome"), row -> row.get("reason"))
        .containsExactly(
            tuple(1, "reconcile", "timed out"),
            tuple(2, "retry-at", "slow down"),
            tuple(2, "retry", "no connection"),
            tuple(3, "pause", "token revoked"),
            tuple(3, "reject", "no such chat"));
  }

  @Test
  void aDeliveryThatSucceedsAtOnceLeavesNoAttempt() throws Exception {
    CamelContext node = nodes.start("durable:lead?subscriber=a", e -> {});

    TestNodes.publish(node, "durable:lead", "x");

    await()
        .atMost(TestNodes.PATIENCE)
        .until(() -> nodes.count("deliveries where state = 'done'") == 1);
    assertThat(attempts()).isEmpty();
  }

  @Test
  void aReasonIsKeptUpToABound() throws Exception {
    CamelContext node =
        nodes.start(
            "durable:lead?subscriber=a",
            e -> {
              throw new RejectException("x".repeat(100_000));
            });

    TestNodes.publish(node, "durable:lead", "x");

    await().atMost(TestNodes.PATIENCE).until(() -> nodes.count("delivery_attempts") == 1);
    assertThat((String) attempts().get(0).get("reason")).hasSize(2_000);
  }

  @Test
  void aLostNodeIsToldOfAndIsNoFailureOfTheDelivery() throws Exception {
    nodes.subscribe("lead", "a");
    TestNodes.publish(nodes.publisher(), "durable:lead", "x");

    for (int node = 1; node <= 12; node++) {
      isLostWithItsNode();
    }

    assertThat(nodes.count("deliveries where state = 'due' and attempts = 12 and losses = 12"))
        .as("more losses than attempts are allowed")
        .isOne();
    assertThat(attempts()).hasSize(12).extracting(row -> row.get("outcome")).containsOnly("lost");
    CamelContext node = nodes.start("durable:lead?subscriber=a&pollInterval=20", this::deliver);
    broken.set(false);
    nodes.jdbc.update("update deliveries set due_at = now(6)");
    await()
        .atMost(TestNodes.PATIENCE)
        .until(() -> nodes.count("deliveries where state = 'done'") == 1);
    assertThat(delivered).hasSize(1);
  }

  @Test
  void eachLostNodeDoublesTheWaitBecauseTheDeliveryMayBeWhatKillsThem() throws Exception {
    nodes.subscribe("lead", "a");
    TestNodes.publish(nodes.publisher(), "durable:lead", "x");

    for (int most : new int[] {10, 20, 40, 80, 160, 200, 200}) {
      isLostWithItsNode();
      assertThat(
              nodes.jdbc.queryForObject(
                  "select timestampdiff(microsecond, now(6), due_at) / 1e6 from deliveries",
                  Double.class))
          .as("seconds, up to half taken off by chance")
          .isBetween(most / 2 - 1.0, (double) most);
    }
  }

  @Test
  void whatWasInHandOfVeryManyLostNodesIsADeadLetter() throws Exception {
    nodes.subscribe("lead", "a");
    TestNodes.publish(nodes.publisher(), "durable:lead", "x");
    for (int node = 1; node < RetryPolicy.MOST_LOSSES; node++) {
      isLostWithItsNode();
    }
    assertThat(nodes.count("deliveries where state = 'due'")).isOne();

    isLostWithItsNode();

    assertThat(nodes.count("deliveries where state = 'dead' and finished_at is not null")).isOne();
    assertThat(control.replay(nodes.deliveryId(), null)).isTrue();
    isLostWithItsNode();
    assertThat(nodes.count("deliveries where state = 'due'")).as("begins anew").isOne();
  }

  private void isLostWithItsNode() {
    RetryPolicy policy =
        new RetryPolicy(
            10,
            new Backoff(
                Duration.ofSeconds(10), Duration.ofSeconds(200), RandomGenerator.getDefault()),
            Duration.ZERO,
            Duration.ZERO,
            null);
    DeliveryQueue queue = new DeliveryQueue(nodes.jdbc, "lead", "a", false);
    nodes.jdbc.update("update deliveries set due_at = now(6)");
    assertThat(nodes.inTransaction(() -> queue.claim(1, "lost/1", Duration.ofMillis(1))))
        .hasSize(1);
    await()
        .atMost(TestNodes.PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> nodes.inTransaction(() -> queue.releaseExpired(policy)) == 1);
  }

  @Test
  void pressedTwiceAtOnceADeadLetterIsSentOnce() throws Exception {
    CamelContext node = nodes.start("durable:lead?subscriber=a&pollInterval=20", this::deliver);
    TestNodes.publish(node, "durable:lead", "x");
    long id = dead(1);
    broken.set(false);

    AtomicInteger accepted = new AtomicInteger();
    TestNodes.atOnce(
        8,
        press -> {
          if (control.replay(id, null)) {
            accepted.incrementAndGet();
          }
        });

    await()
        .atMost(TestNodes.PATIENCE)
        .until(() -> nodes.count("deliveries where state = 'done'") == 1);
    assertThat(accepted).hasValue(1);
    assertThat(delivered).containsExactly("x");
    assertThat(control.replay(id, null)).as("of what is done").isFalse();
  }

  @Test
  void aReplayStartsToCountAnewAndStillSaysThatAnAttemptMayHaveTakenEffect() throws Exception {
    Queue<Map<String, Object>> headers = new ConcurrentLinkedQueue<>();
    CamelContext node =
        nodes.start(
            "durable:lead?subscriber=a&maxAttempts=1&pollInterval=20",
            e -> {
              headers.add(Map.copyOf(e.getMessage().getHeaders()));
              if (broken.get()) {
                throw new ReconcileException("timed out");
              }
            });
    TestNodes.publish(node, "durable:lead?key=k", "x");
    long id = dead(1);
    broken.set(false);

    control.replay(id, null);

    await().atMost(TestNodes.PATIENCE).until(() -> headers.size() == 2);
    assertThat(List.copyOf(headers).get(1))
        .containsEntry(DurableConstants.ATTEMPT, 1)
        .containsEntry(DurableConstants.OUTCOME_UNKNOWN, true);
  }

  @Test
  void anEditedPayloadReachesThatSubscriberAndTheEventStaysAsItWas() throws Exception {
    nodes.subscribe("lead", "other");
    CamelContext node = nodes.start("durable:lead?subscriber=a&pollInterval=20", this::deliver);
    TestNodes.publish(node, "durable:lead", Map.of("phone", "wrong"));
    long id = dead(1);
    broken.set(false);

    control.replay(id, json.readTree("{\"phone\": \"+66812345678\"}"));

    await().atMost(TestNodes.PATIENCE).until(() -> delivered.size() == 1);
    assertThat(delivered).containsExactly(Map.of("phone", "+66812345678"));
    Queue<Object> others = new ConcurrentLinkedQueue<>();
    nodes.start("durable:lead?subscriber=other", e -> others.add(e.getMessage().getBody()));
    await().atMost(TestNodes.PATIENCE).until(() -> others.size() == 1);
    assertThat(others).containsExactly(Map.of("phone", "wrong"));
  }

  @Test
  void anEditedPayloadOfTheWrongKindIsRefusedAndNothingIsSent() throws Exception {
    CamelContext node = nodes.start("durable:raw?subscriber=a&pollInterval=20", this::deliver);
    TestNodes.publish(node, "durable:raw", new byte[] {1});
    long id = dead(1);

    assertThatThrownBy(() -> control.replay(id, TextNode.valueOf("no base64!")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("base64");
    assertThat(nodes.count("deliveries where state = 'dead'")).isEqualTo(1);
  }

  @Test
  void allThatFitAreReplayedHoweverManyAndNoOthers() throws Exception {
    int timedOut = 1_200;
    nodes.jdbc.update(
        """
        insert ignore into subscriptions (topic, subscriber)
        values ('lead.created', 'crm'), ('lead.updated', 'crm'), ('lead.created', 'sheet')
        """);
    nodes.jdbc.update(
        """
        insert into deliveries (event_id, topic, subscriber, state, attempts, last_error, finished_at)
        select seq, if(seq % 2 = 0, 'lead.created', 'lead.updated'), 'crm', 'dead', 5,
               'The CRM Timed Out.', '2026-03-01 12:00:00' from seq_1_to_1200
        """);
    nodes.jdbc.update(
        """
        insert into deliveries (event_id, topic, subscriber, state, last_error, finished_at) values
          (2001, 'lead.created', 'crm', 'dead', 'No such city.', '2026-03-01 12:00:00'),
          (2002, 'lead.created', 'crm', 'dead', 'The CRM Timed Out.', '2026-02-01 12:00:00'),
          (2003, 'lead.created', 'crm', 'dead', 'The CRM Timed Out.', '2026-04-01 12:00:00'),
          (2004, 'lead.created', 'sheet', 'dead', 'The CRM Timed Out.', '2026-03-01 12:00:00'),
          (2005, 'lead.created', 'crm', 'done', 'The CRM Timed Out.', '2026-03-01 12:00:00')
        """);
    Instant march = Instant.parse("2026-03-01T00:00:00Z");
    Instant april = Instant.parse("2026-04-01T00:00:00Z");

    assertThat(
            control.replayAll(
                new DeliveryControl.Filter("crm", "lead.created", "timed out", march, april)))
        .isEqualTo(timedOut / 2);
    assertThat(nodes.count("deliveries where state = 'due' and attempts = 0 and event_id < 2000"))
        .isEqualTo(timedOut / 2);
    assertThat(nodes.count("deliveries where state = 'due'")).isEqualTo(timedOut / 2);
    assertThat(control.replayAll(new DeliveryControl.Filter("crm", null, null, null, null)))
        .as("the rest of that subscriber")
        .isEqualTo(timedOut / 2 + 3);
  }

  @Test
  void whatIsDiscardedIsDoneWithItsReasonAndNeverSent() throws Exception {
    CamelContext node = nodes.start("durable:lead?subscriber=a&pollInterval=20", this::deliver);
    TestNodes.publish(node, "durable:lead", "x");
    long id = dead(1);

    assertThat(control.discard(id, "a test message")).isTrue();

    assertThat(control.discard(id, "again")).isFalse();
    assertThat(control.replay(id, null)).isFalse();
    assertThat(control.workAgain("lead", "a", Instant.EPOCH)).isZero();
    assertThat(
            nodes.count(
                "deliveries where state = 'done' and discarded_at is not null"
                    + " and discard_reason = 'a test message' and last_error = 'broken'"))
        .isEqualTo(1);
  }

  @Test
  void whatWaitsCanBeDiscardedSoThatTheNextOfItsKeyGoesOnAndWhatIsWorkedOnCanNot()
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    CamelContext node =
        nodes.start(
            "durable:lead?subscriber=a&retryDelay=3600000&pollInterval=20",
            e -> {
              if (e.getMessage().getBody().equals("first")) {
                throw new RetryException("not yet");
              }
              begun.countDown();
              finish.await(60, TimeUnit.SECONDS);
            });
    TestNodes.publish(node, "durable:lead?orderingKey=k", "first");
    TestNodes.publish(node, "durable:lead?orderingKey=k", "second");
    await().atMost(TestNodes.PATIENCE).until(() -> nodes.count("delivery_attempts") == 1);
    long first = nodes.jdbc.queryForObject("select min(id) from deliveries", Long.class);
    long second = nodes.jdbc.queryForObject("select max(id) from deliveries", Long.class);

    assertThat(control.discard(first, "out of date")).isTrue();

    assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(control.discard(second, "too late")).isFalse();
    finish.countDown();
    await()
        .atMost(TestNodes.PATIENCE)
        .until(() -> nodes.count("deliveries where state = 'done'") == 2);
  }

  @Test
  void aSubscriberWorksOnceMoreThroughWhatWasPublishedSince() throws Exception {
    broken.set(false);
    CamelContext node = nodes.start("durable:lead?subscriber=a&pollInterval=20", this::deliver);
    TestNodes.publish(node, "durable:lead", "old");
    TestNodes.publish(node, "durable:lead", "new");
    TestNodes.publish(node, "durable:other", "not his");
    await()
        .atMost(TestNodes.PATIENCE)
        .until(() -> nodes.count("deliveries where state = 'done'") == 2);
    nodes.jdbc.update("update events set created_at = now(6) - interval 2 day order by id limit 1");

    int again = control.workAgain("lead", "a", Instant.now().minus(Duration.ofDays(1)));

    assertThat(again).isEqualTo(1);
    await().atMost(TestNodes.PATIENCE).until(() -> delivered.size() == 3);
    assertThat(delivered).containsExactly("old", "new", "new");
  }

  @Test
  void afterAPauseOneDeliveryOnOneNodeIsTriedUntilTheDestinationLetsItIn() throws Exception {
    nodes.subscribe("lead", "a");
    CamelContext publisher = nodes.publisher();
    for (int i = 0; i < 30; i++) {
      TestNodes.publish(publisher, "durable:lead", "x" + i);
    }
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger calls = new AtomicInteger();
    Queue<Integer> together = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 2; i++) {
      nodes.start(
          "durable:lead?subscriber=a&concurrency=8&pause=400&pollInterval=20",
          e -> {
            try {
              calls.incrementAndGet();
              together.add(inside.incrementAndGet());
              if (broken.get()) {
                // Long enough for others to come in beside it, if any are let in.
                new CountDownLatch(1).await(150, TimeUnit.MILLISECONDS);
                throw new PauseException("banned");
              }
            } finally {
              inside.decrementAndGet();
            }
          });
    }
    await()
        .atMost(TestNodes.PATIENCE)
        .until(
            () ->
                nodes.count("subscriptions where paused_until > now(6)") == 1
                    && nodes.count("deliveries where state = 'running'") == 0);
    together.clear();
    int before = calls.get();

    await().atMost(TestNodes.PATIENCE).until(() -> calls.get() >= before + 4);
    assertThat(together).as("probes at one time").containsOnly(1);

    broken.set(false);
    await()
        .atMost(TestNodes.PATIENCE)
        .until(() -> nodes.count("deliveries where state = 'done'") == 30);
    assertThat(nodes.count("subscriptions where paused_until is null and pause_reason is null"))
        .isEqualTo(1);
  }

  @Test
  void aPauseByHandIsNotCutShortByOneOfTheDestination() throws Exception {
    SubscriptionControl subscriptions = new SubscriptionControl(nodes.jdbc);
    nodes.subscribe("lead", "a");
    TestNodes.publish(nodes.publisher(), "durable:lead", "x");
    DeliveryQueue queue = new DeliveryQueue(nodes.jdbc, "lead", "a", false);
    Delivery claimed =
        nodes.inTransaction(() -> queue.claim(1, "me/1", Duration.ofMinutes(1))).get(0);

    subscriptions.pause("lead", "a", null, "moving house");
    nodes.inTransaction(
        () ->
            queue.settle(
                List.of(
                    new Ended(
                        claimed.id(),
                        "me/1",
                        Settlement.paused(Duration.ofMinutes(5), "banned", false)))));

    assertThat(
            nodes.count(
                "subscriptions where paused_until > '9999-01-01' and pause_reason = 'moving house'"))
        .isEqualTo(1);
    assertThat(subscriptions.resume("lead", "a")).isTrue();
    assertThat(nodes.inTransaction(() -> queue.claim(1, "me/2", Duration.ofMinutes(1)))).hasSize(1);
  }

  private void deliver(Exchange exchange) {
    if (broken.get()) {
      throw new RejectException("broken");
    }
    delivered.add(exchange.getMessage().getBody());
  }

  private long dead(int expected) {
    await()
        .atMost(TestNodes.PATIENCE)
        .until(() -> nodes.count("deliveries where state = 'dead'") == expected);
    return nodes.jdbc.queryForObject("select id from deliveries where state = 'dead'", Long.class);
  }

  private List<Map<String, Object>> attempts() {
    return nodes.jdbc.queryForList(
        "select attempt, outcome, reason from delivery_attempts order by id");
  }
}
