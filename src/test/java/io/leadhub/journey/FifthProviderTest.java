package io.leadhub.journey;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.leadhub.database.TestDatabase;
import io.leadhub.signature.Hmac;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * docs/add-a-provider.md walked through: the files of a provider that no Java knows, in a hub
 * beside the shipped routes.
 */
@CamelSpringBootTest
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.config.import=file:" + FifthProviderTest.FILES + "/application.yaml",
      "acme.webhook-secret=" + FifthProviderTest.SECRET,
      "acme.api-token=" + FifthProviderTest.TOKEN,
      "acme.base-url=http://localhost:${world.port:1}/acme",
      "acme.limit=none",
      "hub.whatsapp.provider=acme",
      "hub.public-url=" + Hub.PUBLIC_URL,
      "hub.api-token=" + Hub.API_TOKEN,
      "hub.channels.probe-every=0",
      "hub.reply.templates[0].language=en",
      "hub.reply.templates[0].name=lead_greeting",
      "hub.reply.templates[0].body=Hello {{1}}, we got your request number {{2}}.",
      "hub.reply.templates[0].variables=name|guest,id"
    })
class FifthProviderTest {

  static final String FILES = "src/test/resources/provider/acme";
  static final String SECRET = "#acme-{{webhook}}-secret";
  static final String TOKEN = "acme-api-token";

  private static final Path INSTALLED = Path.of("target", "fifth-provider");
  private static final String SEND = "/acme/v2/messages";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final World WORLD = new World();

  private Hub hub;

  @DynamicPropertySource
  static void theFilesLieAmongTheOthers(DynamicPropertyRegistry registry) throws IOException {
    registry.add("world.port", WORLD::port);
    TestDatabase.registerTo(registry);
    for (String way : List.of("in", "out")) {
      Path installed = Files.createDirectories(INSTALLED.resolve(way)).resolve("acme.camel.yaml");
      String yaml = Files.readString(Path.of(FILES, "routes", way, "acme.camel.yaml"));
      Files.writeString(installed, yaml.replace("file:routes/", "file:" + FILES + "/routes/"));
    }
    registry.add(
        "camel.main.routes-include-pattern",
        () ->
            "file:routes/*.camel.yaml,file:routes/in/*.camel.yaml,file:routes/out/*.camel.yaml"
                + ",file:%1$s/in/*.camel.yaml,file:%1$s/out/*.camel.yaml".formatted(INSTALLED));
  }

  @BeforeEach
  void findTheHub(@LocalServerPort int port, @Autowired JdbcTemplate jdbc) {
    hub = new Hub(port, jdbc);
  }

  @AfterEach
  void leaveNothingWaiting() {
    WORLD.behaves();
    hub.deliversNow();
  }

  @Test
  void aMessageBecomesALeadItsAnswerGoesBackThatWayAndItsStatusIsSeenOnTheLead() {
    Customer dana = Customer.named("Dana");
    acmeTakes(dana);

    assertThat(isPosted(message(dana.writes("Hello, a car please"))).status()).isEqualTo(200);

    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("source").asText()).isEqualTo("whatsapp");
    assertThat(lead.path("name").asText()).isEqualTo("Dana");
    assertThat(lead.path("firstMessage").asText()).isEqualTo("Hello, a car please");
    assertThat(sent(dana)).hasSize(1);
    JsonNode sent = sent(dana).get(0);
    assertThat(sent.path("line").asText()).isEqualTo("15550001111");
    assertThat(sent.path("yourRef").asText()).isEqualTo("reply/" + lead.path("id").asText());
    assertThat(sent.at("/content/body").asText()).startsWith("Hello, Dana! Thank you");

    isPosted(state(dana, "delivered", null), state(dana, "seen", null));
    hub.isQuiet();

