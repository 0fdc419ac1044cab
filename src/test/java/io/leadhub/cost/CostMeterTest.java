package io.leadhub.cost;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.HubSettings;
import io.leadhub.TestSettings;
import io.leadhub.cost.CostMeter.By;
import io.leadhub.cost.CostMeter.ServiceMessages;
import io.leadhub.database.TestDatabase;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;

/** What charges sum up to. The rates are made up. */
class CostMeterTest {

  private static final JdbcTemplate JDBC =
      new JdbcTemplate(TestDatabase.fresh().migrate().dataSource());

  private final CostMeter meter = meter();

  private int number;

  private static CostMeter meter(String... more) {
    return new CostMeter(new NamedParameterJdbcTemplate(JDBC), settings(more));
  }

  private static HubSettings settings(String... more) {
    String[] own = {
      "hub.costs.free-service-messages", "2",
      "hub.costs.rates[0].from", "2025-07-01",
      "hub.costs.rates[0].country", "TH",
      "hub.costs.rates[0].category", "utility",
      "hub.costs.rates[0].price", "0.0101",
      "hub.costs.rates[1].from", "2026-10-01",
      "hub.costs.rates[1].country", "TH",
      "hub.costs.rates[1].category", "utility",
      "hub.costs.rates[1].price", "0.02",
      "hub.costs.rates[2].from", "2026-10-01",
      "hub.costs.rates[2].country", "TH",
      "hub.costs.rates[2].category", "service",
      "hub.costs.rates[2].price", "0.003",
    };
    String[] all = new String[own.length + more.length];
    System.arraycopy(own, 0, all, 0, own.length);
    System.arraycopy(more, 0, all, own.length, more.length);
    return TestSettings.of(all);
  }

  @BeforeEach
  void nothingWasSent() {
    JDBC.update("delete from charges");
    JDBC.update("delete from messages");
  }

  @Test
  void eachMessageCostsTheRateOfItsDayItsCountryAndItsCategory() {
    sent("2026-09-30", "utility", true);
    sent("2026-10-01", "utility", true);
    sent("2026-10-01", "utility", true);
    sent("2026-10-01", "utility", false);

    assertThat(meter.costs(By.DAY, day("2026-09-01"), day("2026-11-01")))
        .containsExactly(
            Map.entry("2026-09-30", usd(1, 1, 0, "0.0101")),
            Map.entry("2026-10-01", usd(3, 2, 0, "0.04")));
    assertThat(meter.costs(By.DAY, day("2026-10-01"), day("2026-10-02"))).hasSize(1);
    assertThat(meter.total(day("2026-09-01"), day("2026-11-01"))).isEqualTo(usd(4, 3, 0, "0.0501"));
  }

  @Test
  void whatHasNoRateIsCountedAsUnpricedAndNeverDropped() {
    sent("2026-10-01", "made_up_tomorrow", true);
    sent("2026-10-01", null, true);
    sent("2025-06-30", "utility", true);

    assertThat(meter.costs(By.CATEGORY, day("2025-01-01"), day("2026-11-01")))
        .containsEntry("made_up_tomorrow", usd(1, 1, 1, "0.00"))
        .containsEntry("utility", usd(1, 1, 1, "0.00"))
        .containsEntry(null, usd(1, 1, 1, "0.00"));
  }

  @Test
  void whatIsNotDeliveredCostsNothing() {
    JDBC.update("delete from charges");
    long sent = sent("2026-10-01", "utility", true);
    JDBC.update("update charges set delivered = false where id = ?", sent);
    long failed = sent("2026-10-01", "utility", true);
    JDBC.update("update charges set delivered = false, failed = true where id = ?", failed);
    long priced = sent("2026-10-01", null, true);
    JDBC.update(
        "update charges set delivered = false, failed = true, price = 1, currency = 'USD' where id = ?",
        priced);

    assertThat(october()).isEqualTo(usd(0, 0, 0, "0.00"));
  }

  @Test
  void aPriceThatTheProviderTellsIsTrueInItsOwnCurrency() {
    sent("2026-10-01", "utility", true);
    long pounds = sent("2026-10-01", "utility", true);
    JDBC.update("update charges set price = 0.005, currency = 'GBP' where id = ?", pounds);

    assertThat(october())
        .isEqualTo(
            new Cost(
                2, 2, 0, Map.of("USD", new BigDecimal("0.02"), "GBP", new BigDecimal("0.005"))));
  }

  @Test
  void serviceMessagesCostNothingBeforeOctober2026() {
    for (int i = 0; i < 4; i++) {
      sent("2026-09-30", "service", true);
    }
    assertThat(meter.total(day("2026-09-01"), day("2026-10-01"))).isEqualTo(usd(4, 4, 0, "0.00"));
    assertThat(meter.serviceMessages(YearMonth.of(2026, 9))).isEmpty();
  }

