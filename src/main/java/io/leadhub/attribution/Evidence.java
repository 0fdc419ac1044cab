package io.leadhub.attribution;

/**
 * What speaks for a partner.
 *
 * @param rule what it was recognised by: {@code keyword}, {@code code}, {@code typo}, {@code
 *     click-reference}, {@code ad}, {@code click-guess}, {@code form}, {@code repeat}
 * @param confidence of a guess, above 0 and below 1; else null
 * @param words as the customer wrote it, or what else was seen; or null
 * @param clickId the click it came of, or null
 */
public record Evidence(
    PartnerDirectory.Entry partner,
    String rule,
    Certainty certainty,
    Double confidence,
    String words,
    Long clickId) {

  /** For whom it is certain. */
  static Evidence sure(PartnerDirectory.Entry partner, String rule, String words, Long clickId) {
    return new Evidence(partner, rule, Certainty.SURE, null, words, clickId);
  }

  /** What a contact's lead of before tells: as much as was known then. */
  static Evidence repeat(PartnerDirectory.Entry partner, Certainty certainty) {
    return new Evidence(partner, "repeat", certainty, null, null, null);
  }

  boolean isSure() {
    return certainty == Certainty.SURE;
  }

  Evidence ofClick(Long click) {
    return new Evidence(partner, rule, certainty, confidence, words, click);
  }
}
