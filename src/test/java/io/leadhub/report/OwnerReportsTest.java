package io.leadhub.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.leadhub.HubSettings;
import io.leadhub.TestSettings;
import io.leadhub.cost.Budget;
import io.leadhub.cost.CostMeter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which days the owner's report is due for, and whom it goes to. */
class OwnerReportsTest {

  private static final Clock HALF_PAST_NINE =
      Clock.fixed(Instant.parse("2026-11-15T09:30:00Z"), ZoneOffset.UTC);

  @Test
  void withoutAnOwnerNothingIsDueAndNothingGoesOut() {
    assertThat(reports("").due(null)).isEmpty();
    assertThat(reports("").due("2026-11-01")).isEmpty();
    assertThat(reports("").address("Text", "en")).isEmpty();
  }

  @Test
  void aNewOwnerReadsOfTheDayBeforeOnly() {
    assertThat(reports("42").due(null))
        .extracting(ReportDays.Day::day)
        .containsExactly("2026-11-14");
  }

  @Test
  void laterMissedDaysAreMadeUpForButNoneBeforeTheFirst() {
    assertThat(reports("42").due("2026-11-12"))
        .extracting(ReportDays.Day::day)
        .containsExactly("2026-11-12", "2026-11-13", "2026-11-14");
    assertThat(reports("42").due("2026-01-01")).hasSize(7);
  }

  @Test
  void theTextGoesToTheOwnersChatWhichMayBeAGroup() {
    assertThat(reports("-100200300").address(" Text\n", "ru"))
        .containsExactly(Map.of("chatId", -100200300L, "text", "Text", "language", "ru"));
  }

  private static OwnerReports reports(String chat) {
    HubSettings settings = TestSettings.of("hub.owner.telegram-chat-id", chat);
    return new OwnerReports(
        new ReportDays(settings, HALF_PAST_NINE),
        mock(CostMeter.class),
        mock(Budget.class),
        settings);
  }
}
