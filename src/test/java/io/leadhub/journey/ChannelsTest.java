package io.leadhub.journey;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** How the ways in and out are, and what the owner hears of it. */
class ChannelsTest extends Journey {

  @Autowired private ProducerTemplate camel;

  private int toldBefore;

  @BeforeEach
  void whatTheOwnerHeardBefore() {
    toldBefore = world.telegram(Hub.OWNER_CHAT).size();
  }

  @AfterEach
  void allIsWell() {
    world.behaves();
    List.of("meta", "twilio", "360dialog", "wati", "telegram").forEach(this::ask);
    hub.isQuiet();
  }

  @Test
  void everyProviderIsAskedInItsOwnWayAndKnowsOurToken() {
    List.of("meta", "twilio", "360dialog", "wati", "telegram").forEach(this::ask);

    assertThat(last(World.META_NUMBER).getHeader("Authorization"))
        .isEqualTo("Bearer " + Hub.ACCESS_TOKEN);
    assertThat(last(World.META_NUMBER).getUrl())
        .startsWith("/graph/v23.0/" + Hub.OUR_NUMBER + "?fields=");
    assertThat(last(World.D360_HEALTH).getHeader("D360-API-KEY")).isEqualTo(Hub.D360_KEY);
    assertThat(last(World.WATI_TEMPLATES).getHeader("Authorization"))
        .isEqualTo("Bearer " + Hub.WATI_API_TOKEN);
    assertThat(last(World.TELEGRAM_ME).getUrl())
        .isEqualTo("/telegram/bot" + Hub.BOT_TOKEN + "/getMe");
    String basic = Hub.TWILIO_SID + ":" + Hub.TWILIO_TOKEN;
    assertThat(last(World.TWILIO_ACCOUNT).getHeader("Authorization"))
        .isEqualTo(
            "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)));
    for (String provider : List.of("meta", "twilio", "360dialog", "wati", "telegram")) {
      assertThat(account(provider).path("token").asText()).as(provider).isEqualTo("ok");
    }
    JsonNode number = ourNumber();
    assertThat(number.path("quality").asText()).isEqualTo("GREEN");
    assertThat(number.path("limitTier").asText()).isEqualTo("TIER_1K");
  }

  @Test
  void aRefusedTokenIsToldToTheOwnerOnceAndTheQueueGoesOnWhenItIsGoodAgain() {
    world.answers(
        World.WATI_TEMPLATES,
        aResponse().withStatus(401).withBody("{\"message\":\"Unauthorized\"}"));
    String nothing = hub.get("/actuator/health/readiness").body();
    ask("wati");
    ask("wati");
    hub.isQuiet();

    assertThat(owner("access is refused"))
        .singleElement()
        .asString()
        .contains("WhatsApp (Wati)", "Wati answered HTTP 401: Unauthorized");
    JsonNode health = hub.health().path("channels");
    assertThat(health.path("status").asText()).isEqualTo("ATTENTION");
    assertThat(health.at("/details/wati/token").asText()).isEqualTo("refused");
    assertThat(hub.get("/actuator/health/readiness").body()).isEqualTo(nothing);
    assertThat(hub.get("/actuator/health").status()).isEqualTo(200);

    hub.jdbc()
        .update(
            """
            insert into subscriptions (topic, subscriber, paused_until, refused)
            values ('send.wati', 'resting', now(6) + interval 1 hour, true)
            """);
    world.behaves();
    ask("wati");
    hub.isQuiet();

    assertThat(owner("access works again")).hasSize(1);
    assertThat(
            hub.jdbc()
                .queryForObject(
                    "select paused_until <= now(6) from subscriptions where subscriber = 'resting'",
                    Boolean.class))
        .as("tries one delivery")
        .isTrue();
    hub.jdbc().update("delete from subscriptions where subscriber = 'resting'");
    assertThat(account("wati").path("token").asText()).isEqualTo("ok");
  }

  @Test
  void aProviderThatCannotBeAskedIsUnknownAndNobodyIsWoken() {
    world.answers(World.TWILIO_ACCOUNT, aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
    int before = owner("Twilio").size();

    ask("twilio");
    hub.isQuiet();

    assertThat(account("twilio").path("token").asText()).isEqualTo("unknown");
    assertThat(account("twilio").path("problem").asText()).startsWith("Twilio did not answer");
    assertThat(owner("Twilio")).hasSize(before);
  }

  @Test
  void theBotsTokenIsNowhereToBeReadThoughTelegramRefusesIt() {
    world.answers(
        World.TELEGRAM_ME,
        aResponse().withStatus(401).withBody("{\"ok\":false,\"error_code\":401}"));

    ask("telegram");
    hub.isQuiet();

    assertThat(account("telegram").path("token").asText()).isEqualTo("refused");
    assertThat(hub.api("/channels").body()).doesNotContain(Hub.BOT_TOKEN);
    assertThat(hub.health().toString()).doesNotContain(Hub.BOT_TOKEN);
    assertThat(
            hub.jdbc()
                .queryForList("select convert(payload using utf8mb4) from events", String.class))
        .noneMatch(payload -> payload.contains(Hub.BOT_TOKEN));
  }

  @Test
  void aPoorRatingIsToldOnceWhetherProbedOrPosted() {
    world.answers(World.D360_HEALTH, okJson("{\"id\":\"360361\",\"quality_rating\":\"RED\"}"));
    ask("360dialog");
    heard("quality", "360dialog", "360361", null, "RED");
    heard("quality", "360dialog", "360361", null, "GREEN");
    hub.isQuiet();

    assertThat(owner("quality"))
        .singleElement()
        .asString()
        .contains("WhatsApp (360dialog): quality RED", "360361");
  }

  @Test
  void aPausedTemplateIsToldAndAnApprovedOneIsOnlyKept() {
    heard("template", "meta", null, "lead_followup", "APPROVED");
    heard("template", "meta", null, "<lead>", "PAUSED");
    hub.isQuiet();

    assertThat(owner("template"))
        .containsExactly("<b>WhatsApp (Meta): template &lt;lead&gt; is PAUSED</b>");
    assertThat(account("meta").path("notices").findValuesAsText("event"))
        .contains("APPROVED", "PAUSED");
  }

  @Test
  void aBusyChannelThatFallsSilentIsToldAndItsEndToo() {
    Instant last = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(3, ChronoUnit.HOURS);
    long lead = historyOf("acme", last);
    hub.jdbc().update("delete from channels");

    camel.sendBody("direct:look-at-channels", "");
    camel.sendBody("direct:look-at-channels", "");
    hub.isQuiet();

    assertThat(owner("acme: nobody has written since")).hasSize(1);
    assertThat(hub.health().at("/channels/details/acme/ours/silentSince").asText())
        .isEqualTo(last.toString());

    write(lead, "acme", List.of(Instant.now().minusSeconds(5)));
    camel.sendBody("direct:look-at-channels", "");
    hub.isQuiet();

    assertThat(owner("acme: messages come again")).hasSize(1);
    assertThat(hub.health().at("/channels/details/acme/ours/silentSince").isMissingNode()).isTrue();
    hub.jdbc().update("delete from messages where provider = 'acme'");
    hub.jdbc().update("delete from leads where provider = 'acme'");
    hub.jdbc().update("delete from channels where provider = 'acme'");
  }

  @Test
  void theLastWebhookOfAProviderIsKnown() {
    Instant before = Instant.now().minusSeconds(1);
    hub.isToldByMeta(Customer.named("Dana").writes("Hello"));
    hub.isQuiet();

    camel.sendBody("direct:look-at-channels", "");

    assertThat(Instant.parse(account("meta").path("webhookAt").asText())).isAfter(before);
  }

  @Test
  void whatAnotherPartWantsTheOwnerToKnowIsToldInWords() {
    Map<String, Object> facts =
        Map.of("spent", "8.10", "budget", "10.00", "currency", "USD", "percent", 81);
    Map<String, Object> notice = Map.of("notice", "budget", "subject", "2026-11", "facts", facts);
    for (int i = 0; i < 2; i++) {
      camel.sendBody("durable:owner.notice?key=budget/2026-11/80", notice);
    }
    hub.isQuiet();

    assertThat(owner("budget"))
        .containsExactly("<b>WhatsApp budget of 2026-11: 81 % spent</b>\n8.10 of 10.00 USD");
  }

  private void ask(String provider) {
    camel.sendBody("direct:ask-" + provider, "");
  }

  private void heard(String notice, String provider, String channel, String subject, String event) {
    Map<String, Object> told = new HashMap<>();
    told.put("notice", notice);
    told.put("provider", provider);
    told.put("channel", channel);
    told.put("subject", subject);
    told.put("event", event);
    told.put("text", null);
    told.put("at", Instant.now().toString());
    camel.sendBody("durable:channel.notice", told);
  }

  private JsonNode account(String provider) {
    return Hub.items(hub.api("/channels")).stream()
        .filter(account -> account.path("provider").asText().equals(provider))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode ourNumber() {
    return Hub.list(account("meta").path("channels")).stream()
        .filter(number -> number.path("channel").asText().equals(Hub.OUR_NUMBER))
        .findFirst()
        .orElseThrow();
  }

  /** What this test told the owner; the hub is shared, and so is the chat. */
  private List<String> owner(String words) {
    return world.telegram(Hub.OWNER_CHAT).stream()
        .skip(toldBefore)
        .map(World.TelegramMessage::text)
        .filter(text -> text.contains(words))
        .toList();
  }

  private LoggedRequest last(String path) {
    List<LoggedRequest> requests = world.received(path).toList();
    return requests.get(requests.size() - 1);
  }

  /** Six messages an hour for forty days. */
  private long historyOf(String provider, Instant last) {
    Long contact =
        hub.jdbc()
            .queryForObject(
                "insert into contacts (phone) values (?) returning id",
                Long.class,
                Customer.named("Acme").number());
    Long lead =
        hub.jdbc()
            .queryForObject(
                """
                insert into leads (contact_id, source, provider, channel, created_at, last_message_at)
                values (?, ?, ?, 'ours', ?, ?) returning id
                """,
                Long.class,
                contact,
                provider,
                provider,
                Timestamp.from(last),
                Timestamp.from(last));
    List<Instant> times = new ArrayList<>();
    for (int hour = 0; hour < 40 * 24; hour++) {
      for (int i = 0; i < 6; i++) {
        times.add(last.minus(hour, ChronoUnit.HOURS));
      }
    }
    write(lead, provider, times);
    return lead;
  }

  private void write(long lead, String provider, List<Instant> times) {
    hub.jdbc()
        .batchUpdate(
            """
            insert into messages (lead_id, provider, provider_message_id, direction, kind, at)
            values (?, ?, ?, 'in', 'text', ?)
            """,
            times.stream()
                .map(at -> new Object[] {lead, provider, Hub.unique("m"), Timestamp.from(at)})
                .toList());
  }
}
