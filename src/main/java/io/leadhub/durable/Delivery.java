package io.leadhub.durable;

import java.time.Instant;

/**
 * One event on its way to one subscriber, claimed by us.
 *
 * @param orderingKey what it keeps its order with, or null
 * @param attempt 1 for the first attempt
 * @param outcomeUnknown whether an earlier attempt may have taken effect
 */
record Delivery(
    long id,
    long eventId,
    String eventKey,
    String orderingKey,
    Payload payload,
    Instant publishedAt,
    int attempt,
    boolean outcomeUnknown) {}
