package io.leadhub.cost;

import io.leadhub.HubSettings;
import io.leadhub.HubSettings.OverBudget;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/** The month's budget: how much of it is spent, who has to be told, and what then rests. */
@Component("costs")
public class Budget {

  /** Also how late replies come to rest, and go on in a new month. */
  private static final Duration LOOKED_AT_LATEST_AFTER = Duration.ofMinutes(1);

  private static final int ALL = 100;

  /**
   * A calendar month so far, in {@code hub.time-zone}.
   *
   * @param budget null: there is none
   * @param percent of the budget that is spent, rounded down; null: there is none
   * @param pausesReplies whether replies that nobody needs rest
   */
  public record State(
      YearMonth month,
      Cost cost,
      BigDecimal budget,
      Integer percent,
      boolean pausesReplies,
      List<CostMeter.ServiceMessages> serviceMessages,
      Instant seenAt) {}

  private final CostMeter meter;
  private final Clock clock;
  private final ZoneId zone;
  private final String currency;
  private final BigDecimal budget;
  private final int warnAt;
  private final OverBudget overBudget;

  private State seen;

  public Budget(CostMeter meter, HubSettings settings, Clock clock) {
    this.meter = meter;
    this.clock = clock;
    this.zone = settings.timeZone();
    HubSettings.Costs costs = settings.costs();
    this.currency = costs.currency();
    boolean none = costs.monthlyBudget() == null || costs.monthlyBudget().signum() == 0;
    this.budget = none ? null : Cost.readable(costs.monthlyBudget());
    this.warnAt = Integer.parseInt(costs.warnAt().replace("%", ""));
    this.overBudget = costs.overBudget();
  }

  /**
   * Whether replies that nobody needs are to rest: the month's budget is spent, and {@code
   * hub.costs.over-budget} is {@code pause-replies}. May be up to a minute late.
   */
  public boolean exhausted() {
    return budget != null && overBudget == OverBudget.PAUSE_REPLIES && state().pausesReplies();
  }

  /** At most a minute old. */
  public synchronized State state() {
    Instant now = clock.instant();
    boolean fresh =
        seen != null
            && !now.isBefore(seen.seenAt())
            && now.isBefore(seen.seenAt().plus(LOOKED_AT_LATEST_AFTER))
            && YearMonth.from(LocalDate.ofInstant(now, zone)).equals(seen.month());
    if (!fresh) {
      seen = look(now);
    }
    return seen;
  }

  /**
   * What part of the budget an amount is.
   *
   * @return per cent, rounded down; null when there is no budget
   */
  public Integer percent(Cost cost) {
    return budget == null
        ? null
        : cost.in(currency)
            .multiply(BigDecimal.valueOf(ALL))
            .divide(budget, 0, RoundingMode.DOWN)
            .min(BigDecimal.valueOf(Integer.MAX_VALUE))
            .intValue();
  }

  /** The budget in {@code hub.costs.currency}, or null. */
  public BigDecimal budget() {
    return budget;
  }

  public String currency() {
    return currency;
  }

  /**
   * What the owner is to be told now, for each threshold of this month that is crossed; whether it
   * was told before is for the caller to know.
   *
   * @return maps with {@code month} (2026-11), {@code threshold} (80 or 100) and {@code notice},
   *     the payload of the topic {@code owner.notice}
   */
  public List<Map<String, Object>> crossed() {
    if (budget == null) {
      return List.of();
    }
    State now = look(clock.instant());
    return IntStream.of(warnAt, ALL)
        .filter(threshold -> now.percent() >= threshold)
        .mapToObj(threshold -> notice(now, threshold))
        .toList();
  }

  private Map<String, Object> notice(State now, int threshold) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("spent", now.cost().in(currency).toPlainString());
    facts.put("budget", budget.toPlainString());
    facts.put("currency", currency);
    facts.put("percent", now.percent());
    facts.put("repliesPaused", now.pausesReplies());
    return Map.of(
        "month",
        now.month().toString(),
        "threshold",
        threshold,
        "notice",
        Map.of("notice", "budget", "subject", now.month().toString(), "facts", facts));
  }

  private State look(Instant now) {
    YearMonth month = YearMonth.from(LocalDate.ofInstant(now, zone));
    Cost cost = meter.total(month.atDay(1), month.plusMonths(1).atDay(1));
    Integer percent = percent(cost);
    return new State(
        month,
        cost,
        budget,
        percent,
        percent != null && percent >= ALL && overBudget == OverBudget.PAUSE_REPLIES,
        meter.serviceMessages(month),
        now);
  }
}
