package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.leadhub.database.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A subscriber that looks for what an earlier attempt may have done, before it does it again. */
class ReconcileTest {

  private static final String CRM =
      "durable:lead?subscriber=crm&reconcile=direct:find&settleTime=1&retryDelay=1&pollInterval=10";

  private static final String SHEET = CRM + "&batchSize=10";

  private static TestDatabase.Schema database;

  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
  private final Queue<Object> looked = new ConcurrentLinkedQueue<>();
  private final Queue<Object> sent = new ConcurrentLinkedQueue<>();
  private CamelContext node;

  @BeforeAll
  static void makeTables() {
    database = TestDatabase.emptied(ReconcileTest.class);
  }

  @BeforeEach
  void emptyTables() {
    List.of("deliveries", "events", "subscriptions")
        .forEach(table -> jdbc.execute("truncate table " + table));
  }

  @AfterEach
  void stopTheNode() {
    if (node != null) {
      node.stop();
    }
  }

  @Test
  void whatIsFoundIsDoneAndNotSentAgain() throws Exception {
    start(CRM, this::timesOutAfterTheWork, find -> find.setVariable("remoteId", "deal-7"));

    publish("Dana");

    await().until(() -> count("state = 'done'") == 1);
    assertThat(sent).containsExactly("Dana");
    assertThat(looked).containsExactly("Dana");
    assertThat(count("remote_id = 'deal-7' and attempts = 2")).isEqualTo(1);
  }

  @Test
  void whatIsNotFoundIsSent() throws Exception {
    start(
        CRM,
        send -> {
          if (sent.size() == 1) {
            throw new ReconcileException("timed out before the work");
          }
          send.setVariable("remoteId", "deal-8");
        },
        find -> {});

    publish("Dana");

    await().until(() -> count("state = 'done'") == 1);
    assertThat(sent).containsExactly("Dana", "Dana");
    assertThat(looked).containsExactly("Dana");
    assertThat(count("remote_id = 'deal-8'")).isEqualTo(1);
  }

  @Test
  void nobodyLooksWhereTheOutcomeIsKnown() throws Exception {
    start(
        CRM,
        send -> {
          if (sent.size() == 1) {
            throw new RetryException("no connection");
          }
        },
        find -> find.setVariable("remoteId", "somebody else's"));

    publish("Dana");

    await().until(() -> count("state = 'done'") == 1);
    assertThat(sent).hasSize(2);
    assertThat(looked).isEmpty();
  }

  @Test
  void whileNobodyCanTellNothingIsSentAndItIsLookedAgain() throws Exception {
    start(
        CRM,
        this::timesOutAfterTheWork,
        find -> {
          if (looked.size() < 3) {
            throw new RetryException("the search is away");
          }
          find.setVariable("remoteId", "deal-9");
        });

    publish("Dana");

    await().until(() -> count("state = 'done'") == 1);
    assertThat(sent).hasSize(1);
    assertThat(looked).hasSize(3);
  }

  @Test
  void lookingInVainEndsAsADeadLetterThatSaysWhy() throws Exception {
    start(
        CRM + "&maxAttempts=3",
        this::timesOutAfterTheWork,
        find -> {
          throw new ReconcileException("the search timed out");
        });

    publish("Dana");

    await().until(() -> count("state = 'dead' and last_error = 'the search timed out'") == 1);
    assertThat(sent).hasSize(1);
    assertThat(looked).hasSize(2);
  }

  @Test
  void ofABatchOnlyWhatIsNotFoundIsSentAgain() throws Exception {
    publishedBeforehand("one", "two", "three");
    jdbc.update("update deliveries set outcome_unknown = 1, attempts = 1");
    start(
        SHEET,
        send -> {},
        find -> {
          List<String> found = new ArrayList<>();
          for (Object row : find.getMessage().getBody(List.class)) {
            found.add(row.equals("two") ? null : "row of " + row);
          }
          find.setVariable("remoteIds", found);
        });

    await().until(() -> count("state = 'done'") == 3);
    assertThat(sent).containsExactly(List.of("two"));
    assertThat(looked).containsExactly(List.of("one", "two", "three"));
    assertThat(jdbc.queryForList("select remote_id from deliveries order by id", String.class))
        .containsExactly("row of one", null, "row of three");
  }

  @Test
  void ofABatchOnlyWhatIsUnknownIsLookedForAndTheRestDoesNotWaitForIt() throws Exception {
    publishedBeforehand("lost", "new");
    jdbc.update("update deliveries set outcome_unknown = 1, attempts = 1 where id = 1");
    start(
        SHEET,
        send -> {},
        find -> {
          if (looked.size() == 1) {
            throw new RetryException("the sheet can't be read");
          }
          find.setVariable("remoteIds", List.of("row 2"));
        });

    await().until(() -> count("state = 'done'") == 2);
    assertThat(looked).containsOnly(List.of("lost"));
    assertThat(sent).containsExactly(List.of("new"));
  }

