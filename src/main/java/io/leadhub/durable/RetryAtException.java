package io.leadhub.durable;

import java.time.Duration;

/**
 * The remote refused before doing any work and said how long to wait (429, Retry-After): the
 * delivery waits that long and no attempt is spent.
 */
public final class RetryAtException extends DeliveryException {

  private static final Duration USUAL_WAIT = Duration.ofMinutes(1);

  private final Duration delay;

  /** For a route's {@code throwException}: waits a minute. */
  public RetryAtException(String message) {
    this(message, USUAL_WAIT);
  }

  public RetryAtException(String message, Duration delay) {
    this(message, delay, null);
  }

  /**
   * @param delay null when the remote did not say: the wait then grows with the delivery's age
   */
  public RetryAtException(String message, Duration delay, Throwable cause) {
    super(message, cause);
    this.delay = delay;
  }

  /** Null when the remote did not say. */
  public Duration delay() {
    return delay;
  }
}
