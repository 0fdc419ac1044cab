package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Every morning at nine in Bangkok (02:00 UTC) each partner reads what came in the day before. */
class ReportsTest extends Journey {

  private static final Instant HALF_PAST_NINE = Instant.parse("2027-03-10T02:30:00Z");

  @Autowired private ProducerTemplate camel;

  @BeforeEach
  void onlyPartnersOfThisTestAreActive() {
    hub.jdbc().update("update partners set active = false");
    clock.shows(HALF_PAST_NINE);
  }

  @Test
  void yesterdaysLeadsAreReportedOnceThoughTheReportIsMadeTwiceAtOnce() throws Exception {
    Hub.Partner hotel = partnerSince("2027-03-09T05:00:00Z", "en");
    Customer dana = Customer.named("Dana <3");
    leadAt(hotel, dana, "I want a car", "2027-03-09T08:00:00Z");

    DoublesTest.atOnce(2, this::makeReports);
    hub.isQuiet();
    makeReports();
    hub.isQuiet();

    assertThat(reports(hotel)).hasSize(1);
    assertThat(reports(hotel).get(0))
        .isEqualTo(
            """
            <b>Leads of 2027-03-09</b> · code <code>%s</code>
            Leads: 1
            1. Dana &lt;3, %s: I want a car"""
                .formatted(hotel.code(), dana.number()));
  }

  @Test
  void aDayBeginsAndEndsAtMidnightInBangkok() {
    Hub.Partner hotel = partnerSince("2027-03-09T05:00:00Z", "en");
    leadAt(hotel, Customer.named("Too early"), "x", "2027-03-08T16:59:59.999999Z");
    leadAt(hotel, Customer.named("First"), "x", "2027-03-08T17:00:00Z");
    leadAt(hotel, Customer.named("Last"), "x", "2027-03-09T16:59:59.999999Z");
    leadAt(hotel, Customer.named("Too late"), "x", "2027-03-09T17:00:00Z");

    makeReports();
    hub.isQuiet();

    assertThat(reports(hotel)).hasSize(1);
    assertThat(reports(hotel).get(0))
        .contains("Leads: 2\n", "1. First", "2. Last")
        .doesNotContain("Too early", "Too late");
  }

  @Test
  void aPartnerWithoutLeadsReadsThatThereWereNone() {
    Hub.Partner english = partnerSince("2027-03-09T05:00:00Z", "en");
    Hub.Partner russian = partnerSince("2027-03-09T05:00:00Z", "ru");
    Hub.Partner thai = partnerSince("2027-03-09T05:00:00Z", "th");

    makeReports();
    hub.isQuiet();

    assertThat(reports(english)).hasSize(1);
    assertThat(reports(english).get(0)).endsWith("No leads on this day.");
    assertThat(reports(russian)).hasSize(1);
    assertThat(reports(russian).get(0))
        .startsWith("<b>Лиды за 2027-03-09</b>")
        .endsWith("В этот день лидов не было.");
    assertThat(reports(thai)).hasSize(1);
    assertThat(reports(thai).get(0)).endsWith("วันนี้ไม่มีลูกค้าใหม่");
  }

  @Test
  void anInactivePartnerGetsNoReportAndAnotherPartnersLeadsAreNobodysBusiness() {
    Hub.Partner gone = partnerSince("2027-03-09T05:00:00Z", "en");
    Hub.Partner hotel = partnerSince("2027-03-09T05:00:00Z", "en");
    leadAt(gone, Customer.named("Secret"), "x", "2027-03-09T08:00:00Z");
    hub.jdbc().update("update partners set active = false where id = ?", gone.id());

    makeReports();
    hub.isQuiet();

    assertThat(reports(gone)).isEmpty();
    assertThat(reports(hotel)).hasSize(1);
    assertThat(reports(hotel).get(0)).doesNotContain("Secret");
  }