  @Test
  void anAnswerForAnotherBatchIsNotBelieved() throws Exception {
    publishedBeforehand("one", "two");
    jdbc.update("update deliveries set outcome_unknown = 1, attempts = 1");
    start(
        SHEET + "&maxAttempts=2",
        send -> {},
        find -> find.setVariable("remoteIds", List.of("row 1", "row 2", "row 3")));

    await().until(() -> count("state = 'dead'") == 2);
    assertThat(sent).isEmpty();
    assertThat(jdbc.queryForList("select last_error from deliveries", String.class))
        .allMatch(error -> error.contains("3 values for 2 deliveries"));
  }

  @Test
  void whatALostNodeMayHaveDoneGetsTimeToShowAndIsLookedForFirst() throws Exception {
    publishedBeforehand("Dana");
    DeliveryQueue lostNode = new DeliveryQueue(jdbc, "lead", "crm", false);
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(database.dataSource()));
    transaction.execute(tx -> lostNode.claim(1, "lost/1", Duration.ofMillis(1)));
    start(
        CRM.replace("settleTime=1&", "settleTime=60000&"),
        this::timesOutAfterTheWork,
        find -> find.setVariable("remoteId", "deal-7"));

    await().until(() -> count("state = 'due' and due_at > now(6) + interval 20 second") == 1);
    jdbc.update("update deliveries set due_at = now(6)");

    await().until(() -> count("state = 'done' and remote_id = 'deal-7'") == 1);
    assertThat(sent).isEmpty();
  }

  /** As the example in docs/routes.md asks its CRM. */
  @ParameterizedTest
  @CsvSource({
    "{'items':[{'id':'deal-7'}]}, deal-7",
    "{'items':[{'id':7}]}, 7",
    "{'items':[]},",
    "{'items':[{'id':null}]},",
    "{},"
  })
  void aSearchInJqTellsFoundFromNotFound(String answer, String found) throws Exception {
    start(
        CRM,
        this::timesOutAfterTheWork,
        find -> {
          find.getMessage().setBody(answer.replace('\'', '"'));
          Expression jq = find.getContext().resolveLanguage("jq").createExpression(".items[0].id");
          jq.init(find.getContext());
          find.setVariable("remoteId", jq.evaluate(find, String.class));
        });

    publish("Dana");

    await().until(() -> count("state = 'done'") == 1);
    assertThat(sent).hasSize(found == null ? 2 : 1);
    assertThat(jdbc.queryForObject("select remote_id from deliveries", String.class))
        .isEqualTo(found);
  }

  @Test
  void theRouteIsToldHowManyOutcomesAreUnknown() throws Exception {
    Queue<Object> counts = new ConcurrentLinkedQueue<>();
    start(
        CRM,
        send -> {
          counts.add(send.getMessage().getHeader(DurableConstants.UNKNOWN_OUTCOMES));
          switch (counts.size()) {
            case 1, 3 -> throw new ReconcileException("timed out");
            case 2 -> throw new RetryException("no connection");
            default -> {}
          }
        },
        find -> {});

    publish("Dana");

    await().until(() -> count("state = 'done'") == 1);
    assertThat(counts).containsExactly(0, 1, 1, 2);
  }

  private interface Step {
    void run(Exchange exchange) throws Exception;
  }

  private void timesOutAfterTheWork(Exchange exchange) {
    if (sent.size() == 1) {
      throw new ReconcileException("timed out after the work");
    }
  }

  private void start(String from, Step send, Step find) throws Exception {
    node = new DefaultCamelContext();
    DurableComponent durable = new DurableComponent();
    durable.setDataSource(database.dataSource());
    durable.setTransactionManager(new DataSourceTransactionManager(database.dataSource()));
    node.addComponent("durable", durable);
    node.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(from)
                .process(exchange -> sent.add(exchange.getMessage().getBody()))
                .process(send::run);
            from("direct:find")
                .process(exchange -> looked.add(exchange.getMessage().getBody()))
                .process(find::run);
          }
        });
    node.start();
  }

  private void publish(Object body) {
    node.createProducerTemplate().sendBody("durable:lead", body);
  }

  private void publishedBeforehand(String... bodies) {
    jdbc.update("insert into subscriptions (topic, subscriber) values ('lead', 'crm')");
    EventStore store = new EventStore(jdbc);
    for (String body : bodies) {
      Payload payload = new Payload(Payload.TEXT, body.getBytes());
      store.insert(List.of(new NewEvent("lead", null, null, null, payload)));
    }
  }

  private int count(String condition) {
    return jdbc.queryForObject("select count(*) from deliveries where " + condition, Integer.class);
  }
}
