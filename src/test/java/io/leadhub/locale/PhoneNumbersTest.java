package io.leadhub.locale;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneNumbersTest {

  private final PhoneNumbers numbers = new PhoneNumbers();

  @ParameterizedTest
  @CsvSource({
    "+66812345678, +66812345678",
    "66812345678, +66812345678",
    "' +66 81 234-56-78 ', +66812345678",
    "+7 (916) 123-45-67, +79161234567",
    "15550002222, +15550002222",
    "+662.123.4567, +6621234567",
    "+６６８１２３４５６７８, +66812345678"
  })
  void aNumberHoweverWrittenBecomesE164(String written, String normal) {
    assertThat(numbers.normalise(written)).contains(normal);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        " ",
        "+",
        "hello",
        "+66",
        "0812345678",
        "+999123456789",
        "US.98765432101234",
        "66812345678901234567890",
        "+66 81 234 56 78 or +66 81 999 99 99",
        "whatsapp:+66812345678"
      })
  void whatCanBeNoNumberIsEmpty(String written) {
    assertThat(numbers.normalise(written)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "081 234 5678, TH, +66812345678",
    "081-234-5678, TH, +66812345678",
    "(081) 234.5678, TH, +66812345678",
    "66812345678, TH, +66812345678",
    "+66812345678, RU, +66812345678",
    "00 66 81 234 5678, RU, +66812345678",
    "8 (916) 123-45-67, RU, +79161234567",
    "9161234567, RU, +79161234567",
    "๐๘๑ ๒๓๔ ๕๖๗๘, TH, +66812345678",
    "٠٨١٢٣٤٥٦٧٨, TH, +66812345678",
    "+٦٦٨١٢٣٤٥٦٧٨, US, +66812345678",
    "０８１２３４５６７８, TH, +66812345678",
    "020 7946 0958, GB, +442079460958"
  })
  void whatSomebodyTypedIsReadAsANumberOfTheirCountry(
      String written, String country, String normal) {
    assertThat(numbers.normalise(written, country)).contains(normal);
  }

  @ParameterizedTest
  @CsvSource({
    ", TH",
    "'', TH",
    "12345, TH",
    "081 234 567, TH",
    "081 234 5678 9, TH",
    "0812345678, RU",
    "call me, TH",
    "081 CALL ME, TH",
    "+999 123 456 789, TH",
    "0812345678, ZZ"
  })
  void whatIsNoNumberThereIsEmpty(String written, String country) {
    assertThat(numbers.normalise(written, country)).isEmpty();
  }

  @Test
  void aCountryHasADiallingCode() {
    assertThat(numbers.diallingCode("TH")).hasValue(66);
    assertThat(numbers.diallingCode("ZZ")).isEmpty();
  }

  @Test
  void aNumberTellsItsCountry() {
    assertThat(numbers.country("+66812345678")).contains("TH");
    assertThat(numbers.country("79161234567")).contains("RU");
    assertThat(numbers.country(null)).isEmpty();
    assertThat(numbers.country("nothing")).isEmpty();
  }
}
