package io.leadhub.durable;

import java.time.Instant;

/**
 * One event on its way to one subscriber, claimed by us.
 *
 * @param orderingKey what it keeps its order with, or null
 * @param attempt 1 for the first attempt
 * @param unknownOutcomes how many earlier attempts may have taken effect
 */
record Delivery(
    long id,
    long eventId,
    String eventKey,
    String orderingKey,
    Payload payload,
    Instant publishedAt,
    int attempt,
    int unknownOutcomes) {

  boolean outcomeUnknown() {
    return unknownOutcomes > 0;
  }
}
