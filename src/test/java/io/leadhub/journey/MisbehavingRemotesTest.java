package io.leadhub.journey;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.jsonResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Remotes refuse, fail, lie and fall silent: nothing is lost, and nobody else waits. */
@ExtendWith(OutputCaptureExtension.class)
class MisbehavingRemotesTest extends Journey {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Where the last step of a delivery is, by the remote that it ends at. */
  private enum Remote {
    TELEGRAM(World.TELEGRAM, "telegram-bot"),
    META(World.META, "meta"),
    SHEETS(World.APPEND, "google-sheets"),
    CRM(World.CRM, "webhook-sender");

    final String path;
    final String subscriber;

    Remote(String path, String subscriber) {
      this.path = path;
      this.subscriber = subscriber;
    }
  }

  @AfterEach
  void noSecretIsInTheLogOrInAReason(CapturedOutput log) {
    List<String> secrets =
        List.of(
            Hub.BOT_TOKEN,
            Hub.BOT_TOKEN.split(":")[1],
            Hub.ACCESS_TOKEN,
            Hub.TWILIO_TOKEN,
            Hub.WEBHOOK_SECRET);
    assertThat(log.toString()).doesNotContain(secrets);
    assertThat(
            hub.jdbc()
                .queryForList(
                    "select last_error from deliveries where last_error is not null"
                        + " union select pause_reason from subscriptions"
                        + " where pause_reason is not null",
                    String.class))
        .noneMatch(reason -> secrets.stream().anyMatch(reason::contains));
  }

