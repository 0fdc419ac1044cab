package io.leadhub.durable;

/**
 * How a delivery ended when it did not simply succeed. A route raises one of the five kinds, by
 * {@code throwException} or from a bean; the message is kept with the delivery and read by people.
 */
public abstract sealed class DeliveryException extends RuntimeException
    permits RetryAtException, RetryException, ReconcileException, RejectException, PauseException {

  DeliveryException(String message, Throwable cause) {
    super(message, cause);
  }
}
