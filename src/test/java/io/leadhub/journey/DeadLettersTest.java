package io.leadhub.journey;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

/** What could not be delivered is looked at, mended, sent again or given up, through the API. */
class DeadLettersTest extends Journey {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String TELEGRAM_RESTS_FOR =
      "update subscriptions set paused_until = now(6) + interval ? second"
          + " where topic = 'send.telegram' and subscriber = 'telegram-bot'";
  private static final Predicate<Hub.Delivery> DEAD = delivery -> delivery.state().equals("dead");

  @Test
  void aDeadLetterTellsWhatItWasAndHowItFailedAndIsSentAgainOnce() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    long id = refusedByTelegram(dana, hotel);

    JsonNode story = story(id);
    assertThat(story.path("state").asText()).isEqualTo("dead");
    assertThat(story.path("topic").asText()).isEqualTo("send.telegram");
    assertThat(story.path("lastError").asText()).contains("chat not found");
    assertThat(story.path("subject").asText()).startsWith("lead/");
    assertThat(story.path("eventKey").asText()).endsWith("/" + hotel.chats().get(0));
    assertThat(story.path("payload").path("text").asText()).contains("Dana");
    assertThat(Instant.parse(story.path("publishedAt").asText()))
        .isBefore(Instant.parse(story.path("finishedAt").asText()));
    assertThat(Hub.list(story.path("failures")))
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.path("attempt").asInt()).isEqualTo(1);
              assertThat(failure.path("outcome").asText()).isEqualTo("reject");
              assertThat(failure.path("reason").asText()).contains("chat not found");
              assertThat(failure.path("at").asText()).isNotEmpty();
            });

    world.behaves();
    assertThat(replay(id, "").status()).isEqualTo(200);
    Hub.Answer second = replay(id, "");
    assertThat(second.status()).as(second.body()).isEqualTo(409);
    assertThat(second.json().path("detail").asText()).contains("Delivery " + id, "dead letter");

    hub.isQuiet();
    assertThat(story(id).path("state").asText()).isEqualTo("done");
    assertThat(replay(id, "").json().path("detail").asText()).contains("was delivered at");
    assertThat(world.telegram(hotel.chats().get(0)))
        .as("the refused one and the good one")
        .hasSize(2);
    assertThat(world.rows(dana)).hasSize(1);
  }

  @Test
  void anEditedPayloadIsSentInsteadAndTheOriginalIsKept() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    long id = refusedByTelegram(dana, hotel);
    long chat = hotel.chats().get(0);
    world.behaves();

    Hub.Answer answer =
        replay(id, "{\"payload\": {\"chatId\": %d, \"text\": \"A plain text\"}}".formatted(chat));

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    hub.isQuiet();
    assertThat(world.telegram(chat)).last().extracting("text").isEqualTo("A plain text");
    JsonNode story = story(id);
    assertThat(story.path("editedPayload").path("text").asText()).isEqualTo("A plain text");
    assertThat(story.path("payload").path("text").asText()).contains("Dana");
  }

  @Test
  void aDeadLetterIsGivenUpWithAReason() {
    long id = refusedByTelegram(Customer.named("Dana"), hub.partner("en", 1));
    String path = "/deliveries/" + id + "/discard";

    assertThat(hub.apiPost(path, "{}").status()).isEqualTo(400);
    for (int press = 0; press < 2; press++) {
      Hub.Answer answer = hub.apiPost(path, "{\"reason\": \"The chat was closed.\"}");
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.json().path("state").asText()).isEqualTo("done");
      assertThat(answer.json().path("discardReason").asText()).isEqualTo("The chat was closed.");
      assertThat(answer.json().path("lastError").asText()).contains("chat not found");
    }
    assertThat(Hub.items(hub.api("/deliveries?state=dead&limit=500")))
        .noneMatch(delivery -> delivery.path("id").asLong() == id);
    assertThat(replay(id, "").json().path("detail").asText()).contains("was discarded at");
  }

  @Test
  void allDeadLettersThatFitAreSentAgain() {
    Hub.Partner hotel = hub.partner("en", 1);
    String why = Hub.unique("reason-");
    world.answers(World.TELEGRAM, telegramRefuses(why));
    for (int i = 0; i < 3; i++) {
      Customer customer = Customer.named("Guest");
      hub.isToldByMeta(customer.writes("Code: " + hotel.code()));
      hub.delivery(customer, "telegram-bot", DEAD);
    }
    world.behaves();
    String filter =
        "{\"subscriber\": \"telegram-bot\", \"error\": \"%s\", \"since\": \"%s\"}"
            .formatted(why.toUpperCase(), Instant.now().minus(Duration.ofHours(1)));

    Hub.Answer refused = hub.apiPost("/deliveries/replay", filter.replace("error", "reason"));
    assertThat(refused.status()).as("a slip of the pen is no filter").isEqualTo(400);
    assertThat(refused.json().path("detail").asText())
        .isEqualTo(
            "There is no field reason here. Known are: error, since, subscriber, topic, until.");
    assertThat(hub.apiPost("/deliveries/replay", filter).json().path("replayed").asInt())
        .isEqualTo(3);
    assertThat(hub.apiPost("/deliveries/replay", filter).json().path("replayed").asInt()).isZero();

    hub.isQuiet();
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(6);
  }

  @Test
  void whatIsNotThereIsSaidSo() {
    assertThat(hub.api("/deliveries/999999999").status()).isEqualTo(404);
    assertThat(replay(999_999_999, "").status()).isEqualTo(404);
    assertThat(hub.apiPost("/subscriptions/no.topic/nobody/pause", "").status()).isEqualTo(404);
    assertThat(
            hub.apiPost("/webhooks/reprocess?since=2026-01-01T00:00:00Z&provider=no", "").status())
        .isEqualTo(404);
    assertThat(hub.apiPost("/webhooks/reprocess?since=yesterday", "").status()).isEqualTo(400);
  }

  @Test
  void aSubscriberIsPausedKeepsItsQueueAndGoesOn() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    String path = "/subscriptions/send.telegram/telegram-bot/";

    Hub.Answer paused = hub.apiPost(path + "pause", "{\"reason\": \"The bot is moved.\"}");

    assertThat(paused.status()).as(paused.body()).isEqualTo(200);
    assertThat(paused.json().path("reason").asText()).isEqualTo("The bot is moved.");
    assertThat(hub.health().at("/destinations/components/telegram/status").asText())
        .isEqualTo("PAUSED");
    hub.jdbc().update(TELEGRAM_RESTS_FOR, -1);
    assertThat(hub.health().at("/destinations/components/telegram/status").asText())
        .as("it is over, but nothing has got through yet")
        .isEqualTo("PAUSED");
    hub.jdbc().update(TELEGRAM_RESTS_FOR, 600);
    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    await().atMost(PATIENCE).until(() -> !world.rows(dana).isEmpty());
    await().atMost(PATIENCE).until(() -> subscription("telegram-bot").path("due").asInt() == 1);
    assertThat(subscription("telegram-bot").path("oldestDueAt").asText()).isNotEmpty();
    assertThat(world.telegram(hotel.chats().get(0))).isEmpty();

    Hub.Answer resumed = hub.apiPost(path + "resume", "");

    assertThat(resumed.json().path("pausedUntil").isNull()).as(resumed.body()).isTrue();
    hub.isQuiet();
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
  }

  @Test
  void aMendedMappingReadsTheKeptWebhooksAgainAndMakesOnlyWhatWasMissing(
      @Autowired CamelContext camel, @TempDir Path directory) throws Exception {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer anna = Customer.named("Anna");
    Customer bert = Customer.named("Bert");
    Path mapping = directory.resolve("acme.jq");
    String webhook =
        "{\"orders\": [%s, %s]}".formatted(order("text", anna, hotel), order("voice", bert, hotel));
    Instant before = Instant.now().minus(Duration.ofMinutes(1));

    reads(camel, mapping, "select(.kind == \"text\") | ");
    try (ProducerTemplate template = camel.createProducerTemplate()) {
      template.sendBody("durable:webhook.acme", webhook.getBytes(StandardCharsets.UTF_8));
    }
    hub.isQuiet();
    assertThat(hub.leads(anna)).hasSize(1);
    assertThat(hub.leads(bert)).isEmpty();

    reads(camel, mapping, "");
    for (int press = 0; press < 2; press++) {
      Hub.Answer answer = hub.apiPost("/webhooks/reprocess?provider=acme&since=" + before, "");
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(answer.json().path("webhooks").asInt()).isEqualTo(1);
      assertThat(answer.json().path("providers").path("acme").asInt()).isEqualTo(1);
      hub.isQuiet();
    }

    for (Customer customer : List.of(anna, bert)) {
      assertThat(hub.onlyLead(customer).path("messageCount").asInt()).isEqualTo(1);
      assertThat(world.rows(customer)).hasSize(1);
      assertThat(world.crm(customer)).hasSize(1);
    }
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(2);
    forgetAcme(camel);
  }

  @Test
  void aMendedMappingTakesThePlaceOfWhatDiedByIt(
      @Autowired CamelContext camel, @TempDir Path directory) throws Exception {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer chai = Customer.named("Chai");
    Path mapping = directory.resolve("acme.jq");
    String webhook = "{\"orders\": [%s]}".formatted(order("text", chai, hotel));
    Instant before = Instant.now().minus(Duration.ofMinutes(1));

    reads(camel, mapping, "(.tel = \"nobody's\") | ");
    try (ProducerTemplate template = camel.createProducerTemplate()) {
      template.sendBody("durable:webhook.acme", webhook.getBytes(StandardCharsets.UTF_8));
    }
    await().atMost(PATIENCE).until(() -> died("acme") == 1);

    reads(camel, mapping, "");
    assertThat(hub.apiPost("/webhooks/reprocess?provider=acme&since=" + before, "").status())
        .isEqualTo(200);
    hub.isQuiet();

    assertThat(hub.onlyLead(chai).path("messageCount").asInt()).isEqualTo(1);
    assertThat(died("acme")).as("its key is free").isZero();
    assertThat(
            hub.jdbc()
                .queryForObject(
                    "select count(*) from deliveries d join events e on e.id = d.event_id"
                        + " where d.state = 'dead' and e.topic = 'message.received'"
                        + " and e.event_key is null and e.subject like 'webhook/%'",
                    Integer.class))
        .as("dead letters that stay")
        .isPositive();
    forgetAcme(camel);
  }

  private int died(String provider) {
    return hub.jdbc()
        .queryForObject(
            "select count(*) from deliveries d join events e on e.id = d.event_id"
                + " where d.topic = 'message.received' and d.state = 'dead' and e.event_key like ?",
            Integer.class,
            provider + "/%");
  }

  private static String order(String kind, Customer from, Hub.Partner partner) {
    return "{\"id\": \"%s\", \"kind\": \"%s\", \"tel\": \"%s\", \"note\": \"Code: %s\"}"
        .formatted(Hub.unique("order-"), kind, from.number(), partner.code());
  }

  /** As after a restart of the hub with another mapping. */
  private static void reads(CamelContext camel, Path mapping, String only) throws Exception {
    removeReader(camel);
    Files.writeString(
        mapping,
        "[ .orders[] | %s{ provider: \"acme\", messageId: .id, kind: .kind, phone: .tel, text: .note } ]"
            .formatted(only));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("durable:webhook.acme?subscriber=read-acme&pollInterval=50")
                .routeId("read-acme")
                .bean("webhookReader", "json")
                .setBody()
                .language("jq", "resource:file:" + mapping)
                .to("direct:received");
          }
        });
  }

  private void forgetAcme(CamelContext camel) throws Exception {
    removeReader(camel);
    for (String table : List.of("subscriptions", "deliveries", "events")) {
      hub.jdbc().update("delete from " + table + " where topic = 'webhook.acme'");
    }
  }

  private static void removeReader(CamelContext camel) throws Exception {
    if (camel.getRoute("read-acme") != null) {
      camel.getRouteController().stopRoute("read-acme");
      camel.removeRoute("read-acme");
    }
  }

  private long refusedByTelegram(Customer customer, Hub.Partner partner) {
    world.answers(World.TELEGRAM, telegramRefuses("chat not found"));
    hub.isToldByMeta(customer.writes("Code: " + partner.code()));
    return hub.delivery(customer, "telegram-bot", DEAD).id();
  }

  private static ResponseDefinitionBuilder telegramRefuses(String why) {
    return aResponse()
        .withStatus(400)
        .withBody(
            "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: %s\"}".formatted(why));
  }

  private Hub.Answer replay(long id, String body) {
    return hub.apiPost("/deliveries/" + id + "/replay", body);
  }

  private JsonNode story(long id) {
    Hub.Answer answer = hub.api("/deliveries/" + id);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private JsonNode subscription(String subscriber) {
    return Hub.items(hub.api("/subscriptions")).stream()
        .filter(one -> one.path("subscriber").asText().equals(subscriber))
        .findFirst()
        .orElseThrow();
  }
}
