package io.leadhub.durable;

import java.time.Instant;

/**
 * One event on its way to one subscriber, claimed by us.
 *
 * @param attempt 1 for the first attempt
 * @param outcomeUnknown whether an earlier attempt may have taken effect
 */
record Delivery(
    long id,
    long eventId,
    String eventKey,
    Payload payload,
    Instant publishedAt,
    int attempt,
    boolean outcomeUnknown) {}
