package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.TestSettings;
import io.leadhub.attribution.AttributionRules.Situation;
import io.leadhub.attribution.Decision.Kind;
import io.leadhub.attribution.PartnerDirectory.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a lead is, by every rule and every value that it may have. */
class AttributionRulesTest {

  private static final Entry HOTEL = new Entry(1, "HOTEL", "Hotel", "en", "+66810000001");
  private static final Entry BLOG = new Entry(2, "BLOG", "Blog", "ru", null);
  private static final String CUSTOMER = "+66819999999";

  @Test
  void aSureCodeCreditsItsPartner() {
    Decision decision = decide(nobodys(), sure(HOTEL, "keyword"));
    assertThat(decision.kind()).isEqualTo(Kind.CREDIT);
    assertThat(decision.evidence().partner()).isEqualTo(HOTEL);
    assertThat(decision.credits()).isTrue();
  }

  @Test
  void withoutEvidenceNothingHappens() {
    assertThat(decide(nobodys()).kind()).isEqualTo(Kind.NOTHING);
    assertThat(decide(hasHotel("keyword")).kind()).isEqualTo(Kind.NOTHING);
  }

  @ParameterizedTest
  @CsvSource({
    "form, keyword",
    "code, click-reference",
    "keyword, ad",
    "click-reference, ad",
    "ad, click-guess",
  })
  void theStrongerSourceWins(String stronger, String weaker) {
    for (List<Evidence> order :
        List.of(
            List.of(sure(HOTEL, stronger), sure(BLOG, weaker)),
            List.of(sure(BLOG, weaker), sure(HOTEL, stronger)))) {
      Decision decision = rules().decide(nobodys(), order);
      assertThat(decision.kind()).isEqualTo(Kind.CREDIT);
      assertThat(decision.evidence().partner()).isEqualTo(HOTEL);
    }
  }

  @Test
  void theOrderOfSourcesIsASetting() {
    AttributionRules ads = rules("hub.attribution.sources", "ad, code");
    assertThat(ads.decide(nobodys(), List.of(sure(HOTEL, "keyword"), sure(BLOG, "ad"))))
        .extracting(decision -> decision.evidence().partner())
        .isEqualTo(BLOG);
    assertThat(ads.decide(nobodys(), List.of(sure(HOTEL, "form"))).kind())
        .as("a source that is left out does not count")
        .isEqualTo(Kind.NOTHING);
  }

  @Test
  void whatIsSureComesBeforeWhatIsSuspectedWhateverTheSource() {
    Decision decision =
        rules().decide(nobodys(), List.of(typo(HOTEL), sure(BLOG, "click-reference")));
    assertThat(decision.evidence().partner()).isEqualTo(BLOG);
    assertThat(decision.evidence().certainty()).isEqualTo(Certainty.SURE);
  }

  @Test
  void aTypoBesideTheReferenceOfTheSamePartnerIsSure() {
    Decision decision =
        rules().decide(nobodys(), List.of(typo(HOTEL), sure(HOTEL, "click-reference")));
    assertThat(decision.evidence().rule()).isEqualTo("click-reference");
  }

  @Test
  void aCodeBesideTheReferenceOfTheSamePartnerIsOfThatClick() {
    Evidence reference = Evidence.sure(HOTEL, "click-reference", "#R7M2QX9H", 7L);
    assertThat(rules().decide(nobodys(), List.of(sure(HOTEL, "keyword"), reference)).evidence())
        .returns("keyword", Evidence::rule)
        .returns(7L, Evidence::clickId);
    assertThat(rules().decide(nobodys(), List.of(sure(BLOG, "keyword"), reference)).evidence())
        .returns(BLOG, Evidence::partner)
        .returns(null, Evidence::clickId);
  }

  @Test
  void codesOfTwoPartnersCreditNobodyAndAreBothSuggested() {
    Decision decision = decide(nobodys(), sure(HOTEL, "keyword"), sure(BLOG, "code"));
    assertThat(decision.kind()).isEqualTo(Kind.SUGGEST);
    assertThat(decision.suggested()).extracting(Evidence::partner).containsExactly(HOTEL, BLOG);
    assertThat(decision.credits()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"first, HOTEL", "last, BLOG"})
  void orTheFirstOrTheLastOfThemIsMeant(String which, String partner) {
    Decision decision =
        rules("hub.attribution.several-codes", which)
            .decide(nobodys(), List.of(sure(HOTEL, "keyword"), sure(BLOG, "code")));
    assertThat(decision.kind()).isEqualTo(Kind.CREDIT);
    assertThat(decision.evidence().partner().code()).isEqualTo(partner);
  }