  @Test
  void missedDaysAreCaughtUpButNoMoreThanConfigured() {
    Hub.Partner hotel = partnerSince("2027-01-01T00:00:00Z", "en");
    leadAt(hotel, Customer.named("Of the third"), "x", "2027-03-03T08:00:00Z");
    leadAt(hotel, Customer.named("Of the second"), "x", "2027-03-02T08:00:00Z");

    makeReports();
    hub.isQuiet();

    assertThat(reportedDays(hotel))
        .containsExactly(
            "2027-03-03",
            "2027-03-04",
            "2027-03-05",
            "2027-03-06",
            "2027-03-07",
            "2027-03-08",
            "2027-03-09");
    assertThat(reports(hotel)).hasSize(7);
    assertThat(reports(hotel).get(0)).contains("2027-03-03", "Of the third");
    assertThat(reports(hotel)).noneMatch(report -> report.contains("Of the second"));

    clock.shows(HALF_PAST_NINE.plusSeconds(2 * 86_400));
    makeReports();
    hub.isQuiet();
    assertThat(reportedDays(hotel)).hasSize(9).endsWith("2027-03-10", "2027-03-11");
  }

  @Test
  void aDayIsNotReportedBeforeTheReportHour() {
    Hub.Partner hotel = partnerSince("2027-03-09T05:00:00Z", "en");

    clock.shows(Instant.parse("2027-03-10T01:59:59Z"));
    makeReports();
    hub.isQuiet();
    assertThat(reports(hotel)).isEmpty();

    clock.shows(Instant.parse("2027-03-10T02:00:00Z"));
    makeReports();
    hub.isQuiet();
    assertThat(reports(hotel)).hasSize(1);
  }

  @Test
  void aReportOfManyLeadsFitsIntoOneMessage() {
    Hub.Partner hotel = partnerSince("2027-03-09T05:00:00Z", "en");
    // A WhatsApp name has 25 characters at most.
    List<Customer> guests =
        IntStream.range(0, 47)
            .mapToObj(i -> Customer.named("Имя длинное весьма %06d".formatted(i)))
            .toList();
    guests.forEach(guest -> leadAt(hotel, guest, "Слово ".repeat(400), "2027-03-09T08:00:00Z"));

    makeReports();
    hub.isQuiet();

    assertThat(reports(hotel)).hasSize(1);
    assertThat(reports(hotel).get(0))
        .hasSizeLessThanOrEqualTo(4096)
        .contains("Leads: 47\n", "\n1. ", "\n30. ")
        .doesNotContain("\n31. ")
        .endsWith("… and more: 17");
  }

  private Object makeReports() {
    camel.sendBody("direct:make-reports", "");
    return null;
  }

  private Hub.Partner partnerSince(String at, String locale) {
    Hub.Partner partner = hub.partner(locale, 1);
    hub.jdbc()
        .update(
            "update partners set created_at = ? where id = ?",
            Timestamp.from(Instant.parse(at)),
            partner.id());
    return partner;
  }

  private void leadAt(Hub.Partner partner, Customer customer, String text, String at) {
    long contact =
        hub.jdbc()
            .queryForObject(
                "insert into contacts (phone, name) values (?, ?) returning id",
                Long.class,
                customer.number(),
                customer.name());
    Timestamp time = Timestamp.from(Instant.parse(at));
    hub.jdbc()
        .update(
            """
            insert into leads (contact_id, partner_id, partner_code, source, provider,
                               first_message, created_at, last_message_at)
            values (?, ?, ?, 'whatsapp', 'meta', ?, ?, ?)
            """,
            contact,
            partner.id(),
            partner.code(),
            text,
            time,
            time);
  }

  private List<String> reports(Hub.Partner partner) {
    return world.telegram(partner.chats().get(0)).stream()
        .map(World.TelegramMessage::text)
        .toList();
  }

  private List<String> reportedDays(Hub.Partner partner) {
    return reports(partner).stream()
        .map(report -> report.replaceAll("(?s)<b>Leads of (\\S+)</b>.*", "$1"))
        .sorted()
        .toList();
  }
}
