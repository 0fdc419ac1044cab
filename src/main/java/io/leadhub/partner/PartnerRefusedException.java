package io.leadhub.partner;

/** A partner that cannot be as it was asked for; the message says why, in a sentence. */
public class PartnerRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public enum Reason {
    /** A value cannot be. */
    BAD,
    /** Another partner has the code, or one that looks like it. */
    TAKEN,
    /** Nobody has the code. */
    UNKNOWN
  }

  private final Reason reason;

  PartnerRefusedException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
