package io.leadhub.durable;

/**
 * Nobody knows whether the remote did the work (time-out, reset, 502): the next attempt is told so
 * by {@link DurableConstants#OUTCOME_UNKNOWN} and looks before it sends.
 */
public final class ReconcileException extends DeliveryException {

  public ReconcileException(String message) {
    this(message, null);
  }

  public ReconcileException(String message, Throwable cause) {
    super(message, cause);
  }
}
