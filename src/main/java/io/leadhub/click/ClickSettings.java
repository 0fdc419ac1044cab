package io.leadhub.click;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.validation.annotation.Validated;

/**
 * What is done about clicks on partners' links.
 *
 * @param tellEvery a partner is told of a click once in this time; {@code 0}: of each one, {@code
 *     never}: of none
 * @param tell who is told in Telegram: {@code partner}, {@code owner} or both
 * @param countryHeader the header in which a proxy names the visitor's country by two letters;
 *     empty: the country stays unknown
 * @param keep how long a click is kept
 * @param previews what in a User-Agent shows that nobody looks, but a program: words in any case;
 *     with {@code ^} before it, the word that it begins with
 */
@Validated
@ConfigurationProperties("hub.clicks")
public record ClickSettings(
    @DefaultValue("15m")
        @NotNull
        @Pattern(
            regexp = "never|0|[1-9]\\d{0,5}[smhd]",
            message = "must be a time such as 15m or 2h, 0 for each click, or never")
        String tellEvery,
    @DefaultValue("partner")
        List<
                @Pattern(
                    regexp = "partner|owner",
                    message = "must be partner or owner; an empty list tells nobody")
                String>
            tell,
    @DefaultValue("")
        @Pattern(
            regexp = "[A-Za-z0-9-]*",
            message = "must be the name of a header such as CF-IPCountry")
        String countryHeader,
    @DefaultValue("400d")
        @NotNull
        @DurationMin(days = 1, message = "must be a day or more, as in 400d")
        Duration keep,
    @DefaultValue
        List<@NotBlank(message = "must not be empty: it would fit everybody") String> previews) {

  /** Whether anybody is ever told of a click. */
  boolean tellsOfClicks() {
    return !tellEvery.equals("never") && !tell.isEmpty();
  }

  /**
   * @throws IllegalStateException when nobody is told at all
   */
  Duration pauseBetweenNotices() {
    if (!tellsOfClicks()) {
      throw new IllegalStateException("Nobody is told of clicks");
    }
    return DurationStyle.detectAndParse(tellEvery);
  }
}
