package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.leadhub.database.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Rate limits, shared over nodes by a real MariaDB. */
class GovernorTest {

  private static TestDatabase.Schema database;

  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
  private final List<CamelContext> nodes = new ArrayList<>();

  @BeforeAll
  static void makeTables() {
    database = TestDatabase.emptied(GovernorTest.class);
  }

  @BeforeEach
  void emptyTables() {
    List.of("deliveries", "events", "subscriptions", "rate_limits")
        .forEach(table -> jdbc.execute("truncate table " + table));
  }

  @AfterEach
  void stopNodes() {
    nodes.forEach(CamelContext::stop);
  }

  @Test
  void placesAreGivenAwayOneAfterTheOtherWhicheverNodeAsks() {
    Governor one = governor(limits("10/1s", null));
    Governor other = governor(limits("10/1s", null));

    List<Duration> waits = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      waits.add((i % 2 == 0 ? one : other).admit("chat-" + i).delay());
    }

    assertThat(waits.get(0)).isZero();
    assertThat(jdbc.queryForObject("select count(*) from rate_limits", Integer.class)).isOne();
    Duration together =
        Duration.ofNanos(
            jdbc.queryForObject(
                    "select timestampdiff(microsecond, now(6), free_at) from rate_limits",
                    Long.class)
                * 1_000);
    assertThat(together)
        .as("ten places of 105 ms, less the time since the first")
        .isBetween(waits.get(9).minusSeconds(5), Duration.ofMillis(1_053));
    assertThat(waits.get(9)).isLessThanOrEqualTo(Duration.ofMillis(948));
  }

  @Test
  void aRecipientWhoseTurnIsLaterKeepsNoPlaceOfTheOthers() {
    Governor governor = governor(limits("1/1h", "1/1h"));

    assertThat(governor.admit("anna").begin()).isTrue();
    Governor.Admission again = governor.admit("anna");

    assertThat(again.begin()).isFalse();
    assertThat(again.delay()).isBetween(Duration.ofMinutes(60), Duration.ofMinutes(64));
    assertThat(
            jdbc.queryForObject(
                "select timestampdiff(minute, now(6), free_at) from rate_limits where recipient = ''",
                Integer.class))
        .as("one place is given away, not two")
        .isBetween(60, 63);
  }

  @Test
  void aGroupHasALimitOfItsOwnAndAnUnknownRecipientNone() {
    RateLimits limits = limits(null, "1/1s");
    limits.setGroups("-.*");
    limits.setPerGroup("20/1m");

    assertThat(limits.of("7")).isEqualTo(Duration.ofSeconds(100).dividedBy(95));
    assertThat(limits.of("-7")).isEqualTo(Duration.ofSeconds(6_000).dividedBy(20 * 95));
    assertThat(limits.of(null)).isNull();
    assertThat(governor(limits).admit(null)).isEqualTo(Governor.Admission.NOW);
  }

  @Test
  void withoutLimitsNobodyIsAsked() {
    assertThat(governor(null).admit("anna")).isEqualTo(Governor.Admission.NOW);
    assertThat(jdbc.queryForObject("select count(*) from rate_limits", Integer.class)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "0/1s", "30/s", "30 per second", "30/1d", ""})
  void aLimitThatCannotBeReadSaysHowToWriteIt(String limit) {
    assertThatThrownBy(() -> new RateLimits().setTotal(limit))
        .hasMessage(
            "total of RateLimits is “" + limit + "”: write it as 30/1s, 20/1m or 100/1h, or none");
  }

  @Test
  void aRemoteWithTokenBucketsNeverHasToRefuseTwoNodes() throws Exception {
    TokenBuckets remote = new TokenBuckets(20, 1);
    RateLimits limits = limits("20/1s", "1/1s");
    for (int i = 0; i < 2; i++) {
      node(limits, remote);
    }
    int recipients = 20;
    int each = 3;

    try (ProducerTemplate template = nodes.get(0).createProducerTemplate()) {
      for (int i = 0; i < recipients * each; i++) {
        template.sendBody("durable:send?orderingKey=${body}", "chat-" + i % recipients);
      }
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                jdbc.queryForObject(
                        "select count(*) from deliveries where state = 'done'", Integer.class)
                    == recipients * each);
    assertThat(remote.refused).hasValue(0);
    assertThat(remote.accepted).hasSize(recipients * each);
    assertThat(jdbc.queryForObject("select max(attempts) from deliveries", Integer.class))
        .as("waiting for one's turn spends no attempt")
        .isOne();
  }

  private void node(RateLimits limits, TokenBuckets remote) throws Exception {
    DefaultCamelContext node = new DefaultCamelContext();
    node.getRegistry().bind("dataSource", database.dataSource());
    node.getRegistry()
        .bind("transactions", new DataSourceTransactionManager(database.dataSource()));
    node.getRegistry().bind("limits", limits);
    node.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            errorHandler(noErrorHandler());
            from("durable:send?subscriber=bot&concurrency=4&limits=#limits&pollInterval=50")
                .process(e -> remote.receive(e.getMessage().getBody(String.class)));
          }
        });
    node.start();
    nodes.add(node);
  }

  private Governor governor(RateLimits limits) {
    return new Governor(
        jdbc,
        new TransactionTemplate(new DataSourceTransactionManager(database.dataSource())),
        limits);
  }

  private static RateLimits limits(String total, String perRecipient) {
    RateLimits limits = new RateLimits();
    limits.setCredential("bot");
    if (total != null) {
      limits.setTotal(total);
    }
    if (perRecipient != null) {
      limits.setPerRecipient(perRecipient);
    }
    return limits;
  }

  /** A remote that refuses what comes too fast, by true token buckets. */
  private static final class TokenBuckets {

    final AtomicInteger refused = new AtomicInteger();
    final Queue<String> accepted = new ConcurrentLinkedQueue<>();
    private final Map<String, double[]> buckets = new HashMap<>();
    private final int total;
    private final int perRecipient;

    TokenBuckets(int total, int perRecipient) {
      this.total = total;
      this.perRecipient = perRecipient;
    }

    synchronized void receive(String recipient) {
      if (take("", total) && take(recipient, perRecipient)) {
        accepted.add(recipient);
      } else {
        refused.incrementAndGet();
        throw new RetryException("429");
      }
    }

    private boolean take(String name, int perSecond) {
      double now = System.nanoTime() / 1e9;
      double[] bucket = buckets.computeIfAbsent(name, key -> new double[] {perSecond, now});
      bucket[0] = Math.min(perSecond, bucket[0] + (now - bucket[1]) * perSecond);
      bucket[1] = now;
      if (bucket[0] < 1) {
        return false;
      }
      bucket[0]--;
      return true;
    }
  }
}