  @ParameterizedTest
  @ValueSource(strings = {"first", "last"})
  void severalGuessesAreOnlyEverSuggested(String several) {
    Decision decision =
        rules("hub.attribution.several-codes", several)
            .decide(nobodys(), List.of(guess(HOTEL), guess(BLOG)));
    assertThat(decision.kind()).isEqualTo(Kind.SUGGEST);
    assertThat(decision.suggested()).hasSize(2);
  }

  @Test
  void whatIsSuspectedIsCreditedAndMarkedOrOnlySuggested() {
    Decision credited = decide(nobodys(), typo(HOTEL));
    assertThat(credited.kind()).isEqualTo(Kind.CREDIT);
    assertThat(credited.evidence().certainty()).isEqualTo(Certainty.SUSPECTED);

    AttributionRules careful = rules("hub.attribution.suspected", "suggest");
    assertThat(careful.decide(nobodys(), List.of(typo(HOTEL))).kind()).isEqualTo(Kind.SUGGEST);
    assertThat(careful.decide(nobodys(), List.of(sure(HOTEL, "code"))).kind())
        .isEqualTo(Kind.CREDIT);
  }

  @Test
  void theFirstPartnerKeepsAnOpenLead() {
    Decision decision = decide(hasHotel("keyword"), sure(BLOG, "keyword"));
    assertThat(decision.kind()).isEqualTo(Kind.AGAINST);
    assertThat(decision.reason()).isEqualTo("first-touch");
    assertThat(decision.credits()).isFalse();
  }

  @Test
  void orTheLastGetsIt() {
    AttributionRules last = rules("hub.attribution.touch", "last");
    assertThat(last.decide(hasHotel("keyword"), List.of(sure(BLOG, "code"))).evidence().partner())
        .isEqualTo(BLOG);
    assertThat(last.decide(hasHotel("click-reference"), List.of(sure(BLOG, "keyword"))).credits())
        .isTrue();
    assertThat(last.decide(hasHotel("keyword"), List.of(sure(HOTEL, "keyword"))).kind())
        .isEqualTo(Kind.NOTHING);
    assertThat(
            last.decide(
                    hasHotel("keyword"),
                    List.of(
                        sure(BLOG, "keyword"), sure(new Entry(3, "C", "C", "en", null), "code")))
                .kind())
        .isEqualTo(Kind.SUGGEST);
  }

  @Test
  void theLastOneDoesNotTakeWithAWeakerSource() {
    AttributionRules last = rules("hub.attribution.touch", "last");
    assertThat(last.decide(hasHotel("keyword"), List.of(sure(BLOG, "ad"))).reason())
        .isEqualTo("weaker-source");
    assertThat(last.decide(hasHotel("keyword"), List.of(typo(BLOG))).reason())
        .isEqualTo("only-suspected");
    assertThat(last.decide(hasHotel("repeat"), List.of(sure(BLOG, "ad"))).credits())
        .as("a customer of before is weakest")
        .isTrue();
  }

  @Test
  void aSuspectedPartnerGivesWayToASureOneUnderAnyTouch() {
    Situation suspected = situation(new Credit(1L, "HOTEL", "click-guess", Certainty.SUSPECTED));
    assertThat(decide(suspected, sure(BLOG, "click-reference")).evidence().partner())
        .isEqualTo(BLOG);
    assertThat(decide(suspected, typo(BLOG)).reason()).isEqualTo("first-touch");
  }

  @Test
  void aSuspectedPartnerBecomesSureWhenTheCodeComes() {
    Situation suspected = situation(new Credit(1L, "HOTEL", "typo", Certainty.SUSPECTED));
    Decision decision = decide(suspected, sure(HOTEL, "keyword"));
    assertThat(decision.kind()).isEqualTo(Kind.CREDIT);
    assertThat(decide(suspected, typo(HOTEL)).kind()).isEqualTo(Kind.NOTHING);
  }

