package io.leadhub.durable;

/** The spool can't keep an event: it is full, or its disk does not take it. */
public final class SpoolException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SpoolException(String message, Throwable cause) {
    super(message, cause);
  }
}
