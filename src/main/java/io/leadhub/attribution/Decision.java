package io.leadhub.attribution;

import java.util.List;

/**
 * What a message means for whose its lead is.
 *
 * @param evidence that decided: for {@code CREDIT}, {@code NEW_LEAD} and {@code AGAINST}; else null
 * @param suggested for {@code SUGGEST} what a person is to choose from, one for each partner
 * @param reason for {@code AGAINST} why the evidence did not count: {@code self-referral}, {@code
 *     first-touch}, {@code weaker-source}, {@code only-suspected}, {@code decided-by-a-person};
 *     else null
 */
public record Decision(Kind kind, Evidence evidence, List<Evidence> suggested, String reason) {

  /** What is to be done. */
  public enum Kind {
    /** Nothing speaks for anybody, or for whom it is anyway. */
    NOTHING,
    /** The lead becomes the partner's, or more surely the partner's. */
    CREDIT,
    /** The message opens another lead, which is the partner's. */
    NEW_LEAD,
    /** The lead stays as it is, a person chooses. */
    SUGGEST,
    /** The lead stays as it is although something spoke for another partner. */
    AGAINST
  }

  private static final String SELF_REFERRAL = "self-referral";

  static final Decision NOTHING = new Decision(Kind.NOTHING, null, List.of(), null);

  static Decision credit(Evidence evidence) {
    return new Decision(Kind.CREDIT, evidence, List.of(), null);
  }

  static Decision newLead(Evidence evidence) {
    return new Decision(Kind.NEW_LEAD, evidence, List.of(), null);
  }

  static Decision suggest(List<Evidence> evidence) {
    return new Decision(Kind.SUGGEST, null, evidence, null);
  }

  static Decision selfReferral(Evidence evidence) {
    return against(evidence, SELF_REFERRAL);
  }

  static Decision against(Evidence evidence, String reason) {
    return new Decision(Kind.AGAINST, evidence, List.of(), reason);
  }

  /** Whether the lead belongs to the evidence's partner now. */
  public boolean credits() {
    return kind == Kind.CREDIT || kind == Kind.NEW_LEAD;
  }

  /**
   * What brought the sender, whether it counted or not: a click of it is nobody else's. Null where
   * that is open.
   */
  public Evidence broughtBy() {
    return credits() || SELF_REFERRAL.equals(reason) ? evidence : null;
  }
}
