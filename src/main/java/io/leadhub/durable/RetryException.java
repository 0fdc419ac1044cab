package io.leadhub.durable;

/** The remote certainly did nothing (no connection, unknown host): try again with backoff. */
public final class RetryException extends DeliveryException {

  public RetryException(String message) {
    this(message, null);
  }

  public RetryException(String message, Throwable cause) {
    super(message, cause);
  }
}
