package io.leadhub.durable;

import java.time.Duration;
import java.time.Instant;

/**
 * One event on its way to one subscriber, claimed by us.
 *
 * @param orderingKey what it keeps its order with, or null
 * @param age since it was published, when it was claimed, by the database's clock
 * @param attempt 1 for the first attempt
 * @param losses how many earlier attempts ended with their node
 * @param unknownOutcomes how many earlier attempts may have taken effect
 */
record Delivery(
    long id,
    long eventId,
    String eventKey,
    String orderingKey,
    Payload payload,
    Instant publishedAt,
    Duration age,
    int attempt,
    int losses,
    int unknownOutcomes) {

  /** Attempts that did not end with their node, this one included. */
  int spentAttempts() {
    return attempt - losses;
  }

  boolean outcomeUnknown() {
    return unknownOutcomes > 0;
  }
}
