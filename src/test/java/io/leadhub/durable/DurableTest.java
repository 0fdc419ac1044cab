package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leadhub.database.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** The {@code durable:} component by itself, against a real MariaDB. */
class DurableTest {

  private static TestDatabase.Schema database;

  private final List<CamelContext> nodes = new ArrayList<>();
  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
  private final TransactionTemplate transaction =
      new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));

  @BeforeAll
  static void makeTables() {
    database = TestDatabase.emptied(DurableTest.class);
  }

  @BeforeEach
  void emptyTables() {
    List.of("delivery_attempts", "deliveries", "events", "subscriptions")
        .forEach(table -> jdbc.execute("truncate table " + table));
  }

  @AfterEach
  void stopNodes() {
    nodes.forEach(CamelContext::stop);
  }

  @Test
  void whatIsPublishedReachesEachSubscriberOnce() throws Exception {
    Queue<Object> sheets = new ConcurrentLinkedQueue<>();
    Queue<Object> telegram = new ConcurrentLinkedQueue<>();
    CamelContext node =
        node(
            routes -> {
              routes
                  .from("durable:lead?subscriber=sheets")
                  .process(e -> sheets.add(e.getMessage().getBody()));
              routes
                  .from("durable:lead?subscriber=telegram")
                  .process(e -> telegram.add(e.getMessage().getBody()));
            });

    publish(node, "durable:lead", Map.of("name", "Dana", "id", 42));

    await().until(() -> count("state = 'done'") == 2);
    assertThat(sheets).containsExactly(Map.of("name", "Dana", "id", 42));
    assertThat(telegram).hasSize(1);
  }

  @Test
  void bytesStayBytesAndTextStaysText() throws Exception {
    Queue<Object> bodies = new ConcurrentLinkedQueue<>();
    CamelContext node = node(collect("durable:raw?subscriber=a", bodies));

    publish(node, "durable:raw", new byte[] {0, (byte) 0xff, 7});
    publish(node, "durable:raw", "Привет สวัสดี");

    await().until(() -> bodies.size() == 2);
    assertThat(bodies).contains(new byte[] {0, (byte) 0xff, 7}, "Привет สวัสดี");
  }

  @Test
  void eachElementOfAListIsAnEventOfItsOwn() throws Exception {
    Queue<Object> bodies = new ConcurrentLinkedQueue<>();
    CamelContext node = node(collect("durable:lead?subscriber=a", bodies));
    String uri =
        "durable:lead?each=true&key=${body[id]}&orderingKey=of ${body[of]}&subject=lead/${body[id]}";
    List<Map<String, ?>> leads =
        List.of(Map.of("id", 1, "of", "x"), Map.of("id", 2, "of", "y"), Map.of("id", 1, "of", "z"));

    Exchange published = publish(node, uri, leads);
    publish(node, uri, leads);
    publish(node, uri, List.of());

    await().until(() -> count("state = 'done'") == 2);
    assertThat(published.getMessage().getBody()).as("goes on").isEqualTo(leads);
    assertThat(bodies).containsExactlyInAnyOrderElementsOf(leads.subList(0, 2));
    assertThat(
            jdbc.queryForList(
                "select concat_ws(' ', event_key, ordering_key, subject) from events order by id",
                String.class))
        .containsExactly("1 of x lead/1", "2 of y lead/2");
  }

  @Test
  void aListIsKeptWithTheTransactionThatItIsPublishedIn() throws Exception {
    CamelContext node = node(collect("durable:lead?subscriber=a", new ConcurrentLinkedQueue<>()));
    transaction.executeWithoutResult(
        tx -> {
          publish(node, "durable:lead?each=true", List.of("lost", "as well"));
          tx.setRollbackOnly();
        });
    transaction.executeWithoutResult(
        tx -> publish(node, "durable:lead?each=true", List.of("kept", "too")));

    await().until(() -> count("state = 'done'") == 2);
    assertThat(jdbc.queryForList("select convert(payload using utf8mb4) from events", String.class))
        .containsExactly("kept", "too");
  }

  @Test
  void whatIsNoListCannotBePublishedAsOne() throws Exception {
    CamelContext node = node(routes -> {});
    JsonNodeFactory json = JsonNodeFactory.instance;
    for (Object body :
        Arrays.asList(
            "text", Map.of("id", 1), json.objectNode().put("id", 1), json.nullNode(), null)) {
      Exchange refused = tryToPublish(node, "durable:lead?each=true", body);
      assertThat(refused.getException()).hasMessageContaining("wants a list (each=true)");
      assertThat(refused.getMessage().getBody()).isEqualTo(body);
    }
  }

  @Test
  void aKnownKeyIsNotPublishedAgainAndSaysSo() throws Exception {
    CamelContext node = node(collect("durable:lead?subscriber=a", new ConcurrentLinkedQueue<>()));

    Exchange first = publish(node, "durable:lead?key=${body}", "A-1");
    Exchange again = publish(node, "durable:lead?key=${body}", "A-1");
    Exchange otherCase = publish(node, "durable:lead?key=${body}", "a-1");

    assertThat(duplicate(first)).isFalse();
    assertThat(duplicate(again)).isTrue();
    assertThat(again.getMessage().getHeader(DurableConstants.EVENT_ID)).isNull();
    assertThat(duplicate(otherCase)).isFalse();
    assertThat(jdbc.queryForObject("select count(*) from events", Integer.class)).isEqualTo(2);
  }

  @Test
  void aKeyThatDoesNotFitIsRefusedAndNotCut() throws Exception {
    CamelContext node = node(routes -> {});

    assertThatThrownBy(
            () -> {
              throw tryToPublish(node, "durable:lead?key=${body}", "x".repeat(191)).getException();
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("190");
  }

  @Test
  void publishingJoinsTheOpenTransaction() throws Exception {
    Queue<Object> bodies = new ConcurrentLinkedQueue<>();
    CamelContext node = node(collect("durable:lead?subscriber=a", bodies));

    transaction.executeWithoutResult(
        status -> {
          publish(node, "durable:lead", "rolled back");
          status.setRollbackOnly();
        });
    transaction.executeWithoutResult(
        status -> {
          publish(node, "durable:lead", "committed");
          assertThat(bodies).isEmpty();
        });

    await().until(() -> bodies.contains("committed"));
    assertThat(jdbc.queryForObject("select count(*) from events", Integer.class)).isEqualTo(1);
  }

  @Test
  void aCommitWakesTheConsumerLongBeforeItWouldPoll() throws Exception {
    Queue<Object> bodies = new ConcurrentLinkedQueue<>();
    CamelContext node = node(collect("durable:lead?subscriber=a&pollInterval=60000", bodies));
    publish(node, "durable:lead", "first");
    await().until(() -> count("state = 'done'") == 1);

    publish(node, "durable:lead", "second");

    await().atMost(Duration.ofSeconds(10)).until(() -> bodies.contains("second"));
  }

  @Test
  void publishersAtTheSameTimeShareCommitsAndLoseNothing() throws Exception {
    CamelContext node = node(routes -> {});
    node.getEndpoint("durable:lead"); // Camel hands a component out before it has started
    jdbc.update("insert into subscriptions (topic, subscriber) values ('lead', 'later')");
    int publishers = 64;
    int each = 20;

    inParallel(
        publishers,
        publisher -> {
          for (int i = 0; i < each; i++) {
            publish(node, "durable:lead?key=${body}", publisher + "/" + i);
          }
        });

    assertThat(jdbc.queryForObject("select count(distinct event_key) from events", Integer.class))
        .isEqualTo(publishers * each);
    assertThat(count("state = 'due' and subscriber = 'later'")).isEqualTo(publishers * each);
    // Rows of one commit have one time: far fewer times than rows tells that commits were shared.
    assertThat(jdbc.queryForObject("select count(distinct created_at) from events", Integer.class))
        .isLessThan(publishers * each / 2);
  }

  @Test
  void oneBadEventDoesNotFailTheOthersOfItsCommit() {
    List<List<String>> commits = new ArrayList<>();
    GroupCommit group =
        new GroupCommit(
            events -> {
              List<String> keys = events.stream().map(NewEvent::key).toList();
              commits.add(keys);
              if (keys.contains("bad")) {
                throw new IllegalStateException("refused");
              }
              return events.stream().map(event -> 1L).toList();
            });
    CountDownLatch queued = new CountDownLatch(3);
    ExecutorService publishers = Executors.newFixedThreadPool(3);
    List<Future<List<Long>>> results = new ArrayList<>();
    for (String key : List.of("good", "bad", "fine")) {
      results.add(
          publishers.submit(
              () -> {
                queued.countDown();
                Payload payload = new Payload(Payload.TEXT, new byte[1]);
                return group.publish(List.of(new NewEvent("t", key, null, null, payload)));
              }));
    }
    await().until(() -> queued.getCount() == 0);
    Thread writer = new Thread(group);
    writer.start();

    assertThat(results.get(0)).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(List.of(1L));
    assertThat(results.get(2)).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(List.of(1L));
    assertThat(results.get(1)).failsWithin(Duration.ofSeconds(5));
    group.stop();
    publishers.shutdown();
  }

  @Test
  void twoNodesShareTheWorkWithoutDoublesOrDeadlocks() throws Exception {
    int events = 3_000;
    Map<Object, AtomicInteger> seen = new ConcurrentHashMap<>();
    Map<String, AtomicInteger> perNode = new ConcurrentHashMap<>();
    for (String name : List.of("one", "two")) {
      node(
          routes ->
              routes
                  .from("durable:lead?subscriber=shared&concurrency=8&pollInterval=20")
                  .process(
                      e -> {
                        seen.computeIfAbsent(e.getMessage().getBody(), k -> new AtomicInteger())
                            .incrementAndGet();
                        perNode.computeIfAbsent(name, k -> new AtomicInteger()).incrementAndGet();
                      }));
    }
    CamelContext publisher = node(routes -> {});

    inParallel(
        10,
        part -> {
          for (int i = 0; i < events / 10; i++) {
            publish(publisher, "durable:lead", part + "/" + i);
          }
        });

    await().atMost(Duration.ofSeconds(60)).until(() -> count("state = 'done'") == events);
    assertThat(seen).hasSize(events);
    assertThat(seen.values()).allSatisfy(times -> assertThat(times).hasValue(1));
    assertThat(perNode.keySet()).containsExactlyInAnyOrder("one", "two");
    assertThat(count("attempts > 1")).isZero();
  }

  @Test
  void deliveriesOfOneKeyKeepTheirOrderOverTwoNodesWhileKeysRunInParallel() throws Exception {
    int keys = 20;
    int each = 25;
    Map<String, Queue<Integer>> order = new ConcurrentHashMap<>();
    for (int i = 0; i < 2; i++) {
      node(
          routes ->
              routes
                  .from("durable:message?subscriber=a&concurrency=8&pollInterval=20")
                  .process(
                      e -> {
                        String[] parts = e.getMessage().getBody(String.class).split("/");
                        order
                            .computeIfAbsent(parts[0], k -> new ConcurrentLinkedQueue<>())
                            .add(Integer.valueOf(parts[1]));
                      }));
    }
    CamelContext publisher = node(routes -> {});

    inParallel(
        keys,
        key -> {
          for (int i = 0; i < each; i++) {
            publish(publisher, "durable:message?orderingKey=${body.split('/')[0]}", key + "/" + i);
          }
        });

    await().atMost(Duration.ofSeconds(60)).until(() -> count("state = 'done'") == keys * each);
    assertThat(order).hasSize(keys);
    assertThat(order.values())
        .allSatisfy(seen -> assertThat(List.copyOf(seen)).isSorted().hasSize(each));
  }

  @Test
  void twoKeysAreWorkedOnAtTheSameTime() throws Exception {
    CyclicBarrier bothAtWork = new CyclicBarrier(2);
    CamelContext node =
        node(
            routes ->
                routes
                    .from("durable:message?subscriber=a&concurrency=2&maxAttempts=1")
                    .process(e -> bothAtWork.await(30, TimeUnit.SECONDS)));

    publish(node, "durable:message?orderingKey=one", "1");
    publish(node, "durable:message?orderingKey=two", "2");

    await().atMost(Duration.ofSeconds(60)).until(() -> count("state in ('done', 'dead')") == 2);
    assertThat(count("state = 'done'")).as("neither waited for the other").isEqualTo(2);
  }

  @Test
  void aFailureHoldsBackOnlyWhatHasTheSameKey() throws Exception {
    Queue<Object> done = new ConcurrentLinkedQueue<>();
    AtomicInteger failures = new AtomicInteger(2);
    CamelContext node =
        node(
            routes ->
                routes
                    .from("durable:message?subscriber=a&retryDelay=200&pollInterval=20")
                    .process(
                        e -> {
                          if (e.getMessage().getBody().equals("anna-1")
                              && failures.getAndDecrement() > 0) {
                            throw new RetryException("not yet");
                          }
                          done.add(e.getMessage().getBody());
                        }));

    for (String message : List.of("anna-1", "anna-2", "bert-1")) {
      publish(node, "durable:message?orderingKey=${body.split('-')[0]}", message);
    }

    await().until(() -> done.size() == 3);
    assertThat(done).containsExactly("bert-1", "anna-1", "anna-2");
  }

  @Test
  void behindADeadLetterItsKeyProceedsOrIsHeldByOption() throws Exception {
    Queue<Object> proceeding = new ConcurrentLinkedQueue<>();
    Queue<Object> held = new ConcurrentLinkedQueue<>();
    CamelContext node =
        node(
            routes -> {
              for (Map.Entry<String, Queue<Object>> option :
                  Map.of("proceed", proceeding, "hold", held).entrySet()) {
                routes
                    .from(
                        "durable:message?subscriber=%1$s&afterDeadLetter=%1$s&pollInterval=20"
                            .formatted(option.getKey()))
                    .process(
                        e -> {
                          if (e.getMessage().getBody().equals("anna-1")) {
                            throw new RejectException("poison");
                          }
                          option.getValue().add(e.getMessage().getBody());
                        });
              }
            });

    for (String message : List.of("anna-1", "anna-2", "bert-1", "bert-2")) {
      publish(node, "durable:message?orderingKey=${body.split('-')[0]}", message);
    }

    await().until(() -> proceeding.size() == 3 && held.size() == 2);
    assertThat(held).containsExactly("bert-1", "bert-2");
    assertThat(count("state = 'due' and subscriber = 'hold' and ordering_key = 'anna'")).isOne();

    jdbc.update(
        "update deliveries set state = 'done' where subscriber = 'hold' and state = 'dead'");
    await().until(() -> held.contains("anna-2"));
  }

  @Test
  void retriesComeWithGrowingDelayUntilTheDeliveryIsADeadLetterWithItsReason() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    CamelContext node =
        node(
            routes ->
                routes
                    .from("durable:lead?subscriber=a&maxAttempts=3&retryDelay=10&pollInterval=10")
                    .process(
                        e -> {
                          attempts.incrementAndGet();
                          assertThat(e.getMessage().getHeader(DurableConstants.ATTEMPT))
                              .isEqualTo(attempts.get());
                          throw new RetryException("the remote is not there");
                        }));

    publish(node, "durable:lead", "x");

    await().until(() -> count("state = 'dead'") == 1);
    assertThat(attempts).hasValue(3);
    assertThat(jdbc.queryForObject("select last_error from deliveries", String.class))
        .isEqualTo("the remote is not there");
  }

  @Test
  void rejectedIsDeadAtOnce() throws Exception {
    CamelContext node = node(failing("durable:lead?subscriber=a", new RejectException("bad mail")));

    publish(node, "durable:lead", "x");

    await().until(() -> count("state = 'dead' and attempts = 1 and last_error = 'bad mail'") == 1);
  }

  @Test
  void retryAtWaitsAsAskedAndSpendsNoAttempt() throws Exception {
    CamelContext node =
        node(
            failing(
                "durable:lead?subscriber=a&maxAttempts=1",
                new RetryAtException("429", Duration.ofHours(2))));

    publish(node, "durable:lead", "x");

    await()
        .until(
            () ->
                count(
                        "state = 'due' and attempts = 0"
                            + " and due_at between now() + interval 119 minute and now() + interval 121 minute")
                    == 1);
  }

  @Test
  void anUnknownOutcomeIsToldToTheNextAttempt() throws Exception {
    Queue<Object> unknown = new ConcurrentLinkedQueue<>();
    CamelContext node =
        node(
            routes ->
                routes
                    .from("durable:lead?subscriber=a&retryDelay=1&pollInterval=10")
                    .process(
                        e -> {
                          unknown.add(e.getMessage().getHeader(DurableConstants.OUTCOME_UNKNOWN));
                          if (unknown.size() == 1) {
                            throw new ReconcileException("timed out");
                          }
                        }));

    publish(node, "durable:lead", "x");

    await().until(() -> count("state = 'done'") == 1);
    assertThat(unknown).containsExactly(false, true);
  }

  @Test
  void aPausedDestinationKeepsItsQueueAndGoesOnAfterwards() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    CamelContext node =
        node(
            routes ->
                routes
                    .from("durable:lead?subscriber=a&pause=1500&pollInterval=20&maxAttempts=1")
                    .process(
                        e -> {
                          if (calls.incrementAndGet() == 1) {
                            throw new PauseException("token expired");
                          }
                        }));

    publish(node, "durable:lead", "1");
    await()
        .until(
            () ->
                jdbc.queryForList("select pause_reason from subscriptions", String.class)
                    .contains("token expired"));
    publish(node, "durable:lead", "2");

    assertThat(calls).hasValue(1);
    await().until(() -> count("state = 'done'") == 2);
  }

  @Test
  void aClassifierSaysWhatAFailureMeans() throws Exception {
    CamelContext node =
        node(
            routes -> {
              OutcomeClassifier classifier =
                  failure ->
                      failure instanceof IllegalStateException
                          ? new RejectException("known to be final")
                          : null;
              routes.getContext().getRegistry().bind("errors", classifier);
              routes
                  .from("durable:lead?subscriber=a&errors=#errors")
                  .throwException(new IllegalStateException("x"));
            });

    publish(node, "durable:lead", "x");

    await().until(() -> count("state = 'dead' and last_error = 'known to be final'") == 1);
  }

  @Test
  void anErrorOfTheProcessInAnAttemptCostsThatAttempt() throws Exception {
    AtomicInteger failures = new AtomicInteger();
    CamelContext node =
        node(
            routes -> {
              OutcomeClassifier classifier =
                  failure -> {
                    if (failures.incrementAndGet() == 1) {
                      throw new OutOfMemoryError("for a moment");
                    }
                    return new RejectException("told at last");
                  };
              routes.getContext().getRegistry().bind("errors", classifier);
              routes
                  .from("durable:lead?subscriber=a&errors=#errors&retryDelay=1&pollInterval=10")
                  .throwException(new IllegalStateException("x"));
            });

    publish(node, "durable:lead", "x");

    await()
        .until(() -> count("state = 'dead' and attempts = 2 and last_error = 'told at last'") == 1);
    assertThat(
            jdbc.queryForList("select reason from delivery_attempts order by id", String.class)
                .get(0))
        .contains("OutOfMemoryError: for a moment");
  }

  @Test
  void anErrorOfTheProcessInAClaimDoesNotEndTheSubscriber() throws Exception {
    AtomicBoolean fails = new AtomicBoolean();
    AtomicInteger failures = new AtomicInteger();
    Queue<Object> bodies = new ConcurrentLinkedQueue<>();
    DataSource weak =
        new DelegatingDataSource(database.dataSource()) {
          @Override
          public Connection getConnection() throws SQLException {
            if (fails.get()) {
              failures.incrementAndGet();
              throw new OutOfMemoryError("for a moment");
            }
            return super.getConnection();
          }
        };
    node(weak, collect("durable:lead?subscriber=a&pollInterval=10", bodies));

    fails.set(true);
    await().until(() -> failures.get() > 1);
    fails.set(false);
    publish(node(routes -> {}), "durable:lead", "x");

    await().until(() -> bodies.size() == 1);
  }

  @Test
  void aBatchComesAsAListAndARejectedOneIsTakenApart() throws Exception {
    Queue<Object> kept = new ConcurrentLinkedQueue<>();
    Queue<Integer> sizes = new ConcurrentLinkedQueue<>();
    CamelContext publisher = node(routes -> {});
    jdbc.update("insert into subscriptions (topic, subscriber) values ('lead', 'sheet')");
    for (int i = 0; i < 50; i++) {
      publish(publisher, "durable:lead", "row " + i);
    }

    node(
        routes ->
            routes
                .from("durable:lead?subscriber=sheet&batchSize=50")
                .process(
                    e -> {
                      List<?> rows = e.getMessage().getBody(List.class);
                      sizes.add(rows.size());
                      if (rows.contains("row 7")) {
                        throw new RejectException("row 7 is bad");
                      }
                      kept.addAll(rows);
                    }));

    await().until(() -> count("state in ('done', 'dead')") == 50);
    assertThat(sizes).startsWith(50, 1).hasSize(51);
    assertThat(kept).hasSize(49).doesNotContain("row 7");
    assertThat(count("state = 'dead'")).isEqualTo(1);
  }

  @Test
  void whatALostNodeHadIsTakenOverAndItsLateOutcomeRefused() throws Exception {
    CountDownLatch finish = new CountDownLatch(1);
    CamelContext publisher = node(routes -> {});
    jdbc.update("insert into subscriptions (topic, subscriber) values ('lead', 'a')");
    publish(publisher, "durable:lead", "x");
    DeliveryQueue lostNode = new DeliveryQueue(jdbc, "lead", "a", false);
    Delivery claimed =
        transaction.execute(tx -> lostNode.claim(1, "lost/1", Duration.ofMillis(300))).get(0);
    Queue<Object> unknown = new ConcurrentLinkedQueue<>();

    node(
        routes ->
            routes
                .from("durable:lead?subscriber=a&lease=600&pollInterval=20")
                .process(
                    e -> {
                      unknown.add(e.getMessage().getHeader(DurableConstants.OUTCOME_UNKNOWN));
                      finish.await(10, TimeUnit.SECONDS);
                    }));
    await().until(() -> unknown.size() == 1);

    Ended late = new Ended(claimed.id(), "lost/1", Settlement.done("too late"));
    Set<Long> refused = transaction.execute(tx -> lostNode.settle(List.of(late)));
    assertThat(refused).containsExactly(claimed.id());
    finish.countDown();
    await().until(() -> count("state = 'done' and remote_id is null and attempts = 2") == 1);
    assertThat(unknown).containsExactly(true);
  }

  @Test
  void workThatTakesLongerThanTheLeaseIsRenewedAndDoneOnce() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch finish = new CountDownLatch(1);
    for (int i = 0; i < 2; i++) {
      node(
          routes ->
              routes
                  .from("durable:lead?subscriber=slow&lease=600&pollInterval=50")
                  .process(
                      e -> {
                        begun.incrementAndGet();
                        finish.await(30, TimeUnit.SECONDS);
                      }));
    }

    publish(nodes.get(0), "durable:lead", "x");

    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(5))
        .until(() -> begun.get() <= 1 && count("attempts <= 1") == 1);
    finish.countDown();
    await().until(() -> count("state = 'done'") == 1);
    assertThat(begun).hasValue(1);
  }

  @Test
  void stoppingFinishesWhatIsInHandAndGivesBackTheRest() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    CamelContext node = working(begun, finish);
    for (int i = 0; i < 4; i++) {
      publish(node, "durable:lead", "x" + i);
    }
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    Thread stopping = new Thread(node::stop);
    stopping.start();
    await().until(() -> node.isStopping() || node.isStopped());
    finish.countDown();
    stopping.join(20_000);

    assertThat(count("state = 'running'")).isZero();
    assertThat(count("state = 'done'")).isPositive();
    assertThat(count("state = 'due' and attempts = 0") + count("state = 'done'")).isEqualTo(4);
  }

  @Test
  void whoeverIsToldToBeginNothingMoreFinishesWhatIsInHand() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    CamelContext node = working(begun, finish);
    publish(node, "durable:lead", "in hand");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    node.getComponent("durable", DurableComponent.class).beginNothingMore();
    publish(node, "durable:lead", "too late");
    finish.countDown();

    await().until(() -> count("state = 'done'") == 1);
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(5))
        .until(() -> count("state = 'due' and attempts = 0") == 1);
  }

  @Test
  void aSubscriberThatIsAwayFindsEverythingWhenItReturns() throws Exception {
    CamelContext first = node(collect("durable:lead?subscriber=a", new ConcurrentLinkedQueue<>()));
    first.stop();
    CamelContext publisher = node(routes -> {});
    publish(publisher, "durable:lead", "while you were out");
    Queue<Object> bodies = new ConcurrentLinkedQueue<>();

    node(collect("durable:lead?subscriber=a", bodies));

    await().until(() -> bodies.contains("while you were out"));
  }

  @Test
  void theCatalogDocumentsEveryOption() throws Exception {
    CamelContext node = node(routes -> {});

    String schema = ((CatalogCamelContext) node).getComponentParameterJsonSchema("durable");

    assertThat(schema)
        .contains("\"subscriber\"", "\"orderingKey\"", "\"batchSize\"", "\"maxAttempts\"")
        .contains("Idempotency key");
  }

  private interface Routes {
    void add(RouteBuilder routes) throws Exception;
  }

  private CamelContext node(Routes routes) throws Exception {
    return node(database.dataSource(), routes);
  }

  private CamelContext node(DataSource dataSource, Routes routes) throws Exception {
    DefaultCamelContext node = new DefaultCamelContext();
    node.getRegistry().bind("dataSource", dataSource);
    node.getRegistry().bind("transactions", new DataSourceTransactionManager(dataSource));
    node.getShutdownStrategy().setTimeout(10);
    node.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() throws Exception {
            errorHandler(noErrorHandler());
            routes.add(this);
          }
        });
    node.start();
    nodes.add(node);
    return node;
  }

  private CamelContext working(CountDownLatch begun, CountDownLatch finish) throws Exception {
    return node(
        routes ->
            routes
                .from("durable:lead?subscriber=a")
                .process(
                    e -> {
                      begun.countDown();
                      finish.await(30, TimeUnit.SECONDS);
                    }));
  }

  private static Routes collect(String from, Queue<Object> bodies) {
    return routes -> routes.from(from).process(e -> bodies.add(e.getMessage().getBody()));
  }

  private static Routes failing(String from, Exception failure) {
    return routes -> routes.from(from).throwException(failure);
  }

  private static Exchange publish(CamelContext node, String uri, Object body) {
    Exchange published = tryToPublish(node, uri, body);
    assertThat(published.getException()).isNull();
    return published;
  }

  private static Exchange tryToPublish(CamelContext node, String uri, Object body) {
    try (ProducerTemplate template = node.createProducerTemplate()) {
      return template.send(uri, exchange -> exchange.getMessage().setBody(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean duplicate(Exchange published) {
    return published.getMessage().getHeader(DurableConstants.DUPLICATE, Boolean.class);
  }

  private int count(String condition) {
    return jdbc.queryForObject("select count(*) from deliveries where " + condition, Integer.class);
  }

  private interface Part {
    void run(int number) throws Exception;
  }

  private static void inParallel(int threads, Part part) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      running.add(
          executor.submit(
              () -> {
                part.run(number);
                return null;
              }));
    }
    for (Future<?> one : running) {
      one.get(120, TimeUnit.SECONDS);
    }
    executor.shutdown();
  }
}
