package io.leadhub.chaos;

/** Where a lead goes, and how often it may be seen there: once. */
enum Destination {
  TELEGRAM("telegram-bot", true),
  SHEETS("google-sheets", false),
  META("meta", false),
  TWILIO("twilio", false),
  /** Counted by {@code webhook-id}: the receiver drops a repeat. */
  WEBHOOK("webhook-sender", false);

  /** Who delivers it, as the deliveries are called. */
  final String subscriber;

  /** Nobody can ask it what it got: one repeat is allowed when it says that it is one. */
  final boolean allowsAMarkedRepeat;

  Destination(String subscriber, boolean allowsAMarkedRepeat) {
    this.subscriber = subscriber;
    this.allowsAMarkedRepeat = allowsAMarkedRepeat;
  }
}
