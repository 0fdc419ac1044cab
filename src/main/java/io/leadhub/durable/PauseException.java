package io.leadhub.durable;

/**
 * The destination itself is shut (credentials, plan, account): it rests, its queue is kept, no
 * attempt is spent.
 */
public final class PauseException extends DeliveryException {

  public PauseException(String message) {
    this(message, null);
  }

  public PauseException(String message, Throwable cause) {
    super(message, cause);
  }
}
