package io.leadhub.report;

import io.leadhub.HubSettings;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.quartz.CronExpression;
import org.springframework.stereotype.Component;

/**
 * Which days should have been reported by now: for each report hour that passed, the day before.
 */
@Component("reportDays")
public class ReportDays {

  /**
   * A day in the hub's time zone, with its two ends.
   *
   * @param day ISO date
   */
  public record Day(String day, Instant from, Instant until) {}

  private final Clock clock;
  private final ZoneId zone;
  private final CronExpression reportHours;
  private final int catchUpDays;

  ReportDays(HubSettings settings, Clock clock) {
    this.clock = clock;
    this.zone = settings.timeZone();
    this.catchUpDays = settings.report().catchUpDays();
    try {
      this.reportHours = new CronExpression(settings.report().cron());
    } catch (ParseException e) {
      throw new IllegalStateException(
          "hub.report.cron “%s” is no Quartz cron expression (%s); nine o'clock each day is: 0 0 9 * * ?"
              .formatted(settings.report().cron(), e.getMessage()),
          e);
    }
    this.reportHours.setTimeZone(TimeZone.getTimeZone(ZoneOffset.UTC));
  }

  /** Oldest first; a report hour further back than {@code hub.report.catch-up-days} is let go. */
  public List<Day> due() {
    Instant now = clock.instant();
    LocalDateTime start = LocalDate.ofInstant(now, zone).minusDays(catchUpDays - 1L).atStartOfDay();
    List<Day> due = new ArrayList<>();
    for (LocalDateTime hour = reportHourAfter(start.minusSeconds(1));
        hour != null && !hour.atZone(zone).toInstant().isAfter(now);
        hour = reportHourAfter(hour)) {
      Day day = dayBefore(hour.toLocalDate());
      if (due.isEmpty() || !due.get(due.size() - 1).equals(day)) {
        due.add(day);
      }
    }
    return due;
  }

  /** Everything a report's text needs: the partner's row, {@code day} and {@code leads}. */
  public Map<String, Object> report(
      Map<String, Object> partner, String day, List<Map<String, Object>> leads) {
    Map<String, Object> report = new LinkedHashMap<>(partner);
    report.put("day", day);
    report.put("leads", leads);
    return report;
  }

  /** On the clock on the wall: an hour that it skips in spring still has its day to report. */
  private LocalDateTime reportHourAfter(LocalDateTime hour) {
    Date next = reportHours.getNextValidTimeAfter(Date.from(hour.toInstant(ZoneOffset.UTC)));
    return next == null ? null : LocalDateTime.ofInstant(next.toInstant(), ZoneOffset.UTC);
  }

  private Day dayBefore(LocalDate today) {
    LocalDate day = today.minusDays(1);
    return new Day(
        day.toString(), day.atStartOfDay(zone).toInstant(), today.atStartOfDay(zone).toInstant());
  }
}
