package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.leadhub.database.FragileDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The database goes away under the hub, and nobody who posts a webhook notices. */
@CamelSpringBootTest
@AutoConfigureObservability(tracing = false)
@DirtiesContext
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "hub.public-url=" + Hub.PUBLIC_URL,
      "hub.api-token=" + Hub.API_TOKEN,
      "hub.meta.app-secret=" + Hub.APP_SECRET,
      "hub.meta.access-token=",
      "hub.twilio.account-sid=",
      "hub.twilio.auth-token=" + Hub.TWILIO_TOKEN,
      "hub.generic.token=" + Hub.LEAD_TOKEN,
      "hub.telegram.bot-token=",
      "hub.google-sheets.spreadsheet-id=",
      "hub.whatsapp.number=15550001111",
      "spring.datasource.hikari.connection-timeout=1000",
      "hub.spool.max-size=8MB"
    })
class DatabaseAwayTest {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir static Path directory;

  private static FragileDatabase database;

  private Hub hub;

  @DynamicPropertySource
  static void ownDatabase(DynamicPropertyRegistry registry) {
    database = FragileDatabase.start(directory.resolve("database"));
    registry.add("hub.database.url", database::jdbcUrl);
    registry.add("hub.database.user", database::user);
    registry.add("hub.database.password", database::password);
    registry.add("hub.data-dir", () -> directory.resolve("hub").toString());
    registry.add("spring.datasource.hikari.minimum-idle", () -> 1);
  }

  @AfterAll
  static void stopTheDatabase() {
    database.close();
  }

  /** Connections from before the last test's end are found out one by one. */
  @BeforeEach
  void findTheHub(@LocalServerPort int port, @Autowired JdbcTemplate jdbc) {
    hub = new Hub(port, jdbc);
    await()
        .during(Duration.ofSeconds(1))
        .atMost(PATIENCE)
        .until(() -> hub.api("/leads?limit=1").status() == 200);
  }

  @AfterEach
  void bringTheDatabaseBack() {
    database.comesBack();
    await().atMost(PATIENCE).until(() -> spool().path("status").asText().equals("UP"));
  }

  @Test
  void webhooksAreAcknowledgedWhileTheDatabaseIsGoneAndBecomeLeadsAfterwards() throws Exception {
    List<Customer> customers = new ArrayList<>();
    IntStream.range(0, 10).forEach(i -> customers.add(Customer.named("Dana " + i)));
    Customer twilio = Customer.named("Tom");
    Customer generic = Customer.named("Gina");
    assertThat(spool().path("status").asText()).isEqualTo("UP");

    database.isKilled();
    for (Customer customer : customers) {
      assertThat(hub.isToldByMeta(customer.writes("Hello")).status()).isEqualTo(200);
    }
    assertThat(hub.isToldByTwilio(twilio.writes("Hello")).status()).isEqualTo(200);
    Customer.Message withoutId = generic.writes("Hello");
    assertThat(hub.isToldByAnotherSystem(withoutId).status()).isEqualTo(200);
    assertThat(hub.post("/webhook/whatsapp/meta", "{}", "X-Hub-Signature-256", "x").status())
        .as("who is not let in is refused as ever")
        .isEqualTo(401);

    JsonNode spool = spool();
    assertThat(spool.path("status").asText()).isEqualTo("SPOOLING");
    assertThat(spool.at("/details/records").asInt()).isEqualTo(12);
    assertThat(spool.at("/details/bytes").asLong()).isPositive();
    assertThat(spool.at("/details/oldestAt").asText()).isNotEmpty();
    assertThat(metrics())
        .containsPattern("(?m)^leadhub_spool_records 12\\.0$")
        .containsPattern("(?m)^leadhub_spool_bytes [1-9]");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(metrics())
                    .containsPattern("(?m)^leadhub_spool_oldest_seconds [0-9.]*[1-9]"));
    assertThat(hub.get("/actuator/health/readiness").status())
        .as("a load balancer goes on sending")
        .isEqualTo(200);

