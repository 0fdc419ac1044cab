package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.TestSettings;
import io.leadhub.attribution.ClickGuess.Click;
import io.leadhub.attribution.ClickGuess.Window;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.locale.PhoneNumbers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose link may have led to a message without code and reference, and how sure that is. */
class ClickGuessTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final Entry HOTEL = new Entry(1, "HOTEL", "Hotel", "en", null);
  private static final Entry BLOG = new Entry(2, "BLOG", "Blog", "ru", null);
  private static final String THAI_PHONE = "+66812345678";

  private final ClickGuess guess =
      new ClickGuess(new PhoneNumbers(), TestSettings.of(AttributionSettings.class));

  @ParameterizedTest
  @CsvSource({
    "0, en, TH, 0.95",
    "0, en, , 0.75",
    "0, , TH, 0.85",
    "0, , , 0.65",
    "15, en, TH, 0.75",
    "30, en, TH, 0.55",
    "30, , , 0.25",
  })
  void confidenceFallsWithTimeAndGrowsWithWhatAgrees(
      int minutes, String language, String country, double confidence) {
    List<Evidence> guessed =
        guess.of(NOW, "en", THAI_PHONE, List.of(click(1, HOTEL, language, country, minutes)));

    assertThat(guessed).hasSize(1);
    assertThat(guessed.get(0).confidence()).isEqualTo(confidence);
    assertThat(guessed.get(0).certainty()).isEqualTo(Certainty.SUSPECTED);
    assertThat(guessed.get(0).clickId()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"ru, TH, 1", "en, TH, 31", "en, TH, -1"})
  void anotherLanguageTooOldOrLaterIsNoCandidate(String language, String country, int minutes) {
    assertThat(
            guess.of(NOW, "en", THAI_PHONE, List.of(click(1, HOTEL, language, country, minutes))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"+77012345678, RU", "+79161234567, KZ", "+14165550123, US"})
  void countriesWithOneCallingCodeCannotBeToldApart(String phone, String country) {
    assertThat(guess.of(NOW, "en", phone, List.of(click(1, HOTEL, "en", country, 0))))
        .extracting(Evidence::confidence)
        .containsExactly(0.95);
  }

  @Test
  void clicksFromThePhonesCountryLeaveNoOthers() {
    List<Evidence> guessed =
        guess.of(
            NOW,
            "en",
            THAI_PHONE,
            List.of(
                click(1, HOTEL, "en", "TH", 20),
                click(2, BLOG, "en", "RU", 1),
                click(3, BLOG, "en", null, 1)));
    assertThat(guessed).extracting(Evidence::partner).containsExactly(HOTEL);
  }

  @Test
  void aTravellersPhoneIsFromHomeSoAnyCountryWillDoWhereNoneAgrees() {
    List<Evidence> guessed =
        guess.of(
            NOW,
            "en",
            "+79161234567",
            List.of(click(1, HOTEL, "en", "TH", 0), click(2, BLOG, "en", null, 0)));
    assertThat(guessed).extracting(Evidence::confidence).containsExactly(0.75, 0.75);
  }

  @Test
  void aMessageInALanguageThatNothingTellsMayBeOfAnyClickAndNoSurerForIt() {
    List<Evidence> guessed =
        guess.of(
            NOW,
            null,
            null,
            List.of(click(1, HOTEL, "ru", null, 0), click(2, BLOG, null, null, 0)));
    assertThat(guessed).extracting(Evidence::confidence).containsExactly(0.65, 0.65);
  }

  @Test
  void whoShowsNoPhoneMayBeFromAnywhere() {
    List<Evidence> guessed = guess.of(NOW, "en", null, List.of(click(1, HOTEL, "en", "RU", 0)));
    assertThat(guessed).extracting(Evidence::confidence).containsExactly(0.75);
  }

  @Test
  void onePartnersLatestClickCounts() {
    List<Evidence> guessed =
        guess.of(
            NOW,
            "en",
            THAI_PHONE,
            List.of(
                click(1, BLOG, "en", "TH", 25),
                click(2, HOTEL, "en", "TH", 20),
                click(3, HOTEL, "en", "TH", 10)));
    assertThat(guessed).extracting(Evidence::clickId).containsExactly(3L, 1L);
    assertThat(guessed).extracting(Evidence::partner).containsExactly(HOTEL, BLOG);
  }

  @Test
  void clicksAreLookedForAroundEachMessageAndNotInTheTimeBetween() {
    Duration hour = Duration.ofHours(1);
    Duration within = Duration.ofMinutes(30);
    assertThat(
            guess.windows(
                List.of(NOW.plus(hour), NOW, NOW.plus(within), NOW.plusSeconds(1), NOW.plus(hour))))
        .containsExactly(
            new Window(NOW.minus(within), NOW.plus(within).plusSeconds(5)),
            new Window(NOW.plus(within), NOW.plus(hour).plusSeconds(5)));
    assertThat(guess.windows(List.of())).isEmpty();
  }

  private static Click click(
      long id, Entry partner, String language, String country, int minutesBefore) {
    Instant at = NOW.minus(Duration.ofMinutes(minutesBefore));
    return new Click(id, "R7M2QX9H", partner, language, country, at);
  }
}