  @Test
  void codesOfTwoPartnersWhileOneIsOnlySuspectedAreForAPersonToJudge() {
    for (Entry suspected : List.of(HOTEL, new Entry(3, "C", "C", "en", null))) {
      Situation situation =
          situation(new Credit(suspected.id(), suspected.code(), "typo", Certainty.SUSPECTED));
      Decision decision = decide(situation, sure(HOTEL, "keyword"), sure(BLOG, "code"));
      assertThat(decision.kind()).isEqualTo(Kind.SUGGEST);
      assertThat(decision.suggested()).extracting(Evidence::partner).containsExactly(HOTEL, BLOG);
      assertThat(
              rules("hub.attribution.several-codes", "last")
                  .decide(situation, List.of(sure(HOTEL, "keyword"), sure(BLOG, "code")))
                  .evidence()
                  .partner())
          .as("unless the last one is meant")
          .isEqualTo(BLOG);
    }
    assertThat(decide(hasHotel("code"), sure(HOTEL, "keyword"), sure(BLOG, "code")).kind())
        .isEqualTo(Kind.NOTHING);
  }

  @Test
  void aSecondCodeMayBeForAPersonToJudge() {
    AttributionRules asks = rules("hub.attribution.second-code", "suggest");
    Decision decision = asks.decide(hasHotel("keyword"), List.of(sure(BLOG, "keyword")));
    assertThat(decision.kind()).isEqualTo(Kind.SUGGEST);
    assertThat(decision.suggested()).extracting(Evidence::partner).containsExactly(BLOG);
    assertThat(asks.decide(hasHotel("keyword"), List.of(sure(BLOG, "ad"))).reason())
        .as("an ad is no code")
        .isEqualTo("first-touch");
  }

  @Test
  void aSecondCodeMayOpenAnotherLead() {
    AttributionRules opens = rules("hub.attribution.second-code", "new-lead");
    Decision decision = opens.decide(hasHotel("form"), List.of(sure(BLOG, "keyword")));
    assertThat(decision.kind()).isEqualTo(Kind.NEW_LEAD);
    assertThat(decision.credits()).isTrue();
    assertThat(opens.decide(hasHotel("form"), List.of(sure(HOTEL, "keyword"))).kind())
        .isEqualTo(Kind.NOTHING);
    assertThat(opens.decide(hasHotel("form"), List.of(typo(BLOG))).kind()).isEqualTo(Kind.AGAINST);
  }

  @Test
  void aPartnersOwnPhoneIsNoCustomerOfTheirs() {
    Situation own = new Situation(null, null, HOTEL.phone(), false);
    Decision decision = rules().decide(own, List.of(sure(HOTEL, "keyword")));
    assertThat(decision.kind()).isEqualTo(Kind.AGAINST);
    assertThat(decision.reason()).isEqualTo("self-referral");
    assertThat(rules().decide(own, List.of(guess(HOTEL))).reason()).isEqualTo("self-referral");
    assertThat(rules().decide(own, List.of(sure(BLOG, "keyword"))).credits())
        .as("but may be another's")
        .isTrue();
    assertThat(
            rules()
                .decide(own, List.of(sure(HOTEL, "keyword"), sure(BLOG, "code")))
                .evidence()
                .partner())
        .isEqualTo(BLOG);
  }

