package io.leadhub.locale;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.TestSettings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguagesTest {

  private static final String THAI_PHONE = "+66812345678";

  private final Languages languages = languages("ru");

  @ParameterizedTest
  @CsvSource({
    "'fr-FR,th,en', th",
    "'EN_gb', en",
    "'fr,de', ",
    "'<script>,', ",
  })
  void theFirstLanguageThatTextsExistInIsTaken(String tags, String language) {
    assertThat(languages.firstOf(List.of(tags.split(","))))
        .isEqualTo(Optional.ofNullable(language));
    assertThat(languages.firstOf(List.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Здравствуйте, ru",
    "Hello, en",
    "สวัสดีครับ, th",
    "'Здравствуйте, BMW X5 есть?', ru",
    "'สวัสดีครับ Toyota', th",
    "'Hello, Борис here, is the car there?', en",
    "'ДА!!! 👍', ru"
  })
  void theScriptOfMostLettersTellsTheLanguage(String text, String language) {
    assertThat(languages.of(text, "+4915112345678")).isEqualTo(language);
  }

  @Test
  void theTextCountsMoreThanThePhone() {
    assertThat(languages.of("Здравствуйте", THAI_PHONE)).isEqualTo("ru");
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"  ", "ABC123", "x5 m3", "👍", "2026", "…?!", "שלום"})
  void aTextThatTellsNothingLeavesItToThePhone(String text) {
    assertThat(languages.of(text, THAI_PHONE)).isEqualTo("th");
  }

  @Test
  void aCodeWithADigitDoesNotCountAsLatinLetters() {
    assertThat(languages.of("ABCDEFGHIJ1 да", THAI_PHONE)).isEqualTo("ru");
  }

  @Test
  void aLinkDoesNotCountAsLatinLetters() {
    assertThat(languages.of("Есть? https://example.com/used-cars/toyota", THAI_PHONE))
        .isEqualTo("ru");
    assertThat(languages.of("https://example.com/used-cars/toyota", THAI_PHONE)).isEqualTo("th");
  }

  @ParameterizedTest
  @CsvSource({
    "+66812345678, th",
    "+79161234567, ru",
    "+77011234567, ru",
    "+375291234567, ru",
    "+996700123456, ru",
    "+447911123456, en",
    "+12025550123, en",
    "+353861234567, en"
  })
  void thePhonesCountryTellsTheLanguageOfAnEmptyText(String phone, String language) {
    assertThat(languages("ru").of(null, phone)).isEqualTo(language);
    assertThat(languages("en").of(null, phone)).isEqualTo(language);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"+4915112345678", "+80012345678", "+999", "no number"})
  void whereNothingTellsTheDefaultIsTaken(String phone) {
    assertThat(languages("th").of(null, phone)).isEqualTo("th");
    assertThat(languages("en").of("", phone)).isEqualTo("en");
  }

  @ParameterizedTest
  @CsvSource({"ru, ru", "en-GB, en", "th_TH, th", "TH, th", "de, ru", "x, ru", "'', ru"})
  void aPartnersLocaleGivesOneOfOurLanguages(String locale, String language) {
    assertThat(languages.of(locale)).isEqualTo(language);
  }

  @Test
  void aPartnerWithoutLocaleReadsTheDefault() {
    assertThat(languages.of(null)).isEqualTo("ru");
  }

  private static Languages languages(String fallback) {
    return new Languages(
        new PhoneNumbers(), TestSettings.of("hub.reply.default-language", fallback));
  }
}
