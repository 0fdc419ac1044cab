package io.leadhub.channel;

import java.time.Instant;
import java.util.Map;

/**
 * What is to be known about a channel or an account, in the shape that providers' own notices have
 * on the topic {@code channel.notice}.
 *
 * @param key once per topic, so that nothing is told twice
 * @param provider whose channel it is
 * @param notice {@code token}, {@code account}, {@code quality}, {@code silence} or {@code
 *     silence-over}
 * @param channel our number as the provider names it, or null
 * @param subject what it is about where that is not the channel, or null
 * @param event in one word
 * @param text in more words, or null
 * @param at ISO instant
 * @param facts what the owner's words need beside
 */
public record Notice(
    String key,
    String provider,
    String notice,
    String channel,
    String subject,
    String event,
    String text,
    String at,
    Map<String, Object> facts) {

  /** About the account as a whole. */
  static Notice of(String provider, String notice, String event, String text, Instant at) {
    return of(provider, notice, null, event, text, at, Map.of());
  }

  static Notice of(
      String provider,
      String notice,
      String channel,
      String event,
      String text,
      Instant at,
      Map<String, Object> facts) {
    String key =
        String.join("/", provider, notice, channel == null ? "" : channel, event, at.toString());
    return new Notice(key, provider, notice, channel, null, event, text, at.toString(), facts);
  }
}