  @Test
  void serviceMessagesBeyondTheFreeOnesOfTheMonthCost() {
    sent("2026-09-30", "service", true);
    sent("2026-10-01", "service", true);
    sent("2026-10-15", "service", true);
    sent("2026-10-31", "service", true);
    sent("2026-11-01", "service", true);

    assertThat(meter.costs(By.DAY, day("2026-10-01"), day("2026-12-01")))
        .containsEntry("2026-10-01", usd(1, 1, 0, "0.00"))
        .containsEntry("2026-10-15", usd(1, 1, 0, "0.00"))
        .containsEntry("2026-10-31", usd(1, 1, 0, "0.003"))
        .containsEntry("2026-11-01", usd(1, 1, 0, "0.00"));
    assertThat(meter.costs(By.DAY, day("2026-10-31"), day("2026-11-01")))
        .as("the free ones of the month are looked at from its first day")
        .containsEntry("2026-10-31", usd(1, 1, 0, "0.003"));
    assertThat(meter.serviceMessages(YearMonth.of(2026, 10)))
        .containsExactly(new ServiceMessages("meta", "n1", 3, 2));
  }

  @Test
  void eachNumberHasFreeServiceMessagesOfItsOwn() {
    for (int i = 0; i < 3; i++) {
      sent("2026-10-01", "service", true);
      JDBC.update(
          "update charges set channel = 'n2' where id = ?", sent("2026-10-01", "service", true));
    }
    assertThat(october()).isEqualTo(usd(6, 6, 0, "0.006"));
  }

  @Test
  void freeOnesThatTheProviderItselfCallsNotBillableAreNotGivenTwice() {
    sent("2026-10-01", "service", false);
    sent("2026-10-01", "service", false);
    sent("2026-10-02", "service", true);

    assertThat(october()).isEqualTo(usd(3, 1, 0, "0.003"));
  }

  @Test
  void theFreeEntryPointTakesNothingFromTheFreeOnes() {
    for (int i = 0; i < 3; i++) {
      JDBC.update(
          "update charges set type = 'free_entry_point' where id = ?",
          sent("2026-10-01", "service", false));
    }
    sent("2026-10-02", "service", true);

    assertThat(october()).isEqualTo(usd(4, 1, 0, "0.00"));
  }

  @Test
  void costsBelongToThePartnerAndTheLeadThatTheMessageWasFor() {
    long lead = lead("HOTEL1");
    long other = lead(null);
    sentTo(lead, "2026-10-01");
    sentTo(lead, "2026-11-01");
    sentTo(other, "2026-10-01");
    sent("2026-10-01", "utility", true);

    assertThat(meter.costs(By.PARTNER, day("2026-10-01"), day("2026-12-01")))
        .containsEntry("HOTEL1", usd(2, 2, 0, "0.04"))
        .containsEntry(null, usd(2, 2, 0, "0.04"));
    assertThat(meter.costs(By.LEAD, day("2026-10-01"), day("2026-11-01")))
        .containsEntry(Long.toString(lead), usd(1, 1, 0, "0.02"))
        .containsEntry(Long.toString(other), usd(1, 1, 0, "0.02"))
        .containsEntry(null, usd(1, 1, 0, "0.02"));
    assertThat(meter.ofLead(lead)).isEqualTo(usd(2, 2, 0, "0.04"));
    assertThat(meter.ofLead(lead("HOTEL1"))).isEqualTo(usd(0, 0, 0, "0.00"));
  }

  @Test
  void aRateThatIsMendedIsTrueOfEarlierMessagesToo() {
    sent("2026-10-01", "utility", true);
    assertThat(
            meter("hub.costs.currency", "THB").total(day("2026-10-01"), day("2026-11-01")).cost())
        .containsExactly(Map.entry("THB", new BigDecimal("0.02")));
  }

  private Cost october() {
    return meter.total(day("2026-10-01"), day("2026-11-01"));
  }

  private long sent(String day, String category, boolean billable) {
    return JDBC.queryForObject(
        """
        insert into charges (provider, provider_message_id, channel, delivered, failed, billable, model,
                             category, type, country, at, day)
        values ('meta', ?, 'n1', true, false, ?, 'PMP', ?, 'regular', 'TH', ?, ?) returning id
        """,
        Long.class,
        "m" + ++number,
        billable,
        category,
        day(day).atStartOfDay(),
        day(day));
  }

  private void sentTo(long lead, String day) {
    sent(day, "utility", true);
    JDBC.update(
        """
        insert into messages (lead_id, provider, provider_message_id, direction, kind, at)
        values (?, 'meta', ?, 'out', 'text', now(6)), (?, 'meta', ?, 'in', 'text', now(6))
        """,
        lead,
        "m" + number,
        lead,
        "m" + number);
  }

  private static long lead(String partnerCode) {
    Long contact =
        JDBC.queryForObject(
            "insert into contacts (wa_user_id) values (concat('TH.', uuid_short())) returning id",
            Long.class);
    return JDBC.queryForObject(
        """
        insert into leads (contact_id, partner_code, source, provider, created_at, last_message_at)
        values (?, ?, 'whatsapp', 'meta', now(6), now(6)) returning id
        """,
        Long.class,
        contact,
        partnerCode);
  }

  private static Cost usd(long messages, long billable, long unpriced, String cost) {
    return new Cost(messages, billable, unpriced, Map.of("USD", new BigDecimal(cost)));
  }

  private static LocalDate day(String day) {
    return LocalDate.parse(day);
  }
}
