package io.leadhub.web;

import io.leadhub.channel.Channels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

/**
 * Token, last webhook, quality and silence of each provider. The hub itself is well when a channel
 * is not: it takes webhooks and keeps what waits, so such a channel only asks for attention.
 */
@Component("channelsHealthIndicator")
class ChannelsHealth implements HealthIndicator {

  private static final Status ATTENTION =
      new Status("ATTENTION", "a token, an account or a number is in trouble, or a channel silent");

  private final Channels channels;

  ChannelsHealth(Channels channels) {
    this.channels = channels;
  }

  @Override
  public Health health() {
    List<Channels.Account> accounts = channels.all();
    boolean attention = accounts.stream().anyMatch(Channels.Account::needsAttention);
    Health.Builder health = Health.status(attention ? ATTENTION : Status.UP);
    accounts.forEach(account -> health.withDetail(account.provider(), details(account)));
    return health.build();
  }

  private static Map<String, Object> details(Channels.Account account) {
    Map<String, Object> details = new LinkedHashMap<>();
    put(details, "token", account.token());
    put(details, "tokenSince", account.tokenSince());
    put(details, "checkedAt", account.checkedAt());
    put(details, "account", account.account());
    put(details, "problem", account.problem());
    put(details, "webhookAt", account.webhookAt());
    account.channels().stream()
        .filter(channel -> !channel.channel().isEmpty())
        .forEach(channel -> details.put(channel.channel(), details(channel)));
    account.channels().stream()
        .filter(channel -> channel.channel().isEmpty())
        .forEach(channel -> details.putAll(details(channel)));
    return details;
  }

  private static Map<String, Object> details(Channels.Channel channel) {
    Map<String, Object> details = new LinkedHashMap<>();
    put(details, "quality", channel.quality());
    put(details, "qualityAt", channel.qualityAt());
    put(details, "limitTier", channel.limitTier());
    put(details, "lastMessageAt", channel.lastMessageAt());
    put(details, "silentSince", channel.silentSince());
    return details;
  }

  private static void put(Map<String, Object> details, String name, Object value) {
    if (value != null) {
      details.put(name, value);
    }
  }
}
