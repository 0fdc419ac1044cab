package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.leadhub.database.TestDatabase;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A hub without any secret lets nobody in, tells nobody, and says so. */
@CamelSpringBootTest
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "hub.api-token=",
      "hub.meta.app-secret=",
      "hub.meta.verify-token=",
      "hub.meta.access-token=",
      "hub.twilio.account-sid=",
      "hub.twilio.auth-token=",
      "hub.d360.webhook-token=",
      "hub.wati.webhook-token=",
      "hub.generic.token=",
      "hub.generic.secret=",
      "hub.telegram.bot-token=",
      "hub.google-sheets.spreadsheet-id=",
      "hub.whatsapp.number=15550001111"
    })
class NothingConfiguredTest {

  private Hub hub;

  @DynamicPropertySource
  static void ownDatabase(DynamicPropertyRegistry registry) {
    TestDatabase.registerTo(registry);
  }

  @Autowired
  void findTheHub(@LocalServerPort int port, @Autowired JdbcTemplate jdbc) {
    hub = new Hub(port, jdbc);
  }

  @ParameterizedTest
  @CsvSource({
    "/webhook/whatsapp/meta, X-Hub-Signature-256, META_APP_SECRET",
    "/webhook/whatsapp, X-Hub-Signature-256, META_APP_SECRET",
    "/webhook/whatsapp/twilio, X-Twilio-Signature, TWILIO_AUTH_TOKEN",
    "/webhook/whatsapp/360dialog, Authorization, D360_WEBHOOK_TOKEN",
    "/webhook/whatsapp/wati, Authorization, WATI_WEBHOOK_TOKEN",
    "/webhook/lead, Authorization, LEAD_WEBHOOK_TOKEN"
  })
  void aWebhookWhoseSecretIsNotConfiguredIsRefusedAndTheLogNamesTheKey(
      String path, String header, String key, CapturedOutput log) {
    String webhook = Hub.metaPost(Customer.named("Dana").writes("Hello"));

    Hub.Answer answer = hub.post(path, webhook, header, Hub.metaSignature(webhook));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().path("detail").asText()).contains("not configured");
    assertThat(log.toString()).contains(key);
    assertThat(hub.count("events where topic <> 'click'")).isZero();
  }

  @Test
  void metasHandshakeIsRefusedToo(CapturedOutput log) {
    Hub.Answer answer =
        hub.get("/webhook/whatsapp/meta?hub.mode=subscribe&hub.challenge=1&hub.verify_token=");

    assertThat(answer.status()).isEqualTo(403);
    assertThat(log.toString()).contains("META_VERIFY_TOKEN");
  }

  @Test
  void theApiAnswersNobody(CapturedOutput log) {
    assertThat(hub.get("/api/leads", "Authorization", "Bearer ").status()).isEqualTo(401);
    assertThat(hub.get("/api/leads", "Authorization", "Bearer").status()).isEqualTo(401);
    assertThat(log.toString()).contains("HUB_API_TOKEN");
  }

  @Test
  void everyDestinationIsOffAndTheHubIsHealthy() {
    Hub.Answer answer = hub.get("/actuator/health");

    assertThat(answer.status()).isEqualTo(200);
    JsonNode destinations = answer.json().at("/components/destinations/components");
    assertThat(destinations).hasSize(7);
    for (JsonNode destination : destinations) {
      assertThat(destination.path("status").asText()).isEqualTo("OFF");
      assertThat(destination.at("/details/mode").asText()).isEqualTo("off");
    }
    assertThat(answer.json().at("/components/routes/status").asText()).isEqualTo("UP");
    assertThat(answer.json().path("status").asText()).isEqualTo("UP");
  }

  /** docs/clicks.md promises it to whoever has no account at any provider. */
  @Test
  void partnersLinksWorkWithoutAnyProviderAndTheStartComplainsOfNothing(CapturedOutput log) {
    hub.jdbc()
        .update(
            "insert into partners (code, name, active, locale) values ('HOTEL1', 'Hotel', true, 'en')");

    Hub.Answer answer =
        await()
            .until(
                () -> hub.get("/w/HOTEL1", "User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"),
                opened -> opened.status() == 302);

    assertThat(answer.header("Location"))
        .startsWith("https://wa.me/15550001111?text=Hello%21%20Code%3A%20HOTEL1");
    // The log shows the end of a name; tests beside this one have threads of their own.
    String thisThread = Thread.currentThread().getName().replaceAll(".*(?=.{9}$)", "");
    assertThat(log.toString().lines())
        .as("the start")
        .anyMatch(line -> line.contains("Started "))
        .noneMatch(line -> line.contains(" ERROR ") && line.contains(thisThread));
  }

  @Test
  void nobodyIsAskedForPricesAndNothingCostsAnything() {
    assertThat(hub.count("subscriptions where subscriber = 'costs'")).isEqualTo(1);
    assertThat(hub.count("subscriptions where subscriber = 'twilio-price'")).isZero();
    JsonNode costs = hub.health().path("costs");
    assertThat(costs.path("status").asText()).isEqualTo("UP");
    assertThat(costs.at("/details/spent/USD").asText()).isEqualTo("0.0");
    assertThat(costs.path("details").has("budget")).isFalse();
  }
}
