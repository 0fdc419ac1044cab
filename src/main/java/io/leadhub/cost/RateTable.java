package io.leadhub.cost;

import io.leadhub.HubSettings.Rate;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** {@code hub.costs.rates}: what a message of a day costs. */
final class RateTable {

  private static final String ANY = "*";

  private final List<Rate> bestFirst;

  /** The exact country counts most, then the exact category, then the latest date. */
  RateTable(List<Rate> rates) {
    this.bestFirst =
        rates.stream()
            .sorted(
                Comparator.comparing((Rate rate) -> rate.country().equals(ANY))
                    .thenComparing(rate -> rate.category().equals(ANY))
                    .thenComparing(Rate::from, Comparator.reverseOrder()))
            .toList();
  }

  /**
   * @param country two letters, or null when it is not known; then only a rate for any will do
   * @param category the provider's, or null
   * @return empty when there is no rate for it
   */
  Optional<BigDecimal> price(LocalDate day, String country, String category) {
    return bestFirst.stream()
        .filter(rate -> !rate.from().isAfter(day))
        .filter(rate -> fits(rate.country(), country) && fits(rate.category(), category))
        .map(Rate::price)
        .findFirst();
  }

  private static boolean fits(String pattern, String value) {
    return pattern.equals(ANY) || Objects.equals(pattern, value);
  }
}
