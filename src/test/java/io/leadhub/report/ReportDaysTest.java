package io.leadhub.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.TestSettings;
import io.leadhub.report.ReportDays.Day;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportDaysTest {

  private static final String AT_NINE = "0 0 9 * * ?";

  @Test
  void yesterdayIsDueFromTheReportHourOn() {
    assertThat(due("2026-06-10T08:59:59.999Z", "UTC", AT_NINE, 1)).isEmpty();
    assertThat(due("2026-06-10T09:00:00Z", "UTC", AT_NINE, 1)).containsExactly("2026-06-09");
    assertThat(due("2026-06-10T23:59:59Z", "UTC", AT_NINE, 1)).containsExactly("2026-06-09");
  }

  @Test
  void theReportHourIsThatOfTheHubsTimeZone() {
    assertThat(due("2026-06-10T01:59:59Z", "Asia/Bangkok", AT_NINE, 1)).isEmpty();
    assertThat(due("2026-06-10T02:00:00Z", "Asia/Bangkok", AT_NINE, 1))
        .containsExactly("2026-06-09");
    assertThat(due("2026-06-10T15:59:59Z", "America/Los_Angeles", AT_NINE, 1)).isEmpty();
    assertThat(due("2026-06-10T16:00:00Z", "America/Los_Angeles", AT_NINE, 1))
        .containsExactly("2026-06-09");
    assertThat(due("2026-06-10T05:30:00Z", "+03:30", AT_NINE, 1)).containsExactly("2026-06-09");
  }

  @Test
  void aDayReachesFromMidnightToMidnightOfTheHubsTimeZone() {
    assertThat(days("2026-06-10T02:00:00Z", "Asia/Bangkok", AT_NINE, 1).due())
        .containsExactly(
            new Day(
                "2026-06-09",
                Instant.parse("2026-06-08T17:00:00Z"),
                Instant.parse("2026-06-09T17:00:00Z")));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-03-30T07:00:00Z, 2026-03-29, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
    "2026-10-26T08:00:00Z, 2026-10-25, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z"
  })
  void aDayOnWhichTheClockIsChangedHasNoGapAndNoOverlap(
      String now, String day, Instant from, Instant until) {
    assertThat(days(now, "Europe/Berlin", AT_NINE, 1).due())
        .containsExactly(new Day(day, from, until));
  }

  @Test
  void theReportHourStaysTheSameHourWhenTheClockIsChanged() {
    assertThat(due("2026-03-28T07:59:59Z", "Europe/Berlin", AT_NINE, 1)).isEmpty();
    assertThat(due("2026-03-28T08:00:00Z", "Europe/Berlin", AT_NINE, 1)).hasSize(1);
    assertThat(due("2026-03-29T06:59:59Z", "Europe/Berlin", AT_NINE, 1)).isEmpty();
    assertThat(due("2026-03-29T07:00:00Z", "Europe/Berlin", AT_NINE, 1)).hasSize(1);
  }

  @Test
  void aReportHourThatTheClockSkipsStillReportsItsDay() {
    assertThat(due("2026-03-29T10:00:00Z", "Europe/Berlin", "0 30 2 * * ?", 1))
        .containsExactly("2026-03-28");
  }

  @Test
  void aReportHourThatComesTwiceReportsItsDayOnce() {
    assertThat(due("2026-10-25T10:00:00Z", "Europe/Berlin", "0 30 2 * * ?", 1))
        .containsExactly("2026-10-24");
  }

  @Test
  void manyReportHoursOfADayReportItOnce() {
    assertThat(due("2026-06-10T23:00:00Z", "UTC", "0 0 9,12,18 * * ?", 1))
        .containsExactly("2026-06-09");
  }

  @Test
  void aReportHourAtMidnightReportsTheDayThatJustEnded() {
    assertThat(due("2026-06-10T00:00:00Z", "UTC", "0 0 0 * * ?", 1)).containsExactly("2026-06-09");
    assertThat(due("2026-06-09T23:59:59Z", "UTC", "0 0 0 * * ?", 1)).containsExactly("2026-06-08");
  }

  @Test
  void whatWasMissedIsMadeUpForOldestFirst() {
    assertThat(due("2026-06-10T12:00:00Z", "UTC", AT_NINE, 3))
        .containsExactly("2026-06-07", "2026-06-08", "2026-06-09");
    assertThat(due("2026-06-10T08:00:00Z", "UTC", AT_NINE, 3))
        .containsExactly("2026-06-07", "2026-06-08");
  }

  @Test
  void whatWasMissedLongAgoIsLetGo() {
    assertThat(due("2026-06-10T12:00:00Z", "UTC", AT_NINE, 7))
        .hasSize(7)
        .startsWith("2026-06-03")
        .endsWith("2026-06-09");
  }

  @Test
  void aWeeklyReportHourReportsTheDayBeforeItEachWeek() {
    String mondays = "0 0 9 ? * MON";
    assertThat(due("2026-06-10T12:00:00Z", "UTC", mondays, 7)).containsExactly("2026-06-07");
    assertThat(due("2026-06-10T12:00:00Z", "UTC", mondays, 14))
        .containsExactly("2026-05-31", "2026-06-07");
    assertThat(due("2026-06-10T12:00:00Z", "UTC", mondays, 2)).isEmpty();
  }

  @Test
  void aReportHourThatWillNeverComeAgainReportsNothing() {
    assertThat(due("2026-06-10T12:00:00Z", "UTC", "0 0 9 1 1 ? 2020", 7)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 9 * * *", "nine o'clock", "0 0 25 * * ?", "0 0 9 * * *"})
  void aReportHourThatQuartzDoesNotUnderstandStopsTheStartInWords(String cron) {
    assertThatThrownBy(() -> days("2026-06-10T12:00:00Z", "UTC", cron, 7))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("hub.report.cron “" + cron + "” is no Quartz cron expression (")
        .hasMessageEndingWith("nine o'clock each day is: 0 0 9 * * ?");
  }

  @Test
  void aReportHoldsItsPartnerItsDayAndItsLeads() {
    List<Map<String, Object>> leads = List.of(Map.of("id", 1));
    assertThat(
            days("2026-06-10T12:00:00Z", "UTC", AT_NINE, 7)
                .report(Map.of("partnerId", 5, "locale", "ru"), "2026-06-09", leads))
        .isEqualTo(Map.of("partnerId", 5, "locale", "ru", "day", "2026-06-09", "leads", leads));
  }

  private static List<String> due(String now, String zone, String cron, int catchUpDays) {
    return days(now, zone, cron, catchUpDays).due().stream().map(Day::day).toList();
  }

  private static ReportDays days(String now, String zone, String cron, int catchUpDays) {
    return new ReportDays(
        TestSettings.of(
            "hub.time-zone", zone,
            "hub.report.cron", cron,
            "hub.report.catch-up-days", Integer.toString(catchUpDays)),
        Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
  }
}