  @Test
  void telegramThatAsksToWaitIsWaitedForAndNoAttemptIsSpent() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    world.answers(World.TELEGRAM, tooManyRequests(60));

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));

    Hub.Delivery waiting =
        hub.delivery(dana, "telegram-bot", d -> d.state().equals("due") && d.error() != null);
    assertThat(waiting.error())
        .isEqualTo("Telegram answered HTTP 429, code 429: Too Many Requests: retry after 60");
    assertThat(waiting.attempts()).isZero();
    assertThat(waiting.outcomeUnknown()).isFalse();
    Instant due =
        hub.jdbc()
            .queryForObject(
                "select due_at from deliveries where id = ?", Instant.class, waiting.id());
    assertThat(due).isBetween(Instant.now().plusSeconds(10), Instant.now().plusSeconds(61));

    world.behaves();
    hub.deliversNow();

    assertThat(world.telegram(hotel.chats().get(0))).hasSize(2);
    Hub.Delivery done = hub.delivery(dana, "telegram-bot", d -> d.state().equals("done"));
    assertThat(done.attempts()).isEqualTo(1);
  }

  @Test
  void afterTheWaitTelegramGetsTheNoticeOnceMore() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    world.answersOnce(post(urlPathMatching(World.TELEGRAM)), tooManyRequests(2));

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.isQuiet();

    List<Instant> tries =
        world
            .received(World.TELEGRAM)
            .filter(request -> request.getBodyAsString().contains("" + hotel.chats().get(0)))
            .map(LoggedRequest::getLoggedDate)
            .map(date -> date.toInstant())
            .toList();
    assertThat(tries).hasSize(2);
    assertThat(Duration.between(tries.get(0), tries.get(1))).isGreaterThan(Duration.ofMillis(1900));
  }

  private static ResponseDefinitionBuilder tooManyRequests(int seconds) {
    return jsonResponse(
        "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests: retry after "
            + seconds
            + "\",\"parameters\":{\"retry_after\":"
            + seconds
            + "}}",
        429);
  }

  @Test
  void aChatThatBlockedTheBotIsADeadLetterInTelegramsWordsAndTheOthersAreTold() {
    Hub.Partner hotel = hub.partner("en", 3);
    Customer dana = Customer.named("Dana");
    long blocked = hotel.chats().get(1);
    world.answers(
        post(urlPathMatching(World.TELEGRAM)).withRequestBody(containing("" + blocked)),
        jsonResponse(
            "{\"ok\":false,\"error_code\":403,"
                + "\"description\":\"Forbidden: bot was blocked by the user\"}",
            403));

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    JsonNode lead = hub.onlyLead(dana);

    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
    assertThat(world.telegram(blocked)).hasSize(1);
    assertThat(world.telegram(hotel.chats().get(2))).hasSize(1);
    assertThat(Hub.list(hub.story(lead).path("deliveries")))
        .filteredOn(delivery -> delivery.path("state").asText().equals("dead"))
        .extracting(delivery -> delivery.path("lastError").asText())
        .containsExactly(
            "Telegram answered HTTP 403, code 403: Forbidden: bot was blocked by the user");
    assertThat(Hub.items(hub.api("/deliveries?state=dead&subscriber=telegram-bot")))
        .anyMatch(letter -> letter.path("lastError").asText().contains("bot was blocked"));
    assertThat(hub.health().at("/destinations/components/telegram/details/deadLetters").asInt())
        .isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>Be right back</html>", "{\"ok\":false}", "", "[]", "{}"})
  void a200OfTelegramThatDoesNotSayOkIsNotDone(String body) {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    world.answers(World.TELEGRAM, aResponse().withStatus(200).withBody(body));

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));

    Hub.Delivery failed = hub.delivery(dana, "telegram-bot", d -> d.error() != null);
    assertThat(failed.state()).isNotEqualTo("done");
    assertThat(failed.outcomeUnknown()).isTrue();
    world.behaves();
    hub.deliversNow();
    assertThat(hub.delivery(dana, "telegram-bot", d -> true).state()).isEqualTo("done");
  }

  @Test
  void a200OfGoogleThatNamesNoRangeIsDoneAndNotAppendedAgain() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    world.answers(World.APPEND, okJson("{\"spreadsheetId\":\"journey-sheet\"}"));

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.isQuiet();

    assertThat(world.rows(dana)).hasSize(1);
    assertThat(hub.delivery(dana, "google-sheets", d -> true).attempts()).isEqualTo(1);
  }

  @Test
  void anExpiredTokenOfMetaPausesMetaAndNobodyElse() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer first = Customer.named("First");
    Customer second = Customer.named("Second");
    Customer third = Customer.named("Third");
    world.answers(
        World.META,
        jsonResponse(
            "{\"error\":{\"message\":\"Error validating access token: Session has expired\","
                + "\"type\":\"OAuthException\",\"code\":190}}",
            401));

    hub.isToldByMeta(first.writes("Code: " + hotel.code()));
    hub.delivery(first, "meta", d -> d.error() != null);
    hub.isToldByMeta(second.writes("Hello"));
    hub.isToldByTwilio(third.writes("Hello"));

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
              assertThat(List.of(first, second, third))
                  .allSatisfy(
                      customer -> {
                        assertThat(world.rows(customer)).hasSize(1);
                        assertThat(world.crm(customer)).hasSize(1);
                      });
              assertThat(world.twilioReplies(third)).hasSize(1);
            });
    Instant pausedUntil =
        hub.jdbc()
            .queryForObject(
                "select paused_until from subscriptions where subscriber = 'meta'", Instant.class);
    assertThat(pausedUntil).isAfter(Instant.now().plusSeconds(60));
    JsonNode health = hub.health().at("/destinations/components/meta");
    assertThat(health.path("status").asText()).isEqualTo("PAUSED");
    assertThat(health.at("/details/reason").asText())
        .isEqualTo(
            "Meta answered HTTP 401, code 190: Error validating access token: Session has expired");
    assertThat(health.at("/details/waiting").asInt()).isEqualTo(2);
    assertThat(hub.health().at("/destinations/components/telegram/status").asText())
        .isEqualTo("UP");
    assertThat(hub.get("/actuator/health").status()).isEqualTo(200);
    assertThat(world.metaReplies(first)).hasSize(1);
    assertThat(world.metaReplies(second)).isEmpty();
    assertThat(hub.delivery(first, "meta", d -> true).attempts()).isZero();

    world.behaves();
    hub.deliversNow();

    assertThat(world.metaReplies(first)).hasSize(2);
    assertThat(world.metaReplies(second)).hasSize(1);
    assertThat(hub.health().at("/destinations/components/meta/status").asText()).isEqualTo("UP");
  }

  @Test
  void a500OfMetaLeavesTheOutcomeUnknownAndIsTriedAgain() {
    Customer dana = Customer.named("Dana");
    world.answersOnce(
        post(urlPathMatching(World.META)),
        jsonResponse("{\"error\":{\"message\":\"Something went wrong\",\"code\":131000}}", 500));

    hub.isToldByMeta(dana.writes("Hello"));
    hub.delivery(dana, "meta", d -> d.outcomeUnknown());
    hub.deliversNow();
    JsonNode lead = hub.onlyLead(dana);

    assertThat(world.metaReplies(dana)).hasSize(2);
    Hub.Delivery done = hub.deliveries(lead.path("id").asLong(), "meta").get(0);
    assertThat(done.state()).isEqualTo("done");
    assertThat(done.attempts()).isEqualTo(2);
    assertThat(done.outcomeUnknown()).isTrue();
    assertThat(done.error()).isEqualTo("Meta answered HTTP 500, code 131000: Something went wrong");
    assertThat(Hub.list(hub.story(lead).path("messages"))).hasSize(2);
  }

  @Test
  void whatMetaWillNeverAcceptIsADeadLetterInMetasWords() {
    Customer dana = Customer.named("Dana");
    world.answers(
        World.META,
        jsonResponse("{\"error\":{\"message\":\"Message undeliverable\",\"code\":131026}}", 400));

    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);

    assertThat(world.metaReplies(dana)).hasSize(1);
    Hub.Delivery dead = hub.deliveries(lead.path("id").asLong(), "meta").get(0);
    assertThat(dead.state()).isEqualTo("dead");
    assertThat(dead.error())
        .isEqualTo("Meta answered HTTP 400, code 131026: Message undeliverable");
    assertThat(Hub.list(hub.story(lead).path("messages"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 200})
  void aNoticeThatMayHaveArrivedIsNotRepeatedWhileTelegramIsAway(int status) {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    ResponseDefinitionBuilder page =
        aResponse().withStatus(status).withBody("<html>Be right back</html>");
    world.losesItsAnswer(World.TELEGRAM, page);
    world.answers(World.TELEGRAM_ME, page);
    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.delivery(dana, "telegram-bot", d -> d.outcomeUnknown());

    hub.isTimeFor("telegram-bot");

    Hub.Delivery waiting =
        hub.delivery(dana, "telegram-bot", d -> d.error().contains("does not answer"));
    assertThat(waiting.state()).isEqualTo("due");
    assertThat(world.appeared(hotel.chats().get(0))).hasSize(1);

    world.behaves();
    hub.deliversNow();
    assertThat(hub.delivery(dana, "telegram-bot", d -> true).state()).isEqualTo("done");
    assertThat(world.appeared(hotel.chats().get(0))).hasSize(2);
    assertThat(world.appeared(hotel.chats().get(0)).get(1)).startsWith("(repeat) ");
  }

  @Test
  void aTokenThatIsRefusedBeforeTheRepeatPausesTelegram() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    world.losesItsAnswer(World.TELEGRAM, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
    world.answers(World.TELEGRAM_ME, aResponse().withStatus(401));
    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.delivery(dana, "telegram-bot", d -> d.outcomeUnknown());

    hub.isTimeFor("telegram-bot");

    hub.delivery(dana, "telegram-bot", d -> d.error().equals("Telegram answered HTTP 401"));
    assertThat(hub.health().at("/destinations/components/telegram/status").asText())
        .isEqualTo("PAUSED");
    assertThat(world.appeared(hotel.chats().get(0))).hasSize(1);
  }

  @Test
  void aGroupThatBecameASupergroupIsToldThereFromThenOn() {
    Hub.Partner hotel = hub.partner("en", 1);
    Hub.Partner spa = hub.partner("en", 0);
    long group = -hotel.chats().get(0);
    long supergroup = -1_000_000_000_000L + group;
    hub.jdbc()
        .update("update partner_chats set chat_id = -chat_id where partner_id = ?", hotel.id());
    for (long chat : List.of(group, supergroup)) {
      hub.jdbc()
          .update("insert into partner_chats (partner_id, chat_id) values (?, ?)", spa.id(), chat);
    }
    world.answers(
        post(urlPathMatching(World.TELEGRAM))
            .withRequestBody(matchingJsonPath("$.chat_id", equalTo("" + group))),
        jsonResponse(
            "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: group chat was upgraded"
                + " to a supergroup chat\",\"parameters\":{\"migrate_to_chat_id\":"
                + supergroup
                + "}}",
            400));
    Customer dana = Customer.named("Dana");
    Customer tom = Customer.named("Tom");

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.isQuiet();
    hub.isToldByMeta(tom.writes("Code: " + hotel.code()));
    hub.isQuiet();

    assertThat(world.appeared(supergroup)).hasSize(2).doesNotHaveDuplicates();
    assertThat(world.telegram(group)).as("asked once").hasSize(1);
    assertThat(hub.delivery(dana, "telegram-bot", d -> true))
        .extracting(Hub.Delivery::state, Hub.Delivery::attempts)
        .containsExactly("done", 1);
    assertThat(
            hub.jdbc()
                .queryForList(
                    "select chat_id from partner_chats where partner_id in (?, ?)",
                    Long.class,
                    hotel.id(),
                    spa.id()))
        .containsExactly(supergroup, supergroup);
  }

  @Test
  void aSheetWithoutQuotaIsWaitedForAndGetsTheRowOnce() {
    Customer dana = Customer.named("Dana");
    world.answersOnce(
        post(urlPathMatching(World.APPEND)),
        jsonResponse(
                "{\"error\":{\"code\":429,\"message\":\"Quota exceeded\","
                    + "\"status\":\"RESOURCE_EXHAUSTED\"}}",
                429)
            .withHeader("Retry-After", "1"));

    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);

    Hub.Delivery done = hub.deliveries(lead.path("id").asLong(), "google-sheets").get(0);
    assertThat(done.state()).isEqualTo("done");
    assertThat(done.attempts()).isEqualTo(1);
    assertThat(done.error())
        .isEqualTo("Google Sheets answered HTTP 429, code RESOURCE_EXHAUSTED: Quota exceeded");
    assertThat(done.outcomeUnknown()).isFalse();
    assertThat(world.rows(dana)).as("one refused, one taken").hasSize(2);
  }

  @Test
  void aRedirectOfTheCrmIsNotFollowedAndTheEventComesAgainUnderTheSameId() {
    Customer dana = Customer.named("Dana");
    world.answersOnce(
        post(urlPathMatching(World.CRM)),
        aResponse().withStatus(302).withHeader("Location", "/elsewhere"));

    hub.isToldByMeta(dana.writes("Hello"));
    Hub.Delivery refused = hub.delivery(dana, "webhook-sender", d -> d.error() != null);
    assertThat(refused.state()).isNotEqualTo("done");
    assertThat(refused.error()).contains("302");
    hub.deliversNow();

    assertThat(world.received("/elsewhere")).isEmpty();
    assertThat(world.crm(dana)).hasSize(2);
    assertThat(world.crm(dana))
        .extracting(World.CrmEvent::id)
        .containsOnly(world.crm(dana).get(0).id());
  }

  @ParameterizedTest
  @EnumSource
  void aRemoteThatIsSilentDelaysNobodyElse(Remote silent) {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    world.isSilentAt(post(urlPathMatching(silent.path)));

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));

    Map<Remote, String> expected = new LinkedHashMap<>();
    for (Remote remote : Remote.values()) {
      expected.put(remote, remote == silent ? "running" : "done");
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(states(dana)).isEqualTo(expected));
  }

  private Map<Remote, String> states(Customer customer) {
    Map<Remote, String> states = new LinkedHashMap<>();
    for (JsonNode lead : hub.leads(customer)) {
      for (Remote remote : Remote.values()) {
        hub.deliveries(lead.path("id").asLong(), remote.subscriber)
            .forEach(delivery -> states.put(remote, delivery.state()));
      }
    }
    return states;
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"CONNECTION_RESET_BY_PEER", "RANDOM_DATA_THEN_CLOSE", "EMPTY_RESPONSE"})
  void connectionsThatBreakLeaveTheOutcomeUnknown(Fault fault) {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    for (Remote remote : Remote.values()) {
      world.answers(remote.path, aResponse().withFault(fault));
    }

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));

    for (Remote remote : Remote.values()) {
      Hub.Delivery broken = hub.delivery(dana, remote.subscriber, d -> d.error() != null);
      assertThat(broken.state()).isNotIn("done", "dead");
      assertThat(broken.error()).contains("did not answer to the end");
      assertThat(broken.outcomeUnknown()).isTrue();
    }
    world.behaves();
    hub.deliversNow();
    Map<Remote, Integer> requests =
        Map.of(
            Remote.TELEGRAM, world.telegram(hotel.chats().get(0)).size(),
            Remote.META, world.metaReplies(dana).size(),
            Remote.SHEETS, world.rows(dana).size(),
            Remote.CRM, world.crm(dana).size());
    for (Remote remote : Remote.values()) {
      Hub.Delivery delivery = hub.delivery(dana, remote.subscriber, d -> true);
      assertThat(delivery.state()).isEqualTo("done");
      // No client may send again behind the delivery's back.
      assertThat(requests.get(remote)).as("requests to %s", remote).isEqualTo(delivery.attempts());
    }
  }

  @Test
  void anOkOfTelegramWithoutTheMessagesIdIsDoneAndNotSentAgain() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    world.answers(World.TELEGRAM, okJson("{\"ok\":true,\"result\":true}"));

    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    hub.isQuiet();

    assertThat(hub.delivery(dana, "telegram-bot", d -> true).error()).isNull();
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
  }
}
