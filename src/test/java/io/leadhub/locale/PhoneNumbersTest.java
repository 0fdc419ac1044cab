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

  @Test
  void aNumberTellsItsCountry() {
    assertThat(numbers.country("+66812345678")).contains("TH");
    assertThat(numbers.country("79161234567")).contains("RU");
    assertThat(numbers.country(null)).isEmpty();
    assertThat(numbers.country("nothing")).isEmpty();
  }
}
