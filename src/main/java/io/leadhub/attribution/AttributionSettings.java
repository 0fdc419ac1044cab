package io.leadhub.attribution;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The rules by which a lead gets its partner; they stand in {@code routes/attribution.yaml}.
 *
 * @param sources what may speak for a partner, the strongest first; one that is missing is not used
 * @param touch whether the first or the last partner has the lead
 * @param secondCode what a second partner's code means, of a contact whose lead has its partner
 * @param severalCodes what the codes of several partners in one message mean
 * @param suspected what a typo or a guess does
 * @param selfReferral what a partner's code means that comes from the partner's own phone
 * @param repeatCustomers whose a lead is that nothing speaks for, of a contact that was a partner's
 *     before
 * @param repeatWithin how long ago that may have been
 * @param clickWindow how long the reference of a click is good for
 * @param guessWithin how long before a message a click may be that is guessed to belong to it
 * @param cases stories that must come out as they say, under the name of their rule
 */
@Validated
@ConfigurationProperties("hub.attribution")
public record AttributionSettings(
    @DefaultValue({"form", "code", "click-reference", "ad", "click-guess"}) @NotEmpty
        List<Source> sources,
    @DefaultValue("first") @NotNull Touch touch,
    @DefaultValue("as-touch") @NotNull SecondCode secondCode,
    @DefaultValue("suggest") @NotNull SeveralCodes severalCodes,
    @DefaultValue("credit") @NotNull Suspected suspected,
    @DefaultValue("nobody") @NotNull SelfReferral selfReferral,
    @DefaultValue("nobody") @NotNull RepeatCustomers repeatCustomers,
    @DefaultValue("365d") @NotNull @DurationMin(message = NOT_NEGATIVE) Duration repeatWithin,
    @DefaultValue("7d") @NotNull @DurationMin(message = NOT_NEGATIVE) Duration clickWindow,
    @DefaultValue("30m") @NotNull @DurationMin(message = NOT_NEGATIVE) Duration guessWithin,
    @Valid @DefaultValue List<Ad> ads,
    @DefaultValue Map<String, @Valid List<@Valid Case>> cases) {

  private static final String NOT_NEGATIVE = "must not be negative, as in 7d or 30m";

  /** Who has an open lead that two partners have evidence for. */
  public enum Touch {
    FIRST,
    LAST
  }

  /** What a second partner's code means. */
  public enum SecondCode {
    AS_TOUCH,
    SUGGEST,
    NEW_LEAD
  }

  /** What the codes of several partners in one message mean. */
  public enum SeveralCodes {
    SUGGEST,
    FIRST,
    LAST
  }

  /** What happens with evidence that is not sure. */
  public enum Suspected {
    CREDIT,
    SUGGEST
  }

  /** What a partner's own code from the partner's own phone means. */
  public enum SelfReferral {
    CREDIT,
    NOBODY,
    SUGGEST
  }

  /** Whose a lead is that comes back without any evidence. */
  public enum RepeatCustomers {
    NOBODY,
    PREVIOUS
  }

  /**
   * An ad that a partner pays for or is paid for.
   *
   * @param id its number at Meta ({@code source_id}), or its address ({@code source_url})
   * @param partner the partner's code
   */
  public record Ad(@NotBlank String id, @NotBlank String partner) {}

  /**
   * What happens to one contact, and whose the latest lead is at the end.
   *
   * @param story in their order
   * @param credited the partner's code, or {@code nobody}
   * @param certainty null: not asked for
   * @param suggested codes in any order
   */
  public record Case(
      @NotEmpty @Valid List<Step> story,
      @DefaultValue("nobody") @NotBlank String credited,
      Certainty certainty,
      @DefaultValue List<String> suggested) {}

  /**
   * One step of a story; of all but {@code after} there is exactly one.
   *
   * @param code a message with these partners' codes
   * @param typo a message with this partner's code, misspelt
   * @param form this partner's form is sent
   * @param click somebody opens this partner's link, no message yet
   * @param reference a message with the reference of that partner's latest click
   * @param ad a message that came from the ad with this id
   * @param ownPhone a message with this partner's code from the partner's own phone
   * @param text a message that tells nothing
   * @param after the step before
   */
  public record Step(
      @DefaultValue List<String> code,
      String typo,
      String form,
      String click,
      String reference,
      String ad,
      String ownPhone,
      String text,
      @DefaultValue("0s") Duration after) {}
}
