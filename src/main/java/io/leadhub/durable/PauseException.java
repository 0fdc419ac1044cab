package io.leadhub.durable;

import java.time.Duration;

/**
 * The destination itself is shut (credentials, plan, account): it rests, its queue is kept, no
 * attempt is spent. For as long as its consumer says, or longer where it is told so.
 */
public final class PauseException extends DeliveryException {

  private final Duration atLeast;

  public PauseException(String message) {
    this(message, (Throwable) null);
  }

  public PauseException(String message, Throwable cause) {
    super(message, cause);
    this.atLeast = Duration.ZERO;
  }

  /** Where each try does harm until a person has looked. */
  public PauseException(String message, Duration atLeast) {
    super(message, null);
    this.atLeast = atLeast;
  }

  public Duration atLeast() {
    return atLeast;
  }
}
