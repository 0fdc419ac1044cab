package io.leadhub.attribution;

/**
 * What was decided about an open lead so far.
 *
 * @param partnerId whose it is, or null where a person said that it is nobody's
 * @param partnerCode the same partner's code, or null
 * @param rule what it was decided by
 * @param certainty null without a partner
 */
public record Credit(Long partnerId, String partnerCode, String rule, Certainty certainty) {

  static final String PERSON = "person";

  boolean isByAPerson() {
    return PERSON.equals(rule);
  }

  boolean isSuspected() {
    return certainty == Certainty.SUSPECTED;
  }

  boolean isOf(Evidence evidence) {
    return partnerId != null && partnerId == evidence.partner().id();
  }
}
