package io.leadhub.attribution;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How codes are recognised; {@code routes/codes.yaml}.
 *
 * @param keywords words and phrases that a code stands after, in any case and script
 * @param people those of the keywords that speak of people as well: after "my partner" a name is a
 *     name
 * @param between words that may stand between a keyword and its code
 * @param amounts words that make the number before them an amount and no code
 * @param notCodes words and phrases that plates, flights, postal codes and the like stand after
 * @param same groups of letters and digits that count as the same, such as {@code O0}
 * @param typos whether one wrong, missing or swapped character still tells a code
 * @param cases examples that are tried at the start
 */
@Validated
@ConfigurationProperties("hub.codes")
record CodeSettings(
    @DefaultValue({
          "code",
          "promo",
          "promo code",
          "ref",
          "partner",
          "код",
          "промо код",
          "รหัส",
          "โค้ด"
        })
        List<String> keywords,
    @DefaultValue("partner") List<String> people,
    @DefaultValue({}) List<String> between,
    @DefaultValue({}) List<String> amounts,
    @DefaultValue({}) List<String> notCodes,
    @DefaultValue({"O0", "I1L"}) List<String> same,
    @DefaultValue("true") boolean typos,
    @DefaultValue({}) List<Case> cases) {

  /**
   * @param finds the codes that are to be found in the text; the partners of all examples together
   *     are the ones looked for
   * @param certainty that each of them is to have
   */
  record Case(
      @DefaultValue("") String text,
      @DefaultValue({}) List<String> finds,
      @DefaultValue("sure") Certainty certainty) {}
}
