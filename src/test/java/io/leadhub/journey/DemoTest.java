package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.leadhub.database.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The first five minutes: what the start prints is pasted, and everything is there to be seen. */
@CamelSpringBootTest
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ActiveProfiles("demo")
class DemoTest {

  private static final Pattern CURL =
      Pattern.compile(
          "curl -i -H '([^:']+): ([^']+)' -H '([^:']+): ([^']+)' --data-binary '([^']+)'"
              + " (http://localhost:\\d+)(/\\S+)");

  @DynamicPropertySource
  static void ownDatabase(DynamicPropertyRegistry registry) {
    TestDatabase.registerTo(registry);
  }

  @Test
  void thePrintedCommandMakesALeadThatEverySandboxRemoteHearsOf(
      CapturedOutput log, @LocalServerPort int port, @Autowired JdbcTemplate jdbc) {
    Hub hub = new Hub(port, jdbc);
    Matcher curl = CURL.matcher(log.toString());
    assertThat(curl.find()).as("a command to paste").isTrue();
    assertThat(curl.group(6)).isEqualTo("http://localhost:" + port);
    assertThat(curl.group(1)).isEqualTo("Content-Type");

    for (int pasted = 0; pasted < 2; pasted++) {
      Hub.Answer answer =
          hub.postAs(curl.group(2), curl.group(7), curl.group(5), curl.group(3), curl.group(4));
      assertThat(answer.status()).isEqualTo(200);
    }

    hub.isQuiet();
    List<JsonNode> leads = Hub.items(hub.get("/api/leads", "Authorization", "Bearer demo"));
    assertThat(leads).hasSize(1);
    assertThat(leads.get(0).path("partnerCode").asText()).isEqualTo("HOTEL1");
    assertThat(leads.get(0).path("name").asText()).isEqualTo("Demo Customer");
    String id = leads.get(0).path("id").asText();

    assertThat(texts(hub, "telegram")).singleElement().asString().contains("Новый лид", "HOTEL1");
    assertThat(texts(hub, "meta"))
        .containsExactly(
            "Здравствуйте, Demo Customer! Спасибо за сообщение, мы скоро ответим вам здесь."
                + " Ваша заявка № "
                + id
                + ".");
    assertThat(texts(hub, "google-sheets")).hasSize(2);
    assertThat(texts(hub, "google-sheets"))
        .anyMatch(row -> row.startsWith("Lead | Created"))
        .anyMatch(row -> row.contains("Код: HOTEL1. Интересует аренда авто"));
    assertThat(texts(hub, "webhook")).containsExactly("lead.created");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              String page = hub.get("/sandbox?lang=en").body();
              assertThat(page)
                  .contains(
                      "Новый лид",
                      "Ваша заявка № " + id,
                      "Код: HOTEL1. Интересует аренда авто",
                      "lead.created",
                      "+66812345678");
            });
    assertThat(jdbc.queryForList("select id from deliveries where state <> 'done'")).isEmpty();
    assertThat(hub.health().at("/destinations/components/telegram/details/mode").asText())
        .isEqualTo("sandbox");
  }

  private static List<String> texts(Hub hub, String provider) {
    return Hub.list(hub.get("/sandbox/calls?provider=" + provider).json()).stream()
        .map(call -> call.path("text").asText())
        .toList();
  }
}
