package io.leadhub.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.TestSettings;
import io.leadhub.database.TestDatabase;
import io.leadhub.durable.PauseException;
import io.leadhub.durable.RetryException;
import io.leadhub.durable.SubscriptionControl;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mock.env.MockEnvironment;

/** What is kept and told of a provider's answer, or of none. */
class ChannelProbesTest {

  private static final Instant NOW = Instant.parse("2026-11-27T18:00:00Z");
  private static final TestDatabase.Schema DATABASE = TestDatabase.fresh().migrate();

  private final JdbcTemplate jdbc = new JdbcTemplate(DATABASE.dataSource());
  private final SubscriptionControl subscriptions = new SubscriptionControl(jdbc);

  @AfterEach
  void forget() {
    List.of("channels", "provider_accounts", "subscriptions")
        .forEach(table -> jdbc.update("delete from " + table));
  }

  @Test
  void ofTwoNodesOneAsksAndNotBeforeItsTime() {
    ChannelProbes one = probes("5m", NOW);
    ChannelProbes other = probes("5m", NOW);

    assertThat(one.turn("meta")).isTrue();
    assertThat(other.turn("meta")).isFalse();
    assertThat(other.turn("twilio")).isTrue();
    jdbc.update("update provider_accounts set asked_at = asked_at - interval 5 minute");
    assertThat(other.turn("meta")).isTrue();
    assertThat(one.turn("meta")).isFalse();
  }

  @Test
  void nobodyIsAskedWhenProbesAreOff() {
    assertThat(probes("0", NOW).turn("meta")).isFalse();
  }

  @Test
  void aGoodTokenIsNoNews() {
    assertThat(answered(NOW, "{}")).isEmpty();
    assertThat(answered(NOW.plusSeconds(300), "{}")).isEmpty();

    Channels.Account account = account();
    assertThat(account.token()).isEqualTo("ok");
    assertThat(account.tokenSince()).isEqualTo(NOW);
    assertThat(account.checkedAt()).isEqualTo(NOW.plusSeconds(300));
    assertThat(account.needsAttention()).isFalse();
  }

  @Test
  void aRefusedTokenIsToldOnceAndAgainWhenItIsGood() {
    answered(NOW, "{}");

    assertThat(refused(NOW.plusSeconds(300))).extracting(Notice::event).containsExactly("REFUSED");
    assertThat(refused(NOW.plusSeconds(600))).isEmpty();
    assertThat(account().token()).isEqualTo("refused");
    assertThat(account().tokenSince()).isEqualTo(NOW.plusSeconds(300));
    assertThat(account().problem()).isEqualTo("Meta answered HTTP 401, code 190: Expired");
    assertThat(account().needsAttention()).isTrue();

    assertThat(answered(NOW.plusSeconds(900), "{}"))
        .extracting(Notice::notice, Notice::event)
        .containsExactly(tuple("token", "OK"));
    assertThat(account().problem()).isNull();
  }

  @Test
  void aProviderThatCannotBeReachedIsUnknownAndNotBad() {
    answered(NOW, "{}");

    assertThat(unreachable()).isEmpty();

    assertThat(account().token()).isEqualTo("unknown");
    assertThat(account().checkedAt()).as("the last answer").isEqualTo(NOW);
    assertThat(account().needsAttention()).isFalse();
  }

  @Test
  void aRefusedTokenStaysRefusedWhileNobodyCanBeAsked() {
    refused(NOW);
    unreachable();
    assertThat(account().token()).isEqualTo("refused");
    assertThat(refused(NOW.plusSeconds(600))).as("told already").isEmpty();
  }

  @Test
  void anotherRatingIsToldAndTheSameIsNot() {
    String rated = "{'channel':'2001','quality':'%s','limitTier':'TIER_1K'}";
    assertThat(answered(NOW, rated.formatted("GREEN"))).extracting(Notice::event).contains("GREEN");
    assertThat(answered(NOW, rated.formatted("GREEN"))).isEmpty();
    assertThat(answered(NOW.plusSeconds(300), rated.formatted("RED")))
        .extracting(Notice::notice, Notice::channel, Notice::event)
        .containsExactly(tuple("quality", "2001", "RED"));

    Channels.Channel number = account().channels().get(0);
    assertThat(number.quality()).isEqualTo("RED");
    assertThat(number.qualityAt()).isEqualTo(NOW.plusSeconds(300));
    assertThat(number.limitTier()).isEqualTo("TIER_1K");
  }

