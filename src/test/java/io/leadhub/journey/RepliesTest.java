package io.leadhub.journey;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered to customers, by which provider, and what becomes of it. */
class RepliesTest extends Journey {

  @ParameterizedTest
  @ValueSource(strings = {"meta", "twilio", "360dialog", "wati"})
  void whicheverProviderAMessageComesByTheLeadIsTheSameAndTheAnswerGoesBackThatWay(
      String provider) {
    Customer dana = Customer.named("Dana");

    assertThat(hub.isToldBy(provider, dana.writes("Hello, a car please")).status()).isEqualTo(200);

    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("source").asText()).isEqualTo("whatsapp");
    assertThat(lead.path("firstMessage").asText()).isEqualTo("Hello, a car please");
    assertThat(lead.path("name").asText()).isEqualTo("Dana");
    assertThat(world.sent(dana)).hasSize(1);
    assertThat(world.sent(dana).get(0).text()).startsWith("Hello, Dana! Thank you");
    JsonNode answer = hub.story(lead).path("messages").path(1);
    assertThat(answer.path("provider").asText()).isEqualTo(provider);
    assertThat(answer.path("messageId").asText()).isEqualTo(world.sent(dana).get(0).id());
    assertThat(answer.path("author").asText()).isEqualTo("hub");
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta", "360dialog", "wati"})
  void aDayLaterTheTemplateGoesOutInstead(String provider) {
    Customer dana = Customer.named("Dana");

    hub.isToldBy(provider, dana.writes("Hello", Instant.now().minus(Duration.ofHours(25))));

    JsonNode lead = hub.onlyLead(dana);
    assertThat(world.sent(dana)).hasSize(1);
    JsonNode answer = hub.story(lead).path("messages").path(1);
    assertThat(answer.path("kind").asText()).isEqualTo("template");
    assertThat(answer.path("template").asText()).isEqualTo("lead_greeting");
    assertThat(answer.path("text").asText())
        .isEqualTo("Hello Dana, we got your request number " + lead.path("id").asText() + ".");
  }

  @Test
  void whereMetaSaysThatItIsTooLateTheTemplateFollowsAndNothingElse() {
    Customer dana = Customer.named("Dana");
    world.answers(
        post(urlPathMatching(World.META)).withRequestBody(matchingJsonPath("$.text")),
        jsonResponse("{\"error\":{\"code\":131047,\"message\":\"Re-engagement message\"}}", 400));

    hub.isToldByMeta(dana.writes("Hello"));

    JsonNode lead = hub.onlyLead(dana);
    assertThat(world.metaReplies(dana)).hasSize(2);
    assertThat(world.metaReplies(dana).get(1).body().at("/template/name").asText())
        .isEqualTo("lead_greeting");
    assertThat(hub.story(lead).path("messages")).hasSize(2);
    assertThat(hub.deliveries(lead.path("id").asLong(), "meta"))
        .hasSize(2)
        .allMatch(delivery -> delivery.state().equals("done"));
  }

  @Test
  void whereTwilioSaysLaterThatItWasTooLateTheTemplateFollowsByItsSid() {
    Customer dana = Customer.named("Dana");
    hub.isToldByTwilio(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);

    String sid = world.sent(dana).get(0).id();
    hub.isToldByTwilioThat(
        Map.of("MessageSid", sid, "MessageStatus", "undelivered", "ErrorCode", "63016"));
    hub.isQuiet();

    Map<String, String> template = world.twilioReplies(dana).get(1).form();
    assertThat(template)
        .containsEntry("ContentSid", "HX0123456789abcdef0123456789abcdef")
        .containsEntry(
            "ContentVariables", "{\"1\":\"Dana\",\"2\":\"" + lead.path("id").asText() + "\"}")
        .doesNotContainKey("Body");
  }

  @Test
  void anyOtherRefusalIsADeadLetterAndNoTemplateFollows() {
    Customer dana = Customer.named("Dana");
    world.answers(
        World.META,
        jsonResponse("{\"error\":{\"code\":131026,\"message\":\"Undeliverable\"}}", 400));

    hub.isToldByMeta(dana.writes("Hello"));

    Hub.Delivery dead = hub.delivery(dana, "meta", delivery -> delivery.state().equals("dead"));
    assertThat(dead.error()).contains("131026").contains("Undeliverable");
    assertThat(world.metaReplies(dana)).hasSize(1);
  }

