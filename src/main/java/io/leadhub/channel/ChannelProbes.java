package io.leadhub.channel;

import com.fasterxml.jackson.databind.JsonNode;
import io.leadhub.HubSettings;
import io.leadhub.durable.DeliveryException;
import io.leadhub.durable.OutcomeClassifier;
import io.leadhub.durable.PauseException;
import io.leadhub.durable.SubscriptionControl;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What came of asking a provider whether it takes our token. How it is asked, and what its answer
 * holds, stands in {@code routes/out/probe-*}.
 */
@Component("channelProbes")
public class ChannelProbes {

  /** Turns are looked for once a minute, and never to the millisecond. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private static final int LONGEST_PROBLEM = 500;
  private static final int LONGEST_WORD = 40;

  /** Some providers quote a token they can't read. No other word in their answers is as long. */
  private static final String TOKEN = "[A-Za-z0-9_\\-.:|]{24,}";

  private final JdbcTemplate jdbc;
  private final SubscriptionControl subscriptions;
  private final Clock clock;
  private final Duration every;

  ChannelProbes(
      JdbcTemplate jdbc, SubscriptionControl subscriptions, Clock clock, HubSettings settings) {
    this.jdbc = jdbc;
    this.subscriptions = subscriptions;
    this.clock = clock;
    this.every = settings.channels().probeEvery();
  }

  /**
   * Whether it is time to ask this provider, and nobody else does: of all nodes one is told so in
   * each {@code hub.channels.probe-every}.
   */
  public boolean turn(String provider) {
    if (every.isZero()) {
      return false;
    }
    know(provider);
    Duration least = every.compareTo(SLACK) > 0 ? every.minus(SLACK) : every;
    return jdbc.update(
            """
            update provider_accounts set asked_at = now(6)
            where provider = ? and (asked_at is null or asked_at <= now(6) - interval ? microsecond)
            """,
            provider,
            ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(least)))
        == 1;
  }

  /**
   * The provider took the token. If it refused it before, the destination {@code send.<provider>},
   * which rests for that, tries one delivery now.
   *
   * @param told {@code channel}, {@code quality}, {@code limitTier} of the number asked about, and
   *     {@code account}: what is wrong with the account; each in the provider's words, or null
   * @return what changed
   */
  public List<Notice> answered(String provider, JsonNode told) {
    Instant now = clock.instant();
    Map<String, Object> before = account(provider);
    String account = word(told, "account");
    jdbc.update(
        """
        update provider_accounts
        set token_since = if(token = 'ok', token_since, ?), token = 'ok', checked_at = ?,
            account = ?, problem = null
        where provider = ?
        """,
        now,
        now,
        account,
        provider);
    subscriptions.tryAgain("send." + provider);
    List<Notice> notices = new ArrayList<>();
    if ("refused".equals(before.get("token"))) {
      notices.add(Notice.of(provider, "token", "OK", null, now));
    }
    if (!Objects.equals(account, before.get("account"))) {
      notices.add(Notice.of(provider, "account", account == null ? "OK" : account, null, now));
    }
    notices.addAll(rated(provider, told, now));
    return notices;
  }

  private List<Notice> rated(String provider, JsonNode told, Instant now) {
    String channel = told.path("channel").asText("");
    String quality = word(told, "quality");
    if (channel.isEmpty() || quality == null) {
      return List.of();
    }
    jdbc.update("insert ignore into channels (provider, channel) values (?, ?)", provider, channel);
    jdbc.update(
        "update channels set limit_tier = ? where provider = ? and channel = ?",
        word(told, "limitTier"),
        provider,
        channel);
    boolean changed =
        jdbc.update(
                """
                update channels set quality = ?, quality_at = ?
                where provider = ? and channel = ? and (quality is null or quality <> ?)
                """,
                quality,
                now,
                provider,
                channel,
                quality)
            == 1;
    return changed
        ? List.of(Notice.of(provider, "quality", channel, quality, null, now, Map.of()))
        : List.of();
  }

  /**
   * The provider refused the token, or could not be asked: then nothing is known, and a token that
   * was refused counts as refused still.
   *
   * @param errors what the provider's answers mean; a {@code pause} is a refusal
   * @return that the token is refused, when it was not before
   */
  public List<Notice> failed(String provider, Throwable failure, OutcomeClassifier errors) {
    Instant now = clock.instant();
    DeliveryException meaning =
        failure instanceof DeliveryException known ? known : errors.classify(failure);
    // Other words than the table's may hold the address, and with it the token.
    String problem =
        meaning == null
            ? "The probe failed (" + failure.getClass().getSimpleName() + ")."
            : withoutTokens(meaning.getMessage());
    boolean refused = meaning instanceof PauseException;
    Object before = account(provider).get("token");
    String token = refused || "refused".equals(before) ? "refused" : "unknown";
    jdbc.update(
        """
        update provider_accounts
        set token_since = if(token = ?, token_since, ?), token = ?, problem = ?,
            checked_at = if(?, ?, checked_at)
        where provider = ?
        """,
        token,
        now,
        token,
        problem,
        refused,
        now,
        provider);
    return refused && !"refused".equals(before)
        ? List.of(Notice.of(provider, "token", "REFUSED", problem, now))
        : List.of();
  }

  static String withoutTokens(String words) {
    String masked = words.replaceAll(TOKEN, "…");
    return masked.substring(0, Math.min(masked.length(), LONGEST_PROBLEM));
  }

  /** Locked, so that of two nodes one sees the change. */
  private Map<String, Object> account(String provider) {
    know(provider);
    return jdbc.queryForMap(
        "select token, account from provider_accounts where provider = ? for update", provider);
  }

  private void know(String provider) {
    jdbc.update("insert ignore into provider_accounts (provider) values (?)", provider);
  }

  private static String word(JsonNode told, String field) {
    JsonNode word = told.path(field);
    if (!word.isTextual() || word.asText().isBlank()) {
      return null;
    }
    return word.asText().substring(0, Math.min(word.asText().length(), LONGEST_WORD));
  }
}
