package io.leadhub.durable;

import java.time.Instant;

/**
 * An event about to be published.
 *
 * @param key idempotency key within the topic, or null
 * @param orderingKey deliveries with the same one keep their order, or null
 * @param subject what the event is about, such as {@code lead/42}, or null
 * @param publishedAt when it came, where that was before it is written; else null
 */
record NewEvent(
    String topic,
    String key,
    String orderingKey,
    String subject,
    Payload payload,
    Instant publishedAt) {

  /** As wide as the columns; a longer key must fail and never be cut to another one. */
  private static final int KEY_LENGTH = 190;

  NewEvent {
    requireFits("key", key);
    requireFits("orderingKey", orderingKey);
    requireFits("subject", subject);
  }

  NewEvent(String topic, String key, String orderingKey, String subject, Payload payload) {
    this(topic, key, orderingKey, subject, payload, null);
  }

  NewEvent withKey(String newKey) {
    return new NewEvent(topic, newKey, orderingKey, subject, payload, publishedAt);
  }

  NewEvent withPublishedAt(Instant time) {
    return new NewEvent(topic, key, orderingKey, subject, payload, time);
  }

  private static void requireFits(String what, String value) {
    if (value != null && value.codePointCount(0, value.length()) > KEY_LENGTH) {
      throw new IllegalArgumentException(
          what + " of an event has more than " + KEY_LENGTH + " characters");
    }
  }
}