    database.comesBack();
    await().atMost(PATIENCE).until(() -> spool().path("status").asText().equals("UP"));
    customers.add(twilio);
    customers.add(generic);
    for (Customer customer : customers) {
      JsonNode lead = hub.onlyLead(customer);
      assertThat(lead.path("messageCount").asInt()).isEqualTo(1);
    }
    assertThat(metrics()).containsPattern("(?m)^leadhub_spool_records 0\\.0$");
  }

  /** Spring would take the end of a connection for a client who went away, and answer 200. */
  @Test
  void theApiSaysThatTheDatabaseIsGoneAndNeverThatAllIsWell() throws Exception {
    Hub.Partner hotel = hub.partner("en", 0);
    database.isKilled();

    for (Hub.Answer answer :
        List.of(
            hub.apiPost("/partners", "{\"code\": \"GONE77\", \"name\": \"Nobody\"}"),
            hub.api("/leads"),
            hub.api("/partners/" + hotel.code()),
            hub.apiPost("/deliveries/1/replay", "{}"))) {
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.header("Retry-After")).isEqualTo("5");
      assertThat(answer.json().path("detail").asText())
          .isEqualTo("The database does not answer. Try again in 5 seconds.");
    }
  }

  /** As with a provider: whoever was not told to send again is kept. */
  @Test
  void aFormThatIsSentWhileTheDatabaseIsGoneIsKeptAndBecomesOneLeadAlsoWhenItIsSentAgain()
      throws Exception {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    Map<String, String> form = FormTest.filledIn(dana);
    assertThat(hub.get("/form/" + hotel.code()).status()).isEqualTo(200);

    database.isKilled();
    Hub.Answer answer = FormTest.sends(hub, hotel.code(), "lang=en", form);

    assertThat(answer.status()).isEqualTo(303);
    assertThat(answer.header("Location")).startsWith("https://wa.me/15550001111?text=");
    database.comesBack();
    assertThat(FormTest.sends(hub, hotel.code(), "lang=en", form).status()).isEqualTo(303);
    await().atMost(PATIENCE).until(() -> spool().path("status").asText().equals("UP"));
    await().atMost(PATIENCE).until(() -> hub.leads(dana).size() == 1);
    assertThat(hub.onlyLead(dana).path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(hub.onlyLead(dana).path("messageCount").asInt()).isEqualTo(1);
  }

  @Test
  void whoOpensAPartnersLinkWhileTheDatabaseIsGoneGoesOnAndIsCountedAfterwards() throws Exception {
    Hub.Partner hotel = hub.partner("en", 0);
    assertThat(opens(hotel).status()).isEqualTo(302);
    await().atMost(PATIENCE).until(() -> clicks(hotel) == 1);

    database.isKilled();
    for (int i = 0; i < 3; i++) {
      Hub.Answer answer = opens(hotel);
      assertThat(answer.status()).isEqualTo(302);
      assertThat(answer.header("Location")).startsWith("https://wa.me/15550001111?text=");
    }

    database.comesBack();
    await().atMost(PATIENCE).ignoreExceptions().until(() -> clicks(hotel) == 4);
  }

  private Hub.Answer opens(Hub.Partner partner) {
    return hub.get("/w/" + partner.code(), "User-Agent", "Mozilla/5.0 (X11; Linux x86_64)");
  }

  private long clicks(Hub.Partner partner) {
    return hub.count("clicks where partner_id = " + partner.id());
  }

  @Test
  void aMessageWhoseCommitNobodyHeardOfIsOneMessage() {
    Customer generic = Customer.named("Gina");

    database.losesTheAnswerToTheNextCommit();
    assertThat(hub.isToldByAnotherSystem(generic.writes("Hello, no id here")).status())
        .isEqualTo(200);
    await().atMost(PATIENCE).until(database::hasLostTheAnswer);
    database.comesBack();

    await().atMost(PATIENCE).until(() -> spool().path("status").asText().equals("UP"));
    await().atMost(PATIENCE).until(() -> hub.leads(generic).size() == 1);
    assertThat(hub.onlyLead(generic).path("messageCount").asInt()).isEqualTo(1);
  }

  @Test
  void aFullSpoolIsAnsweredWith503AndTheSenderIsAskedToComeAgain() {
    database.goesAway();
    String large = Hub.metaPost(Customer.named("Dana").writes("x".repeat(2_500_000)));
    Hub.Answer answer = hub.isPostedByMeta(large);
    for (int i = 0; i < 4 && answer.status() == 200; i++) {
      answer = hub.isPostedByMeta(large);
    }

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).isEqualTo("5");
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(spool().at("/details/bytes").asLong()).isLessThanOrEqualTo(8 << 20);
    assertThat(hub.isToldByMeta(Customer.named("Small").writes("Hello")).status())
        .as("a smaller one still fits")
        .isEqualTo(200);
  }

  private JsonNode spool() {
    return hub.get("/actuator/health/spool").json();
  }

  private String metrics() {
    Hub.Answer answer = hub.get("/actuator/prometheus");
    assertThat(answer.status()).isEqualTo(200);
    return answer.body();
  }
}
