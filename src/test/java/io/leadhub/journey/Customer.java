package io.leadhub.journey;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Somebody who writes to the business on WhatsApp.
 *
 * @param phone digits without +, or null for somebody who shows only a user id
 * @param waUserId business-scoped user id, or null
 */
record Customer(String phone, String waUserId, String name) {

  private static final AtomicLong NEXT = new AtomicLong(66_810_000_000L);

  /** With a phone number that nobody else has. */
  static Customer named(String name) {
    return new Customer(Long.toString(NEXT.incrementAndGet()), null, name);
  }

  static Customer withoutPhone(String name) {
    return new Customer(null, "TH." + NEXT.incrementAndGet(), name);
  }

  Message writes(String text) {
    return writes(text, Instant.now());
  }

  Message writes(String text, Instant at) {
    return new Message(this, "wamid.J" + NEXT.incrementAndGet(), at, text);
  }

  /** E.164. */
  String number() {
    return phone == null ? null : "+" + phone;
  }

  record Message(Customer from, String id, Instant at, String text) {}
}