  @Test
  void aSuspendedAccountIsTold() {
    assertThat(answered(NOW, "{'account':null}")).isEmpty();
    assertThat(answered(NOW, "{'account':'suspended'}"))
        .extracting(Notice::notice, Notice::event)
        .containsExactly(tuple("account", "suspended"));
    assertThat(account().needsAttention()).isTrue();
    assertThat(answered(NOW, "{}")).extracting(Notice::event).containsExactly("OK");
  }

  @Test
  void aDestinationThatRestsBecauseItWasRefusedTriesOneDeliveryOnceTheTokenIsGood() {
    Instant later = Instant.now().plusSeconds(3600);
    subscription("send.meta", "meta", true, later);
    subscription("send.twilio", "twilio", true, later);

    answered(NOW, "{}");

    assertThat(pausedUntil("send.meta"))
        .as("one goes ahead")
        .isBeforeOrEqualTo(Instant.now().plusSeconds(1));
    assertThat(pausedUntil("send.twilio")).as("another's").isAfter(Instant.now().plusSeconds(60));
  }

  @Test
  void whatAPersonPausedStaysPaused() {
    subscription("send.meta", "meta", true, Instant.now().plusSeconds(60));
    subscriptions.pause("send.meta", "meta", Instant.now().plusSeconds(3600), "holidays");

    answered(NOW, "{}");

    assertThat(pausedUntil("send.meta")).isAfter(Instant.now().plusSeconds(600));
  }

  @Test
  void aTokenThatAProviderQuotesIsNotKept() {
    String token = "EAAGm0PX4ZCpsBAKZCnnCkZAZBp0ZAqwertyuiop";
    List<Notice> told =
        probes("5m", NOW)
            .failed(
                "meta",
                new IOException("x"),
                failure -> new PauseException("Malformed access token " + token, failure));

    assertThat(told.get(0).text()).isEqualTo("Malformed access token …");
    assertThat(account().problem()).doesNotContain(token);
  }

  @Test
  void aFailureThatNoTableKnowsKeepsItsWordsToItself() {
    probes("5m", NOW)
        .failed("meta", new IllegalStateException("https://x/bot42:secret"), failure -> null);

    assertThat(account().problem()).isEqualTo("The probe failed (IllegalStateException).");
    assertThat(account().token()).isEqualTo("unknown");
  }

  @Test
  void aProviderThatWasSwitchedOffHasNoToken() {
    refused(NOW);
    MockEnvironment environment = new MockEnvironment();
    environment.setProperty("hub.destination.meta", "false");

    Channels.Account account = new Channels(jdbc, environment).all().get(0);

    assertThat(account.token()).isEqualTo("off");
    assertThat(account.needsAttention()).isFalse();
  }

  private void subscription(String topic, String subscriber, boolean refused, Instant until) {
    jdbc.update(
        "insert into subscriptions (topic, subscriber, refused, paused_until) values (?, ?, ?, ?)",
        topic,
        subscriber,
        refused,
        until);
  }

  private Instant pausedUntil(String topic) {
    return jdbc.queryForObject(
        "select paused_until from subscriptions where topic = ?", Instant.class, topic);
  }

  private List<Notice> answered(Instant at, String told) {
    return probes("5m", at).answered("meta", json(told));
  }

  private List<Notice> refused(Instant at) {
    return probes("5m", at)
        .failed(
            "meta",
            new IOException("401"),
            failure -> new PauseException("Meta answered HTTP 401, code 190: Expired", failure));
  }

  private List<Notice> unreachable() {
    return probes("5m", NOW.plusSeconds(400))
        .failed(
            "meta",
            new IOException("no route"),
            failure -> new RetryException("Meta could not be reached.", failure));
  }

  private Channels.Account account() {
    return new Channels(jdbc, new MockEnvironment()).all().get(0);
  }

  private ChannelProbes probes(String every, Instant now) {
    return new ChannelProbes(
        jdbc,
        subscriptions,
        Clock.fixed(now, ZoneOffset.UTC),
        TestSettings.of("hub.channels.probe-every", every));
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new AssertionError(Map.of("text", text).toString(), e);
    }
  }
}
