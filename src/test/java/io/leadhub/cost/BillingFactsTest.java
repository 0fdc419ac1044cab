package io.leadhub.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.TestSettings;
import io.leadhub.locale.PhoneNumbers;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What statuses tell of the price of a message. */
class BillingFactsTest {

  private static final Instant NOW = Instant.parse("2026-11-15T12:00:00Z");

  private final BillingFacts facts =
      new BillingFacts(
          new PhoneNumbers(),
          TestSettings.of("hub.time-zone", "Asia/Bangkok"),
          Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void pricingOfMetaIsKeptAsItWasTold() {
    assertThat(row(status("delivered", Map.of("phone", "66812345678", "pricing", pricing()))))
        .containsEntry("provider", "meta")
        .containsEntry("messageId", "wamid.1")
        .containsEntry("channel", "200000000000002")
        .containsEntry("delivered", true)
        .containsEntry("failed", false)
        .containsEntry("billable", true)
        .containsEntry("model", "PMP")
        .containsEntry("category", "made_up_tomorrow")
        .containsEntry("type", "regular")
        .containsEntry("country", "TH");
  }

  @ParameterizedTest
  @CsvSource({
    "66812345678, , TH",
    "+79161234567, , RU",
    "14155550100, US.9876, US",
    ", RU.98765432101234, RU",
    ", US.ENT.987, US",
    ", 98765, ",
    "80012345678, , ",
    ", , ",
  })
  void theCountryIsThatOfTheNumberOrTheOneThatAUserIdBeginsWith(
      String phone, String userId, String country) {
    Map<String, Object> more = new HashMap<>();
    more.put("phone", phone);
    more.put("waUserId", userId);
    assertThat(row(status("read", more)).get("country")).isEqualTo(country);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-31T16:59:59Z, 2026-10-31",
    "2026-10-31T17:00:00Z, 2026-11-01",
    "2026-09-30T16:59:59Z, 2026-09-30",
    "2026-09-30T17:00:00Z, 2026-10-01",
  })
  void aDayBeginsAtMidnightInTheHubsTimeZone(String at, LocalDate day) {
    assertThat(row(status("delivered", Map.of("at", at))))
        .containsEntry("at", Instant.parse(at))
        .containsEntry("day", day);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-15T12:00:01Z", "2099-01-01T00:00:00Z", "yesterday", ""})
  void aTimeThatCanNotBeIsNow(String at) {
    assertThat(row(status("delivered", Map.of("at", at)))).containsEntry("at", NOW);
  }

  @Test
  void whatIsOnItsWayOutTellsNothing() {
    assertThat(facts.of(List.of(status("queued", Map.of()), status("accepted", Map.of()))))
        .isEmpty();
  }

  @Test
  void aStatusOfTomorrowWithPricingIsKept() {
    assertThat(row(status("warped", Map.of("pricing", pricing()))))
        .containsEntry("billable", true)
        .containsEntry("delivered", false);
  }

  @Test
  void twilioIsPaidForWhatItSendsAndAskedForThePriceWatiTellsNothing() {
    Map<String, Object> twilio = status("sent", Map.of("provider", "twilio", "messageId", "SM1"));
    Map<String, Object> wati = status("sent", Map.of("provider", "wati", "messageId", "w1"));
    List<Map<String, Object>> rows = facts.of(List.of(wati, twilio));

    assertThat(rows).extracting(row -> row.get("billable")).containsExactly(true, null);
    assertThat(facts.toAskFor(rows)).containsExactly(Map.of("messageId", "SM1"));
  }

  @ParameterizedTest
  @CsvSource({"failed, SM1", "undelivered, SM1", "delivered, ../../Accounts"})
  void whatFailedOrHasNoRealIdIsNotAskedFor(String status, String id) {
    assertThat(
            facts.toAskFor(
                facts.of(List.of(status(status, Map.of("provider", "twilio", "messageId", id))))))
        .isEmpty();
  }

  @Test
  void tooLongWordsAreCut() {
    Map<String, Object> row =
        row(
            status(
                "sent",
                Map.of("pricing", Map.of("category", "x".repeat(300), "model", "y".repeat(300)))));
    assertThat(row.get("category")).isEqualTo("x".repeat(64));
    assertThat(row.get("model")).isEqualTo("y".repeat(40));
  }

  private Map<String, Object> row(Map<String, Object> status) {
    List<Map<String, Object>> rows = facts.of(List.of(status));
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private static Map<String, Object> pricing() {
    return Map.of(
        "billable", true, "model", "PMP", "category", "made_up_tomorrow", "type", "regular");
  }

  private static Map<String, Object> status(String status, Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>();
    all.put("provider", "meta");
    all.put("messageId", "wamid.1");
    all.put("channel", "200000000000002");
    all.put("status", status);
    all.putAll(more);
    return all;
  }
}
