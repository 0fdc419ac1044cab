package io.leadhub.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.leadhub.TestSettings;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much of a month's budget is spent, and what follows. */
class BudgetTest {

  private static final LocalDate OCTOBER = LocalDate.parse("2026-10-01");
  private static final LocalDate NOVEMBER = LocalDate.parse("2026-11-01");
  private static final LocalDate DECEMBER = LocalDate.parse("2026-12-01");

  private final CostMeter meter = mock(CostMeter.class);
  private Instant now = Instant.parse("2026-11-15T12:00:00Z");

  @Test
  void withoutABudgetNothingIsEverSpent() {
    spent(NOVEMBER, DECEMBER, "1000000");
    for (String none : List.of("0", "0.00", "")) {
      Budget budget = budget(none, "pause-replies");
      assertThat(budget.exhausted()).isFalse();
      assertThat(budget.crossed()).isEmpty();
      assertThat(budget.state().percent()).isNull();
      assertThat(budget.state().cost().in("USD")).isEqualTo("1000000.00");
    }
  }

  @Test
  void theOwnerIsToldOfEachThresholdThatIsCrossed() {
    Budget budget = budget("10", "warn");
    spent(NOVEMBER, DECEMBER, "7.999");
    assertThat(budget.crossed()).isEmpty();

    spent(NOVEMBER, DECEMBER, "8");
    assertThat(budget.crossed()).extracting(one -> one.get("threshold")).containsExactly(80);

    spent(NOVEMBER, DECEMBER, "12.349");
    assertThat(budget.crossed())
        .containsExactly(
            Map.of("month", "2026-11", "threshold", 80, "notice", notice("12.349", 123)),
            Map.of("month", "2026-11", "threshold", 100, "notice", notice("12.349", 123)));
  }

  @Test
  void repliesRestOnlyWhenAllIsSpentAndTheyAreMeantTo() {
    spent(NOVEMBER, DECEMBER, "9.99");
    assertThat(budget("10", "pause-replies").exhausted()).isFalse();
    spent(NOVEMBER, DECEMBER, "10");
    assertThat(budget("10", "pause-replies").exhausted()).isTrue();
    assertThat(budget("10", "warn").exhausted()).isFalse();
  }

  @Test
  void repliesGoOnWhenTheMonthEndsInTheHubsTimeZone() {
    spent(OCTOBER, NOVEMBER, "10");
    spent(NOVEMBER, DECEMBER, "0");
    Budget budget = budget("10", "pause-replies");
    now = Instant.parse("2026-10-31T16:59:59.9Z");
    assertThat(budget.exhausted()).isTrue();
    now = Instant.parse("2026-10-31T17:00:00Z");
    assertThat(budget.exhausted()).isFalse();
  }

  @Test
  void theDatabaseIsAskedOnceInAMinuteAtMost() {
    spent(NOVEMBER, DECEMBER, "9");
    Budget budget = budget("10", "pause-replies");
    assertThat(budget.exhausted()).isFalse();
    spent(NOVEMBER, DECEMBER, "10");
    now = now.plusSeconds(59);
    assertThat(budget.exhausted()).isFalse();
    verify(meter, times(1)).total(NOVEMBER, DECEMBER);
    now = now.plusSeconds(1);
    assertThat(budget.exhausted()).isTrue();
  }

  @Test
  void whereRepliesNeverRestNobodyIsAsked() {
    assertThat(budget("10", "warn").exhausted()).isFalse();
    verify(meter, never()).total(any(), any());
  }

  private Budget budget(String monthly, String overBudget) {
    return new Budget(
        meter,
        TestSettings.of(
            "hub.time-zone",
            "Asia/Bangkok",
            "hub.costs.monthly-budget",
            monthly,
            "hub.costs.over-budget",
            overBudget),
        new Clock() {
          @Override
          public Instant instant() {
            return now;
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        });
  }

  private void spent(LocalDate from, LocalDate until, String amount) {
    when(meter.total(from, until))
        .thenReturn(
            Cost.none("USD")
                .plus(
                    new Cost(
                        1, 1, 0, Map.of("USD", new BigDecimal(amount), "EUR", BigDecimal.TEN))));
  }

  private static Map<String, Object> notice(String spent, int percent) {
    return Map.of(
        "notice",
        "budget",
        "subject",
        "2026-11",
        "facts",
        Map.of(
            "spent",
            spent,
            "budget",
            "10.00",
            "currency",
            "USD",
            "percent",
            percent,
            "repliesPaused",
            false));
  }
}
