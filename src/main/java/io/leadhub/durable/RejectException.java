package io.leadhub.durable;

/** The remote will never accept this: the delivery becomes a dead letter at once. */
public final class RejectException extends DeliveryException {

  public RejectException(String message) {
    this(message, null);
  }

  public RejectException(String message, Throwable cause) {
    super(message, cause);
  }
}
