package io.leadhub.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.HubSettings.Rate;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of the rates of {@code hub.costs.rates} is a message's; the numbers are made up. */
class RateTableTest {

  private final RateTable rates =
      new RateTable(
          List.of(
              rate("2026-10-01", "*", "*", "9"),
              rate("2025-07-01", "TH", "utility", "1"),
              rate("2026-10-01", "TH", "utility", "2"),
              rate("2025-07-01", "TH", "*", "3"),
              rate("2026-10-01", "*", "utility", "4")));

  @ParameterizedTest
  @CsvSource({
    "2025-07-01, TH, utility, 1",
    "2026-09-30, TH, utility, 1",
    "2026-10-01, TH, utility, 2",
    "2030-01-01, TH, utility, 2",
  })
  void theLatestRateThatHasBegunIsTrue(LocalDate day, String country, String category, String is) {
    assertThat(rates.price(day, country, category)).contains(new BigDecimal(is));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-01, TH, marketing, 3",
    "2026-11-01, RU, utility, 4",
    "2026-11-01, RU, marketing, 9",
    "2026-11-01, TH, made_up_tomorrow, 3",
  })
  void aRateOfTheCountryGoesBeforeOneOfTheCategoryAndThatBeforeOneForAny(
      LocalDate day, String country, String category, String is) {
    assertThat(rates.price(day, country, category)).contains(new BigDecimal(is));
  }

  @Test
  void aCountryOrCategoryThatNobodyKnowsHasTheRateForAny() {
    LocalDate day = LocalDate.parse("2026-11-01");
    assertThat(rates.price(day, null, "utility")).contains(new BigDecimal("4"));
    assertThat(rates.price(day, null, null)).contains(new BigDecimal("9"));
  }

  @Test
  void beforeTheFirstRateThereIsNone() {
    assertThat(rates.price(LocalDate.parse("2025-06-30"), "TH", "utility")).isEmpty();
    assertThat(rates.price(LocalDate.parse("2026-09-30"), "RU", "utility")).isEmpty();
  }

  static Rate rate(String from, String country, String category, String price) {
    return new Rate(LocalDate.parse(from), country, category, new BigDecimal(price));
  }
}
