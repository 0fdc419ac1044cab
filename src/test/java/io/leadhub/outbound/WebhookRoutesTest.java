package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.leadhub.TestSettings;
import io.leadhub.database.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Signed webhooks on their way to several addresses, in the routes as they ship. */
class WebhookRoutesTest {

  /** The machine may be busy with other builds. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final String SECRET = "whsec_bGVhZGh1Yi13ZWJob29rLXNlY3JldC0wMDE=";

  /** Eight at a time, each given up after 15 s: by far more than are given up in time. */
  private static final int MANY = 100;

  private final TestDatabase.Schema database = TestDatabase.emptied(WebhookRoutesTest.class);
  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
  private final CountDownLatch silence = new CountDownLatch(1);
  private final AtomicInteger told = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void startTheReceivers() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/silent",
        call -> {
          try (call) {
            silence.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.createContext(
        "/well",
        call -> {
          try (call) {
            call.getRequestBody().readAllBytes();
            told.incrementAndGet();
            call.sendResponseHeaders(204, -1);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    silence.countDown();
    for (AutoCloseable one : toClose) {
      one.close();
    }
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void anAddressThatIsSilentDelaysNoOther() throws Exception {
    CamelContext hub = hub("/silent", "/well");

    for (int id = 1; id <= MANY; id++) {
      publish(hub, "durable:lead.created", Map.of("id", id));
    }

    await().atMost(PATIENCE).until(() -> told.get() == MANY);
  }

  /** What waits for the routes that publish would else be told to nobody at the start. */
  @Test
  void aNewAddressHasItsSubscriberBeforeAnyRouteRuns() throws Exception {
    new DefaultCamelContext().addRoutes(new WebhookRoutes(webhooks("/silent", "/well"), jdbc));

    assertThat(jdbc.queryForList("select topic from subscriptions", String.class))
        .hasSize(2)
        .allSatisfy(topic -> assertThat(topic).startsWith("send.webhook.localhost-"));
  }

  @Test
  void whatWaitedInTheQueueThatAllOnceSharedIsSent() throws Exception {
    jdbc.update(
        "insert into subscriptions (topic, subscriber) values ('send.webhook', 'webhook-sender')");
    publish(
        hub("/well"),
        "durable:send.webhook",
        Map.of("id", "1", "endpoint", url("/well"), "event", Map.of("type", "lead.created")));

    await().atMost(PATIENCE).until(() -> states().equals(List.of("done")));
    assertThat(told).hasValue(1);
  }

  @Test
  void whatWaitsForAnAddressThatIsListedNoMoreIsADeadLetter() throws Exception {
    CamelContext before = hub("/silent");
    publish(before, "durable:lead.created", Map.of("id", 1));
    await().atMost(PATIENCE).until(() -> states().contains("running"));
    silence.countDown();
    before.stop();
    jdbc.update("update deliveries set state = 'due', due_at = now(6) where state <> 'done'");

    hub("/well");

    await().atMost(PATIENCE).until(() -> states().contains("dead"));
    assertThat(
            jdbc.queryForObject(
                "select last_error from deliveries where state = 'dead'", String.class))
        .contains("not listed");
  }

  private List<String> states() {
    return jdbc.queryForList(
        "select state from deliveries where subscriber = 'webhook-sender'", String.class);
  }

  private String url(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  private SignedWebhooks webhooks(String... paths) {
    List<String> settings = new ArrayList<>();
    for (String path : paths) {
      String key = "hub.webhooks[" + settings.size() / 4 + "].";
      settings.addAll(List.of(key + "url", url(path), key + "secret", SECRET));
    }
    return new SignedWebhooks(TestSettings.of(settings.toArray(String[]::new)), new ObjectMapper());
  }

  private CamelContext hub(String... paths) throws Exception {
    SignedWebhooks webhooks = webhooks(paths);
    DefaultCamelContext hub = new DefaultCamelContext();
    hub.getRegistry().bind("dataSource", database.dataSource());
    hub.getRegistry().bind("transactions", new DataSourceTransactionManager(database.dataSource()));
    hub.getRegistry().bind("signedWebhooks", webhooks);
    Properties on = new Properties();
    on.put("hub.destination.webhook", "true");
    hub.getPropertiesComponent().setInitialProperties(on);
    hub.getShutdownStrategy().setTimeout(1);
    for (String file : List.of("errors", "out/webhook", "out/webhook-sender")) {
      PluginHelper.getRoutesLoader(hub)
          .loadRoutes(ResourceHelper.resolveResource(hub, "file:routes/" + file + ".camel.yaml"));
    }
    WebhookRoutes routes = new WebhookRoutes(webhooks, jdbc);
    hub.addRoutes(routes);
    hub.addTemplatedRoutes(routes);
    toClose.add(hub::stop);
    hub.start();
    return hub;
  }

  private static void publish(CamelContext hub, String topic, Object body) {
    try (ProducerTemplate template = hub.createProducerTemplate()) {
      template.sendBody(topic, body);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