  @Test
  void watiSaysNoWithTwoHundredAndItIsADeadLetter() {
    Customer dana = Customer.named("Dana");
    world.answers(
        World.WATI_TEXT, jsonResponse("{\"result\":false,\"info\":\"Invalid number\"}", 200));

    hub.isToldBy("wati", dana.writes("Hello"));

    assertThat(hub.delivery(dana, "wati", one -> one.state().equals("dead")).error())
        .contains("Invalid number");
  }

  @Test
  void watiSaysInWordsThatItIsTooLateAndTheTemplateFollows() {
    Customer dana = Customer.named("Dana");
    world.answers(
        World.WATI_TEXT,
        jsonResponse("{\"result\":false,\"info\":\"Ticket has been expired.\"}", 200));

    hub.isToldBy("wati", dana.writes("Hello"));

    hub.onlyLead(dana);
    assertThat(world.sent(dana)).extracting(World.Sent::text).containsExactly("lead_greeting");
  }

  /** Twenty messages, the statuses of each in an order of its own, some told twice. */
  @Test
  void statusesInAnyOrderShowTheFurthest() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    long seed = lead.path("id").asLong();
    Random random = new Random(seed);
    List<String> posts = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String id = "wamid.FUZZ" + dana.phone() + "-" + i;
      hub.jdbc()
          .update(
              """
              insert into messages (lead_id, provider, provider_message_id, direction, kind, author, at)
              values (?, 'meta', ?, 'out', 'text', 'hub', now(6))
              """,
              seed,
              id);
      for (String status : List.of("sent", "delivered", "read", "sent", "delivered")) {
        posts.add(Hub.metaStatus(id, null, status, null));
      }
    }
    Collections.shuffle(posts, random);

    posts.forEach(post -> assertThat(hub.isPostedByMeta(post).status()).isEqualTo(200));
    hub.isQuiet();

    assertThat(hub.story(lead).path("messages"))
        .filteredOn(message -> message.path("messageId").asText().startsWith("wamid.FUZZ"))
        .as("seed " + seed)
        .hasSize(20)
        .allMatch(message -> message.path("status").asText().equals("read"))
        .allMatch(message -> message.path("error").isNull());
  }

  @Test
  void aStatusThatComesBeforeTheSendIsKeptCounts() {
    Customer dana = Customer.named("Dana");
    hub.isPostedByMeta(Hub.metaStatus("wamid.EARLY" + dana.phone(), null, "delivered", null));
    hub.isQuiet();
    world.answers(
        World.META,
        jsonResponse("{\"messages\":[{\"id\":\"wamid.EARLY" + dana.phone() + "\"}]}", 200));

    hub.isToldByMeta(dana.writes("Hello"));

    JsonNode answer = hub.story(hub.onlyLead(dana)).path("messages").path(1);
    assertThat(answer.path("status").asText()).isEqualTo("delivered");
  }

  @Test
  void aReplyThatFailsLaterIsShownOnTheLeadAndIsADeadLetterThatCanBeSentAgain() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);

    hub.isPostedByMeta(Hub.metaStatus(world.sent(dana).get(0).id(), null, "failed", "131026"));

    Hub.Delivery dead = hub.delivery(dana, "meta", delivery -> delivery.state().equals("dead"));
    assertThat(dead.error()).contains("could not deliver").contains("131026");
    JsonNode answer = hub.story(lead).path("messages").path(1);
    assertThat(answer.path("status").asText()).isEqualTo("failed");
    assertThat(answer.path("error").asText()).contains("131026");

    assertThat(hub.apiPost("/deliveries/" + dead.id() + "/replay", "").status()).isLessThan(300);
    hub.isQuiet();
    assertThat(world.sent(dana)).hasSize(2);
  }

  @Test
  void aReplyThatFailsLaterBecauseItCameTooLateGoesOutAsATemplate() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    hub.onlyLead(dana);
    String key = world.sent(dana).get(0).key();

    hub.isPostedByMeta(Hub.metaStatus(world.sent(dana).get(0).id(), key, "failed", "131047"));

    await()
        .atMost(Hub.PATIENCE)
        .untilAsserted(() -> assertThat(world.metaReplies(dana)).hasSize(2));
    assertThat(world.metaReplies(dana).get(1).body().at("/template/name").asText())
        .isEqualTo("lead_greeting");
    hub.isQuiet();
    assertThat(hub.deliveries(hub.onlyLead(dana).path("id").asLong(), "meta"))
        .noneMatch(delivery -> delivery.state().equals("dead"));
  }

  @Test
  void aFailureThatIsToldAfterTheReplyWasReadChangesNothing() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    String id = world.sent(dana).get(0).id();

    hub.isPostedByMeta(Hub.metaStatus(id, null, "read", null));
    hub.isQuiet();
    hub.isPostedByMeta(Hub.metaStatus(id, null, "failed", "131047"));
    hub.isQuiet();

    assertThat(hub.story(lead).path("messages").path(1).path("status").asText()).isEqualTo("read");
    assertThat(world.sent(dana)).hasSize(1);
    assertThat(hub.deliveries(lead.path("id").asLong(), "meta"))
        .extracting(Hub.Delivery::state)
        .containsExactly("done");
  }

  /** Meta: throttled, and a passing fault. Twilio: throttled, and the limit of a day. */
  @ParameterizedTest
  @CsvSource({"meta, 130429", "meta, 131016", "twilio, 63018", "twilio, 63038"})
  void aReplyThatFailsLaterForAReasonThatPassesIsSentAgainOnce(String provider, String code) {
    Customer dana = Customer.named("Dana");
    hub.isToldBy(provider, dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    World.Sent failed = world.sent(dana).get(0);

    hub.isToldThatItFailed(provider, failed, code);

    Hub.Delivery again = hub.delivery(dana, provider, one -> one.state().equals("due"));
    assertThat(again.error()).contains("could not deliver").contains(code);
    assertThat(hub.dueAt(again)).isAfter(Instant.now().plusSeconds(20));
    assertThat(hub.api("/deliveries/" + again.id()).json().at("/failures/0/reason").asText())
        .contains(code);

    hub.isToldThatItFailed(provider, failed, code);
    hub.worksAgainThroughStatusesOf(failed.id());
    hub.deliversNow();
    hub.worksAgainThroughStatusesOf(failed.id());
    hub.isQuiet();

    assertThat(world.sent(dana)).hasSize(2);
    assertThat(hub.deliveries(lead.path("id").asLong(), provider))
        .extracting(Hub.Delivery::state, Hub.Delivery::attempts)
        .containsExactly(tuple("done", 2));
    assertThat(hub.story(lead).path("messages")).hasSize(3);
  }

  @Test
  void aReplyThatKeepsFailingLaterIsADeadLetterInTheEnd() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    Hub.Delivery sent = hub.delivery(dana, "meta", one -> one.state().equals("done"));
    hub.jdbc().update("update deliveries set attempts = 8 where id = ?", sent.id());

    hub.isToldThatItFailed("meta", world.sent(dana).get(0), "130429");

    hub.delivery(dana, "meta", delivery -> delivery.state().equals("dead"));
  }

  @Test
  void aMessageThatFailedIsNotTakenForTheOneWhoseAnswerWasLostThen() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    hub.onlyLead(dana);
    hub.isToldThatItFailed("meta", world.sent(dana).get(0), "131016");
    hub.delivery(dana, "meta", one -> one.state().equals("due"));

    world.answersOnce(post(urlPathMatching(World.META)), aResponse().withStatus(502));
    hub.deliversNow();

    assertThat(world.sent(dana)).hasSize(2);
    assertThat(
            hub.jdbc()
                .queryForObject(
                    "select remote_id from deliveries where subscriber = 'meta'"
                        + " order by id desc limit 1",
                    String.class))
        .isEqualTo(world.sent(dana).get(1).id());
  }

  @ParameterizedTest
  @CsvSource({"meta, 131042", "twilio, 63020", "wati, 131042"})
  void aReplyThatFailsLaterBecauseOfTheAccountPausesItsProviderAndIsSentThen(
      String provider, String code) {
    Customer dana = Customer.named("Dana");
    Customer tom = Customer.named("Tom");
    hub.isToldBy(provider, dana.writes("Hello"));
    hub.onlyLead(dana);

    hub.isToldThatItFailed(provider, world.sent(dana).get(0), code);
    Hub.Delivery due = hub.delivery(dana, provider, one -> one.state().equals("due"));
    hub.isToldBy(provider, tom.writes("Hello"));
    hub.delivery(tom, provider, one -> one.state().equals("due"));

    JsonNode health = hub.health().path("destinations").path("components").path(provider);
    assertThat(health.path("status").asText()).isEqualTo("PAUSED");
    assertThat(health.at("/details/reason").asText()).contains("could not deliver").contains(code);
    assertThat(due.attempts()).isZero();
    assertThat(world.sent(tom)).isEmpty();

    hub.deliversNow();
    assertThat(world.sent(dana)).hasSize(2);
    assertThat(world.sent(tom)).hasSize(1);
  }

  @Test
  void aReplyWhoseAnswerWasLostAndThatFailedThenIsADeadLetterAndCanBeSentAgain() {
    Customer dana = Customer.named("Dana");
    world.losesItsAnswer(World.META, aResponse().withStatus(502));
    hub.isToldByMeta(dana.writes("Hello"));
    hub.delivery(dana, "meta", delivery -> delivery.error() != null);
    World.Sent lost = world.sent(dana).get(0);

    hub.isPostedByMeta(Hub.metaStatus(lost.id(), lost.key(), "failed", "131026"));
    world.behaves();
    hub.deliversNow();

    Hub.Delivery dead = hub.delivery(dana, "meta", delivery -> delivery.state().equals("dead"));
    assertThat(dead.error()).contains("131026");
    assertThat(world.sent(dana)).hasSize(1);
    hub.apiPost("/deliveries/" + dead.id() + "/replay", "");
    hub.isQuiet();
    assertThat(world.sent(dana)).hasSize(2);
  }

  @Test
  void aRefusedTokenThatExpiredIsNoClosedWindow() {
    Customer dana = Customer.named("Dana");
    world.answers(
        World.WATI_TEXT, jsonResponse("{\"message\":\"Token session has expired\"}", 401));

    hub.isToldBy("wati", dana.writes("Hello"));

    assertThat(hub.delivery(dana, "wati", delivery -> delivery.error() != null).state())
        .isEqualTo("due");
    assertThat(hub.deliveries(hub.leads(dana).get(0).path("id").asLong(), "wati")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"STOP", "Стоп!", "หยุด 🙏"})
  void whoSaysStopHearsNothingAutomaticUntilTheySayStart(String stop) {
    Customer dana = Customer.named("Dana");

    hub.isToldByMeta(dana.writes(stop));
    JsonNode lead = hub.onlyLead(dana);
    assertThat(world.sent(dana)).isEmpty();
    assertThat(hub.story(lead).path("messages")).hasSize(1);

    assertThat(optedOut(dana)).isTrue();

    hub.isToldByMeta(dana.writes("start"));
    hub.isQuiet();
    assertThat(optedOut(dana)).isFalse();
  }

  @Test
  void whereAPersonAnsweredTheHubIsSilent() {
    Customer dana = Customer.named("Dana");
    world.answers(World.META, aResponse().withStatus(429).withHeader("Retry-After", "60"));
    hub.isToldByMeta(dana.writes("Hello"));
    hub.delivery(dana, "meta", delivery -> delivery.state().equals("due"));

    hub.isPostedByMeta(echo(dana, "Hi Dana, Anna here"));
    await()
        .atMost(Hub.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        hub.story(hub.leads(dana).get(0))
                            .path("messages")
                            .findValuesAsText("author"))
                    .contains("person"));
    world.behaves();
    hub.deliversNow();

    assertThat(world.sent(dana)).isEmpty();
    assertThat(hub.story(hub.onlyLead(dana)).path("messages").path(1).path("text").asText())
        .isEqualTo("Hi Dana, Anna here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta", "twilio", "360dialog", "wati"})
  void whoShowsNoPhoneNumberIsAnsweredByUserId(String provider) {
    Customer shy = Customer.withoutPhone("Shy");

    hub.isToldBy(provider, shy.writes("Hello"));

    JsonNode lead = hub.onlyLead(shy);
    assertThat(lead.path("phone").isNull()).isTrue();
    assertThat(world.sentTo(shy.waUserId())).hasSize(1);
    assertThat(hub.story(lead).path("messages")).hasSize(2);
  }

  private boolean optedOut(Customer customer) {
    return hub.jdbc()
        .queryForObject(
            "select opted_out_at is not null from contacts where phone = ?",
            Boolean.class,
            customer.number());
  }

  private static String echo(Customer to, String text) {
    ObjectNode post = (ObjectNode) Hub.parse(Hub.metaPost());
    ((ObjectNode) post.at("/entry/0/changes/0")).put("field", "smb_message_echoes");
    ObjectNode value = (ObjectNode) post.at("/entry/0/changes/0/value");
    value.remove(List.of("contacts", "messages"));
    ObjectNode one = value.putArray("message_echoes").addObject();
    one.put("from", "15550001111").put("to", to.phone()).put("id", Hub.unique("wamid.ECHO"));
    one.put("timestamp", "" + Instant.now().getEpochSecond()).put("type", "text");
    one.putObject("text").put("body", text);
    return post.toString();
  }
}
