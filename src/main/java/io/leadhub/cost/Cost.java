package io.leadhub.cost;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What some messages cost.
 *
 * @param messages that were delivered
 * @param billable those of them that the provider wants money for
 * @param unpriced those of them that nobody knows the price of: no rate, and the provider tells
 *     none
 * @param cost of all others, by currency (three letters); currencies are never added together
 */
public record Cost(long messages, long billable, long unpriced, Map<String, BigDecimal> cost) {

  private static final int CENTS = 2;

  /** Nothing yet, in that currency. */
  static Cost none(String currency) {
    return new Cost(0, 0, 0, Map.of(currency, readable(BigDecimal.ZERO)));
  }

  Cost plus(Cost other) {
    Map<String, BigDecimal> sum = new TreeMap<>(cost);
    other.cost.forEach(
        (currency, amount) ->
            sum.put(currency, readable(amount.add(sum.getOrDefault(currency, BigDecimal.ZERO)))));
    return new Cost(
        messages + other.messages, billable + other.billable, unpriced + other.unpriced, sum);
  }

  /** In that currency; 0 when there is nothing. */
  BigDecimal in(String currency) {
    return cost.getOrDefault(currency, readable(BigDecimal.ZERO));
  }

  /** 12.5 as 12.50, 0.012300 as 0.0123. */
  static BigDecimal readable(BigDecimal amount) {
    BigDecimal plain = amount.stripTrailingZeros();
    return plain.scale() < CENTS ? plain.setScale(CENTS, RoundingMode.UNNECESSARY) : plain;
  }
}