  @Test
  void theClickOfAPartnersOwnTrialIsKnown() {
    Situation own = new Situation(null, null, HOTEL.phone(), false);
    Evidence reference = Evidence.sure(HOTEL, "click-reference", "#R7M2QX9H", 7L);
    Decision decision = rules().decide(own, List.of(sure(HOTEL, "keyword"), reference));
    assertThat(decision.broughtBy()).returns(7L, Evidence::clickId);
    assertThat(decide(hasHotel("code"), sure(BLOG, "code")).broughtBy())
        .as("what another link's click was for is open")
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"as-touch", "new-lead"})
  void aFormThatJoinsALeadTakesItFromNobody(String secondCode) {
    AttributionRules rules =
        rules("hub.attribution.second-code", secondCode, "hub.attribution.touch", "last");
    Credit sure = new Credit(1L, "HOTEL", "keyword", Certainty.SURE);
    Credit suspected = new Credit(1L, "HOTEL", "typo", Certainty.SUSPECTED);
    for (Credit credit : new Credit[] {null, sure, suspected}) {
      Decision decision =
          rules.decide(new Situation(credit, null, CUSTOMER, true), List.of(sure(BLOG, "form")));
      assertThat(decision.kind()).isEqualTo(Kind.SUGGEST);
      assertThat(decision.suggested()).extracting(Evidence::rule).containsExactly("form");
    }
    for (Credit credit : List.of(sure, suspected)) {
      assertThat(
              rules
                  .decide(new Situation(credit, null, CUSTOMER, true), List.of(sure(HOTEL, "form")))
                  .kind())
          .isEqualTo(Kind.NOTHING);
    }
    assertThat(
            rules
                .decide(
                    new Situation(new Credit(null, null, "person", null), null, CUSTOMER, true),
                    List.of(sure(HOTEL, "form")))
                .reason())
        .isEqualTo("decided-by-a-person");
  }

  @ParameterizedTest
  @CsvSource({"credit, CREDIT", "suggest, SUGGEST"})
  void unlessTheRuleSaysOtherwise(String rule, Kind kind) {
    assertThat(
            rules("hub.attribution.self-referral", rule)
                .decide(
                    new Situation(null, null, HOTEL.phone(), false),
                    List.of(sure(HOTEL, "keyword")))
                .kind())
        .isEqualTo(kind);
  }

  @Test
  void whoComesBackIsThePreviousPartnersWhereTheRuleSaysSo() {
    Situation back = new Situation(null, Evidence.repeat(HOTEL, Certainty.SURE), CUSTOMER, false);
    assertThat(rules().decide(back, List.of()).kind()).isEqualTo(Kind.NOTHING);

    AttributionRules remembers = rules("hub.attribution.repeat-customers", "previous");
    Decision decision = remembers.decide(back, List.of());
    assertThat(decision.evidence())
        .returns(HOTEL, Evidence::partner)
        .returns("repeat", Evidence::rule);
    assertThat(remembers.decide(back, List.of(guess(BLOG))).evidence().partner())
        .as("any evidence comes first")
        .isEqualTo(BLOG);
    assertThat(
            remembers
                .decide(new Situation(null, back.previous(), HOTEL.phone(), false), List.of())
                .kind())
        .isEqualTo(Kind.NOTHING);
  }

  @Test
  void whoWasOnlySuspectedBeforeIsSuspectedAgain() {
    Situation back =
        new Situation(null, Evidence.repeat(HOTEL, Certainty.SUSPECTED), CUSTOMER, false);
    assertThat(
            rules("hub.attribution.repeat-customers", "previous")
                .decide(back, List.of())
                .evidence()
                .certainty())
        .isEqualTo(Certainty.SUSPECTED);
    assertThat(
            rules(
                    "hub.attribution.repeat-customers",
                    "previous",
                    "hub.attribution.suspected",
                    "suggest")
                .decide(back, List.of())
                .kind())
        .isEqualTo(Kind.SUGGEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"first", "last"})
  void whatAPersonDecidedNoRuleChanges(String touch) {
    AttributionRules rules = rules("hub.attribution.touch", touch);
    for (Credit decided :
        List.of(
            new Credit(1L, "HOTEL", "person", Certainty.SURE),
            new Credit(null, null, "person", null))) {
      Decision decision = rules.decide(situation(decided), List.of(sure(BLOG, "form")));
      assertThat(decision.kind()).isEqualTo(Kind.AGAINST);
      assertThat(decision.reason()).isEqualTo("decided-by-a-person");
    }
  }

  private static AttributionRules rules(String... settings) {
    return new AttributionRules(TestSettings.of(AttributionSettings.class, settings));
  }

  private static Decision decide(Situation situation, Evidence... evidence) {
    return rules().decide(situation, List.of(evidence));
  }

  private static Situation nobodys() {
    return situation(null);
  }

  private static Situation hasHotel(String rule) {
    return situation(new Credit(1L, "HOTEL", rule, Certainty.SURE));
  }

  private static Situation situation(Credit credit) {
    return new Situation(credit, null, CUSTOMER, false);
  }

  private static Evidence sure(Entry partner, String rule) {
    return Evidence.sure(partner, rule, partner.code(), null);
  }

  private static Evidence typo(Entry partner) {
    return new Evidence(partner, "typo", Certainty.SUSPECTED, null, "HOTLE", null);
  }

  private static Evidence guess(Entry partner) {
    return new Evidence(partner, "click-guess", Certainty.SUSPECTED, 0.7, "#R7M2QX9H", 9L);
  }
}
