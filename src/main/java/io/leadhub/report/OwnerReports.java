package io.leadhub.report;

import io.leadhub.HubSettings;
import io.leadhub.cost.Budget;
import io.leadhub.cost.Cost;
import io.leadhub.cost.CostMeter;
import io.leadhub.report.ReportDays.Day;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The owner's daily report: which days are due, what it holds, and whom it goes to. */
@Component("ownerReports")
public class OwnerReports {

  private final ReportDays days;
  private final CostMeter meter;
  private final Budget budget;
  private final HubSettings.Owner owner;

  OwnerReports(ReportDays days, CostMeter meter, Budget budget, HubSettings settings) {
    this.days = days;
    this.meter = meter;
    this.budget = budget;
    this.owner = settings.owner();
  }

  /**
   * The days that should have been reported by now, oldest first; those reported already are among
   * them. None where no owner is configured.
   *
   * @param first the first day that was ever reported, ISO, or null: then only the last day is due,
   *     and a new owner does not read of a week at once
   */
  public List<Day> due(String first) {
    if (owner.telegramChatId().isEmpty()) {
      return List.of();
    }
    List<Day> due = days.due();
    return first == null
        ? due.subList(Math.max(0, due.size() - 1), due.size())
        : due.stream().filter(day -> day.day().compareTo(first) >= 0).toList();
  }

  /**
   * What the report's text needs: {@code day}, {@code month} (2026-11), {@code locale}, the counts
   * as they are, {@code leads}, {@code partners}, {@code withoutPartner}, {@code costs} and {@code
   * monthCosts} (each with {@code currency}, {@code amount}), {@code unpriced} and {@code
   * monthUnpriced}, and, where there is a budget, {@code budget} and {@code budgetPercent}.
   *
   * @param day ISO date
   * @param counts {@code messagesIn}, {@code messagesOut}, {@code failedReplies}, {@code clicks},
   *     {@code clickLeads}, {@code lostClicks}
   * @param leads how many each partner brought: {@code partnerCode}, {@code partnerName}, {@code
   *     leads}, {@code clicks}; those of nobody have no code
   */
  public Map<String, Object> report(
      String day, Map<String, Object> counts, List<Map<String, Object>> leads) {
    LocalDate date = LocalDate.parse(day);
    Cost cost = meter.total(date, date.plusDays(1));
    Cost month = meter.total(date.withDayOfMonth(1), date.plusDays(1));
    Map<String, Object> report = new LinkedHashMap<>(counts);
    report.put("day", day);
    report.put("month", day.substring(0, "2026-11".length()));
    report.put("locale", owner.locale());
    report.put("leads", sum(leads));
    report.put("partners", leads.stream().filter(OwnerReports::isAPartners).toList());
    report.put("withoutPartner", sum(leads.stream().filter(one -> !isAPartners(one)).toList()));
    report.put("costs", amounts(cost));
    report.put("monthCosts", amounts(month));
    report.put("unpriced", cost.unpriced());
    report.put("monthUnpriced", month.unpriced());
    if (budget.budget() != null) {
      report.put("budget", budget.budget().toPlainString());
      report.put("budgetCurrency", budget.currency());
      report.put("budgetPercent", budget.percent(month));
    }
    return report;
  }

  /**
   * The text on its way to the owner's chat, as the topic {@code send.telegram} wants it; none
   * where no owner is configured any more.
   */
  public List<Map<String, Object>> address(String text, String language) {
    return owner.telegramChatId().isEmpty()
        ? List.of()
        : List.of(
            Map.of(
                "chatId", Long.parseLong(owner.telegramChatId()),
                "text", text.strip(),
                "language", language));
  }

  private static boolean isAPartners(Map<String, Object> leads) {
    return leads.get("partnerCode") != null;
  }

  private static long sum(List<Map<String, Object>> leads) {
    return leads.stream().mapToLong(one -> ((Number) one.get("leads")).longValue()).sum();
  }

  /** As text: a report waits as JSON, and money is not to become a fraction of two. */
  private static List<Map<String, Object>> amounts(Cost cost) {
    return cost.cost().entrySet().stream()
        .map(
            one ->
                Map.<String, Object>of(
                    "currency", one.getKey(), "amount", one.getValue().toPlainString()))
        .toList();
  }
}