    JsonNode answer = hub.story(lead).path("messages").path(1);
    assertThat(answer.path("provider").asText()).isEqualTo("acme");
    assertThat(answer.path("messageId").asText()).isEqualTo("acme-out-" + dana.phone());
    assertThat(answer.path("status").asText()).isEqualTo("read");
  }

  @Test
  void theShortAddressMayBeItsOwn() {
    Customer dana = Customer.named("Dana");
    acmeTakes(dana);
    String post = event(message(dana.writes("Hello")));

    assertThat(hub.post("/webhook/whatsapp", post, "X-Acme-Signature", signature(post)).status())
        .isEqualTo(200);

    assertThat(hub.onlyLead(dana).path("source").asText()).isEqualTo("whatsapp");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "sha256=0"})
  void whoDidNotSignIsRefusedAndNothingIsKept(String signature) {
    long before = hub.count("events");
    String post = event(message(Customer.named("Mallory").writes("Hello")));

    Hub.Answer answer = hub.post("/webhook/whatsapp/acme", post, "X-Acme-Signature", signature);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().path("detail").asText()).contains("X-Acme-Signature");
    assertThat(hub.count("events")).isEqualTo(before);
  }

  @Test
  void aRefusalIsWhatItsTableSays() {
    Customer dana = Customer.named("Dana");
    WORLD.answers(SEND, refusal(422, "BAD_RECIPIENT", "Not on WhatsApp"));

    isPosted(message(dana.writes("Hello")));

    assertThat(hub.delivery(dana, "acme", one -> one.state().equals("dead")).error())
        .isEqualTo("Acme answered HTTP 422, code BAD_RECIPIENT: Not on WhatsApp");
    assertThat(sent(dana)).hasSize(1);
  }

  @Test
  void whenItSaysThatItIsTooLateTheTemplateFollows() {
    Customer dana = Customer.named("Dana");
    acmeTakes(dana);
    WORLD.answers(
        post(urlPathMatching(SEND)).withRequestBody(matchingJsonPath("$.content")),
        refusal(409, "SESSION_CLOSED", "The customer was silent for a day"));

    isPosted(message(dana.writes("Hello")));

    JsonNode lead = hub.onlyLead(dana);
    assertThat(sent(dana)).hasSize(2);
    assertThat(sent(dana).get(1).path("template").toString())
        .isEqualTo(
            "{\"name\":\"lead_greeting\",\"locale\":\"en\",\"values\":[\"Dana\",\"%s\"]}"
                .formatted(lead.path("id").asText()));
    assertThat(hub.deliveries(lead.path("id").asLong(), "acme"))
        .allMatch(delivery -> delivery.state().equals("done"));
  }

  @Test
  void whatFailsLaterIsADeadLetterWithItsReason() {
    Customer dana = Customer.named("Dana");
    acmeTakes(dana);
    isPosted(message(dana.writes("Hello")));
    JsonNode lead = hub.onlyLead(dana);

    isPosted(state(dana, "bounced", "BAD_RECIPIENT"));

    assertThat(hub.delivery(dana, "acme", one -> one.state().equals("dead")).error())
        .contains("BAD_RECIPIENT: told later");
    assertThat(hub.story(lead).path("messages").path(1).path("status").asText())
        .isEqualTo("failed");
  }

  @Test
  void aReplyWhoseAnswerWasLostIsFoundByItsStatusAndNotSentTwice() {
    Customer dana = Customer.named("Dana");
    WORLD.answers(SEND, aResponse().withStatus(502));
    isPosted(message(dana.writes("Hello")));
    hub.delivery(dana, "acme", one -> one.state().equals("due") && one.outcomeUnknown());
    JsonNode lead = hub.leads(dana).get(0);

    ObjectNode told = state(dana, "sent", null);
    ((ObjectNode) told.path("message")).put("yourRef", "reply/" + lead.path("id").asText());
    isPosted(told);
    await()
        .atMost(Hub.PATIENCE)
        .until(
            () ->
                hub.count("message_statuses where our_key = 'reply/" + lead.path("id") + "'") == 1);
    hub.deliversNow();

    assertThat(sent(dana)).hasSize(1);
    assertThat(hub.story(lead).path("messages").path(1).path("messageId").asText())
        .isEqualTo("acme-out-" + dana.phone());
  }

  @Test
  void whatCannotBeReadIsADeadLetterItsNeighbourGoesOnAndWebhooksAreReadAgainWhenAsked() {
    Customer dana = Customer.named("Dana");
    acmeTakes(dana);
    Instant before = Instant.now().minusSeconds(1);
    long dead = hub.count("deliveries where state = 'dead'");
    ObjectNode unreadable =
        JSON.createObjectNode().put("type", "message.in").put("message", "lost");

    isPosted(unreadable, message(dana.writes("Hello")));

    assertThat(hub.onlyLead(dana).path("messageCount").asInt()).isEqualTo(1);
    assertThat(hub.count("deliveries where state = 'dead'")).isEqualTo(dead + 1);
    JsonNode again = hub.apiPost("/webhooks/reprocess?provider=acme&since=" + before, "").json();
    assertThat(again.at("/providers/acme").asInt()).as(again.toString()).isPositive();
    assertThat(hub.onlyLead(dana).path("messageCount").asInt()).isEqualTo(1);
    assertThat(sent(dana)).hasSize(1);
  }

  @Test
  void healthKnowsIt(@Autowired Environment environment) {
    assertThat(environment.getProperty("hub.destination.acme")).isEqualTo("true");
    JsonNode acme = hub.health().at("/destinations/components/acme");
    assertThat(acme.path("status").asText()).isEqualTo("UP");
    assertThat(acme.at("/details/mode").asText()).isEqualTo("live");
  }

  @Test
  void theSampleGivesWhatLiesBesideIt(@Autowired CamelContext camel) throws IOException {
    Expression mapping =
        camel
            .resolveLanguage("jq")
            .createExpression("resource:file:" + FILES + "/routes/in/acme.jq");
    mapping.init(camel);
    DefaultExchange exchange = new DefaultExchange(camel);
    exchange.getMessage().setBody(JSON.readTree(Path.of(FILES, "event.json").toFile()));

    assertThat(mapping.evaluate(exchange, JsonNode.class))
        .isEqualTo(JSON.readTree(Path.of(FILES, "event.expected.json").toFile()));
  }

  @ParameterizedTest
  @MethodSource("files")
  void theGuideShowsTheVeryFilesThatRunHere(Path file) throws IOException {
    assertThat(Files.readString(Path.of("docs/add-a-provider.md")))
        .contains("\n" + Files.readString(file) + "```");
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> tree = Files.walk(Path.of(FILES))) {
      return tree.filter(Files::isRegularFile).toList().stream();
    }
  }

  private void acmeTakes(Customer customer) {
    WORLD.answers(SEND, jsonResponse("{\"ref\":\"acme-out-" + customer.phone() + "\"}", 202));
  }

  private static ResponseDefinitionBuilder refusal(int status, String code, String words) {
    return jsonResponse(
        "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}".formatted(code, words), status);
  }

  private static List<JsonNode> sent(Customer customer) {
    return WORLD
        .received(SEND)
        .filter(request -> request.getHeader("Authorization").equals("Bearer " + TOKEN))
        .map(request -> Hub.parse(request.getBodyAsString()))
        .filter(body -> body.path("to").asText().equals(customer.number()))
        .toList();
  }

  private Hub.Answer isPosted(ObjectNode... events) {
    String post = event(events);
    return hub.post("/webhook/whatsapp/acme", post, "X-Acme-Signature", signature(post));
  }

  private static String event(ObjectNode... events) {
    ObjectNode post = JSON.createObjectNode().put("account", "acc-77");
    post.putArray("events").addAll(List.of(events));
    return post.toString();
  }

  private static ObjectNode message(Customer.Message written) {
    ObjectNode event = JSON.createObjectNode().put("type", "message.in").put("line", "15550001111");
    ObjectNode message = event.putObject("message").put("ref", written.id());
    message
        .put("sentAtMs", written.at().minus(Duration.ofSeconds(1)).toEpochMilli())
        .putObject("customer")
        .put("msisdn", written.from().number())
        .put("displayName", written.from().name());
    message.putObject("content").put("kind", "text").put("body", written.text());
    return event;
  }

  /** News of the message that went to that customer. */
  private static ObjectNode state(Customer customer, String state, String code) {
    ObjectNode event = JSON.createObjectNode().put("type", "message.state").put("state", state);
    event.put("line", "15550001111").put("atMs", Instant.now().toEpochMilli());
    event.putObject("message").put("ref", "acme-out-" + customer.phone());
    if (code != null) {
      event.putObject("problem").put("code", code).put("text", "told later");
    }
    return event;
  }

  private static String signature(String body) {
    return Hmac.sha256(SECRET.getBytes(StandardCharsets.UTF_8))
        .hex(body.getBytes(StandardCharsets.UTF_8));
  }
}
