package io.leadhub.sandbox;

import java.util.Map;

/** A pretend provider says no, in the words of the real one. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient Map<String, ?> body;

  Refusal(int status, String message, Map<String, ?> body) {
    super(message, null, false, false);
    this.status = status;
    this.body = body;
  }

  int status() {
    return status;
  }

  Map<String, ?> body() {
    return body;
  }
}
