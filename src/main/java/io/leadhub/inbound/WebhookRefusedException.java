package io.leadhub.inbound;

import org.springframework.http.HttpStatus;

/** A webhook that is not let in. Nothing of it is stored; the sender hears why. */
public class WebhookRefusedException extends RuntimeException {

  private final HttpStatus status;

  public WebhookRefusedException(HttpStatus status, String message) {
    super(message);
    this.status = status;
  }

  public int getStatus() {
    return status.value();
  }

  /** The answer's body; the message is ours and holds nothing that needs escaping. */
  public String getProblem() {
    return problemDetails(status, getMessage());
  }

  /** RFC 9457 problem details in JSON. */
  static String problemDetails(HttpStatus status, String detail) {
    return "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
        .formatted(status.getReasonPhrase(), status.value(), detail);
  }
}
