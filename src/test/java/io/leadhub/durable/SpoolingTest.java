package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.leadhub.Beside;
import io.leadhub.database.FragileDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * {@code spool=true} and subscribers over a real MariaDB that is killed, goes away, hangs and comes
 * back.
 */
@Beside
class SpoolingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PLENTY = 1L << 30;

  @TempDir static Path databaseDirectory;

  private static FragileDatabase database;
  private static HikariDataSource pool;
  private static JdbcTemplate jdbc;

  @TempDir Path directory;

  private final List<CamelContext> nodes = new ArrayList<>();
  private final Queue<Object> received = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void startTheDatabase() {
    database = FragileDatabase.start(databaseDirectory);
    pool = database.migrated();
    jdbc = new JdbcTemplate(database.behindTheProxy());
  }

  @AfterAll
  static void stopTheDatabase() {
    pool.close();
    ((HikariDataSource) jdbc.getDataSource()).close();
    database.close();
  }

  @BeforeEach
  void emptyTables() {
    List.of("deliveries", "events", "subscriptions")
        .forEach(table -> jdbc.execute("truncate table " + table));
  }

  @AfterEach
  void stopNodes() {
    nodes.forEach(CamelContext::stop);
    database.comesBack();
    pool.getHikariPoolMXBean().softEvictConnections();
    // A commit that was on its way must not end up among the next test's events.
    await().atMost(PATIENCE).until(() -> noThreadIs("durable-commit"));
  }

  @Test
  void whatIsPublishedWhileTheDatabaseIsKilledArrivesOnceAndInOrder() throws Exception {
    Spool spool = Spool.open(directory, PLENTY);
    CamelContext node = consuming(spool);
    IntStream.range(0, 10).forEach(i -> publish(node, ORDERED, i));

    database.goesAway();
    IntStream.range(10, 20).forEach(i -> publish(node, ORDERED, i));
    database.isKilled();
    IntStream.range(20, 30).forEach(i -> publish(node, ORDERED, i));
    assertThat(spool.state().records()).isEqualTo(20);
    database.comesBack();
    IntStream.range(30, 60).forEach(i -> publish(node, ORDERED, i));

    await().atMost(PATIENCE).until(() -> spool.isEmpty() && heard().size() >= 60);
    assertThat(heard()).containsExactlyElementsOf(texts(0, 60));
    assertThat(count("events")).isEqualTo(60);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void manyPublishersLoseAndDoubleNothingOverAnOutage() throws Exception {
    Spool spool = Spool.open(directory, PLENTY);
    CamelContext node = node(spool, routes -> {});
    int each = 150;
    ExecutorService publishers = Executors.newFixedThreadPool(16);
    List<Future<?>> working = new ArrayList<>();
    for (int publisher = 0; publisher < 16; publisher++) {
      String name = publisher + "/";
      working.add(
          publishers.submit(
              () -> IntStream.range(0, each).forEach(i -> publish(node, PLAIN, name + i))));
    }
    await().atMost(PATIENCE).until(() -> count("events") > 100);
    database.isKilled();
    await().atMost(PATIENCE).until(() -> spool.state().records() > 200);
    database.comesBack();
    for (Future<?> one : working) {
      one.get();
    }
    publishers.shutdown();

    await().atMost(PATIENCE).until(spool::isEmpty);
    assertThat(count("events")).isEqualTo(16L * each);
    assertThat(jdbc.queryForObject("select count(distinct payload) from events", Long.class))
        .isEqualTo(16L * each);
  }

  @Test
  void aCommitThatNobodyHeardOfIsNotMadeTwice() throws Exception {
    Spool spool = Spool.open(directory, PLENTY);
    CamelContext node = node(spool, routes -> {});
    publish(node, PLAIN, "before");

    database.losesTheAnswerToTheNextCommit();
    Exchange published = publish(node, PLAIN, "perhaps");

    assertThat(database.hasLostTheAnswer()).isTrue();
    assertThat(count("events")).as("it was committed").isEqualTo(2);
    assertThat(spool.state().records()).as("and spooled").isEqualTo(1);
    assertThat(published.getMessage().getHeader(DurableConstants.DUPLICATE)).isEqualTo(false);
    database.comesBack();
    await().atMost(PATIENCE).until(spool::isEmpty);
    assertThat(count("events")).isEqualTo(2);
  }

  @Test
  void aDatabaseThatFallsSilentKeepsNobodyWaiting() throws Exception {
    Spool spool = Spool.open(directory, PLENTY);
    CamelContext node = consuming(spool);
    publish(node, PLAIN, "before");
    await().atMost(PATIENCE).until(() -> received.size() == 1);
    database.fallsSilent();

    ExecutorService publisher = Executors.newSingleThreadExecutor();
    Future<?> published =
        publisher.submit(
            () -> IntStream.range(0, 50).forEach(i -> publish(node, PLAIN, "silent " + i)));

    // The first waits two seconds, the others not at all; the rest is for a busy machine.
    assertThat(published).succeedsWithin(Duration.ofSeconds(30));
    publisher.shutdown();
    assertThat(spool.state().records()).isEqualTo(50);
    database.comesBack();
    await().atMost(PATIENCE).until(() -> spool.isEmpty() && heard().size() >= 51);
    assertThat(count("events")).isEqualTo(51);
  }

  @Test
  void afterASilentFailOverASubscriberWorksOnWithNewConnections() throws Exception {
    try (HikariDataSource impatient = database.giveUpSilenceAfter(Duration.ofSeconds(1))) {
      consuming(Spool.open(directory, PLENTY), impatient);
      await().atMost(PATIENCE).until(() -> count("subscriptions") == 1);

      database.failsOver();
      jdbc.update(
          "insert into events (id, topic, content_type, payload) values (1, 'webhook', ?, 'x')",
          Payload.TEXT);
      jdbc.update(
          "insert into deliveries (event_id, topic, subscriber) values (1, 'webhook', 'reader')");

      await().atMost(PATIENCE).until(() -> received.size() == 1);
    }
  }

  @Test
  void whatAnotherNodeTookMeanwhileIsNotBegunAnyMore() throws Exception {
    Queue<Object> begun = new ConcurrentLinkedQueue<>();
    CountDownLatch goesOn = new CountDownLatch(1);
    String from =
        "durable:webhook?subscriber=reader&concurrency=1&prefetch=2&lease=1000&retryDelay=1&pollInterval=50";
    CamelContext standing =
        node(
            Spool.open(directory.resolve("1"), PLENTY),
            routes ->
                routes
                    .from(from)
                    .process(
                        e -> {
                          begun.add(e.getMessage().getBody());
                          goesOn.await(1, TimeUnit.MINUTES);
                        }));
    publish(standing, PLAIN, "1");
    publish(standing, PLAIN, "2");
    await().atMost(PATIENCE).until(() -> count("deliveries where state = 'running'") == 2);

    database.fallsSilent();
    try (HikariDataSource direct = database.behindTheProxy()) {
      CamelContext other =
          node(
              Spool.open(directory.resolve("2"), PLENTY),
              direct,
              routes -> routes.from(from).process(e -> received.add(e.getMessage().getBody())));
      await().atMost(PATIENCE).until(() -> received.size() == 2);
      other.stop();
    }
    database.comesBack();
    // It keeps up with what it has in hand at the same time as it takes over what others lost.
    jdbc.update(
        "update deliveries set state = 'running', due_at = now(6) - interval 1 minute order by id desc limit 1");
    await().atMost(PATIENCE).until(() -> count("deliveries where losses = 2") == 1);
    goesOn.countDown();

    await().atMost(PATIENCE).until(() -> count("deliveries where state = 'done'") == 2);
    assertThat(begun).startsWith("1").hasSize(2);
  }

  @Test
  void theNextProcessDrainsWhatAKilledOneLeft() throws Exception {
    CamelContext killed = node(Spool.open(directory, PLENTY), routes -> {});
    publish(killed, ORDERED, 0);
    database.goesAway();
    IntStream.range(1, 5).forEach(i -> publish(killed, ORDERED, i));
    Instant outage = Instant.now();
    killed.stop();
    database.comesBack();
    Spool spool = Spool.open(directory, PLENTY);
    assertThat(spool.state().records()).isEqualTo(4);

    consumingFromTheFirst(spool);

    await().atMost(PATIENCE).until(() -> spool.isEmpty() && heard().size() >= 4);
    assertThat(heard()).containsExactlyElementsOf(texts(1, 5));
    assertThat(jdbc.queryForObject("select max(created_at) from events", Instant.class))
        .as("an event has the time it came, not the time it was drained")
        .isBefore(outage.plusMillis(1));
  }

  @Test
  void aKeyThatWasSeenBeforeTheOutageIsNotPublishedAgainAfterIt() throws Exception {
    Spool spool = Spool.open(directory, PLENTY);
    CamelContext node = node(spool, routes -> {});
    publish(node, "durable:lead?spool=true&key=${body}", "A-1");
    database.goesAway();
    publish(node, "durable:lead?spool=true&key=${body}", "A-1");
    publish(node, "durable:lead?spool=true&key=${body}", "A-2");
    publish(node, "durable:lead?spool=true&key=${body}", "A-2");
    database.comesBack();

    await().atMost(PATIENCE).until(spool::isEmpty);
    assertThat(jdbc.queryForList("select event_key from events order by id", String.class))
        .containsExactly("A-1", "A-2");
  }

  @Test
  void aFullSpoolRefusesAndGoesOnWhenTheDatabaseIsBack() throws Exception {
    Spool spool = Spool.open(directory, 1_000);
    CamelContext node = node(spool, routes -> {});
    database.goesAway();
    int kept = 0;
    Exchange last = tryToPublish(node, PLAIN, "x".repeat(100));
    while (last.getException() == null) {
      kept++;
      last = tryToPublish(node, PLAIN, "x".repeat(100));
    }
    assertThat(kept).isPositive();
    assertThat(last.getException()).isInstanceOf(SpoolException.class);
    database.comesBack();

    await().atMost(PATIENCE).until(spool::isEmpty);
    assertThat(count("events")).isEqualTo(kept);
    publish(node, PLAIN, "again");
    assertThat(count("events")).isEqualTo(kept + 1L);
  }

  @Test
  void withoutTheOptionALostDatabaseIsAnError() throws Exception {
    Spool spool = Spool.open(directory, PLENTY);
    CamelContext node = node(spool, routes -> {});
    database.goesAway();

    assertThat(tryToPublish(node, "durable:lead", "x").getException()).isNotNull();
    assertThat(spool.isEmpty()).isTrue();
  }

  @Test
  void whatTheDatabaseRefusesIsAnErrorAndNotSpooled() throws Exception {
    Spool spool = Spool.open(directory, PLENTY);
    CamelContext node = node(spool, routes -> {});
    refuseTopic("refused");
    try {
      assertThat(tryToPublish(node, "durable:refused?spool=true", "x").getException()).isNotNull();
      assertThat(spool.isEmpty()).isTrue();
    } finally {
      jdbc.execute("drop trigger refusing");
    }
  }

  @Test
  void anEventThatTheDatabaseNeverTakesIsSetAsideAndDoesNotHoldBackTheOthers() throws Exception {
    Spool spool = Spool.open(directory, PLENTY);
    CamelContext node = node(spool, routes -> {});
    database.goesAway();
    publish(node, PLAIN, "first");
    publish(node, "durable:refused?spool=true", "second");
    publish(node, PLAIN, "third");
    refuseTopic("refused");
    try {
      database.comesBack();
      await().atMost(PATIENCE).until(spool::isEmpty);
    } finally {
      jdbc.execute("drop trigger refusing");
    }
    assertThat(jdbc.queryForList("select payload from events order by id", String.class))
        .containsExactly("first", "third");
    assertThat(directory.toFile().list()).hasSize(1).allMatch(name -> name.startsWith("refused-"));
  }

  @Test
  void insideATransactionItIsCommittedWithItOrNotAtAll() throws Exception {
    Spool spool = Spool.open(directory, PLENTY);
    CamelContext node = node(spool, routes -> {});
    new TransactionTemplate(new DataSourceTransactionManager(pool))
        .executeWithoutResult(
            status -> {
              publish(node, PLAIN, "rolled back");
              status.setRollbackOnly();
            });
    assertThat(count("events")).isZero();
    assertThat(spool.isEmpty()).isTrue();
  }

  @Test
  void aNodeStopsInGoodOrderWhileItSpools() throws Exception {
    Spool spool = Spool.open(directory, PLENTY);
    CamelContext node = node(spool, routes -> {});
    database.goesAway();
    publish(node, PLAIN, "x");
    AtomicBoolean stopped = new AtomicBoolean();
    Thread stopping =
        new Thread(
            () -> {
              node.stop();
              stopped.set(true);
            });
    stopping.start();

    await().atMost(Duration.ofSeconds(20)).untilTrue(stopped);
    await().atMost(PATIENCE).until(() -> noThreadIs("durable-drain"));
    spool.close();
    try (Spool again = Spool.open(directory, PLENTY)) {
      assertThat(again.state().records()).isEqualTo(1);
    }
  }

  private static final String PLAIN = "durable:webhook?spool=true";
  private static final String ORDERED = "durable:webhook?spool=true&orderingKey=one";

  private interface Routes {
    void add(RouteBuilder routes) throws Exception;
  }

  private CamelContext consuming(Spool spool) throws Exception {
    return consuming(spool, pool);
  }

  private CamelContext consuming(Spool spool, HikariDataSource database) throws Exception {
    return node(
        spool,
        database,
        routes ->
            routes
                .from("durable:webhook?subscriber=reader&concurrency=4&pollInterval=50&lease=5000")
                .process(e -> received.add(e.getMessage().getBody())));
  }

  /** With a subscription from before, so that what is drained at the start finds its subscriber. */
  private CamelContext consumingFromTheFirst(Spool spool) throws Exception {
    jdbc.update("insert into subscriptions (topic, subscriber) values ('webhook', 'reader')");
    return consuming(spool);
  }

  private CamelContext node(Spool spool, Routes routes) throws Exception {
    return node(spool, pool, routes);
  }

  private CamelContext node(Spool spool, HikariDataSource database, Routes routes)
      throws Exception {
    DefaultCamelContext node = new DefaultCamelContext();
    node.getRegistry().bind("dataSource", database);
    node.getRegistry().bind("transactions", new DataSourceTransactionManager(database));
    node.getRegistry().bind("spool", spool);
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
    node.getComponent("durable"); // as in a hub, whose routes have it made before anybody publishes
    nodes.add(node);
    return node;
  }

  /** Each once: a delivery whose end was lost with the database is made again, rightly. */
  private List<Object> heard() {
    return received.stream().distinct().toList();
  }

  private static boolean noThreadIs(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(thread -> thread.getName().contains(name));
  }

  private static void refuseTopic(String topic) {
    jdbc.execute(
        "create trigger refusing before insert on events for each row if new.topic = '"
            + topic
            + "' then signal sqlstate '23000' set message_text = 'refused'; end if");
  }

  private static Exchange publish(CamelContext node, String uri, Object body) {
    Exchange published = tryToPublish(node, uri, body);
    assertThat(published.getException()).isNull();
    return published;
  }

  private static Exchange tryToPublish(CamelContext node, String uri, Object body) {
    try (ProducerTemplate template = node.createProducerTemplate()) {
      return template.send(uri, exchange -> exchange.getMessage().setBody(body.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> texts(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  private static long count(String table) {
    return jdbc.queryForObject("select count(*) from " + table, Long.class);
  }
}
