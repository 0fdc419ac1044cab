package io.leadhub.journey;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leadhub.cost.Budget;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** From a provider's statuses to what a lead, a partner and a month cost. The rates are made up. */
class CostsTest extends Journey {

  private static final ZoneId BANGKOK = ZoneId.of("Asia/Bangkok");

  @Autowired private ProducerTemplate camel;
  @Autowired private Budget budget;

  @Test
  void aReplyThatWasDeliveredIsCountedForItsLeadAndItsPartner() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Code: " + hotel.code()));
    JsonNode lead = hub.onlyLead(dana);
    assertThat(hub.story(lead).at("/cost/messages").asInt()).isZero();

    String reply = world.sent(dana).get(0).id();
    tell(status("meta", reply, "sent", dana, utility()));
    hub.isQuiet();
    assertThat(hub.story(lead).at("/cost/messages").asInt()).as("not delivered yet").isZero();
    tell(status("meta", reply, "delivered", dana, utility()));
    tell(status("meta", reply, "read", dana, utility()));
    hub.isQuiet();

    JsonNode cost = hub.story(lead).path("cost");
    assertThat(cost.path("messages").asInt()).isEqualTo(1);
    assertThat(cost.path("billable").asInt()).isEqualTo(1);
    assertThat(cost.path("unpriced").asInt()).isZero();
    assertThat(cost.at("/cost/USD").decimalValue()).isEqualByComparingTo("0.0123");
    assertThat(item("partner", hotel.code()).at("/cost/USD").asText()).isEqualTo("0.0123");
    assertThat(item("lead", lead.path("id").asText()).at("/cost/USD").asText()).isEqualTo("0.0123");
  }

  @Test
  void aStatusThatComesBeforeOurOwnSendWasRecordedIsNotLost() {
    Customer dana = Customer.named("Dana");
    String early = Hub.unique("wamid.early");
    tell(status("meta", early, "delivered", dana, utility()));
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);

    hub.jdbc()
        .update(
            """
            insert into messages (lead_id, provider, provider_message_id, direction, kind, at)
            values (?, 'meta', ?, 'out', 'text', now(6))
            """,
            lead.path("id").asLong(),
            early);

    assertThat(hub.story(lead).at("/cost/cost/USD").asText()).isEqualTo("0.0123");
  }

  @Test
  void statusesInAnyOrderAndRepeatedAreOneChargeAndTheSameOne() {
    Customer dana = Customer.named("Dana");
    Instant sent = Instant.parse("2026-10-31T16:59:58Z");
    List<String> ids = new ArrayList<>();
    for (List<Integer> order :
        List.of(
            List.of(0, 1, 2),
            List.of(0, 2, 1),
            List.of(1, 0, 2),
            List.of(1, 2, 0),
            List.of(2, 0, 1),
            List.of(2, 1, 0))) {
      String id = Hub.unique("wamid.order");
      ids.add(id);
      List<Map<String, Object>> told =
          List.of(
              at(sent, status("meta", id, "sent", dana, free())),
              at(sent.plusSeconds(1), status("meta", id, "delivered", dana, utility())),
              at(sent.plusSeconds(5), status("meta", id, "read", dana, null)));
      Stream.concat(order.stream(), order.stream()).map(told::get).forEach(this::tell);
    }
    hub.isQuiet();

    List<Map<String, Object>> charges = new ArrayList<>();
    for (String id : ids) {
      charges.addAll(
          hub.jdbc()
              .queryForList(
                  """
                  select delivered, failed, billable, model, category, type, country, channel, at, day
                  from charges where provider_message_id = ?
                  """,
                  id));
    }
    assertThat(charges).hasSize(6).containsOnly(charges.get(0));
    assertThat(charges.get(0))
        .containsEntry("delivered", true)
        .containsEntry("billable", true)
        .containsEntry("category", "utility")
        .containsEntry("type", "regular")
        .containsEntry("country", "TH");
    assertThat(charges.get(0).get("day")).hasToString("2026-10-31");
  }

  @ParameterizedTest
  @CsvSource({"sent failed, 0", "failed sent, 0", "failed delivered, 1", "delivered failed, 1"})
  void aMessageThatFailedCostsNothingUnlessItWasDeliveredAfterAll(String order, int messages) {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    for (String status : order.split(" ")) {
      tell(status("meta", world.sent(dana).get(0).id(), status, dana, utility()));
    }
    hub.isQuiet();

    assertThat(hub.story(lead).at("/cost/messages").asInt()).isEqualTo(messages);
  }

  @Test
  void aBillableMessageOfACategoryThatNobodyKnowsIsShownAsUnpriced() {
    Customer dana = Customer.named("Dana");
    hub.isToldByMeta(dana.writes("Hello"));
    JsonNode lead = hub.onlyLead(dana);
    tell(
        status(
            "meta",
            world.sent(dana).get(0).id(),
            "delivered",
            dana,
            pricing("made_up_tomorrow", "also_new")));
    hub.isQuiet();

    JsonNode cost = hub.story(lead).path("cost");
    assertThat(cost.path("unpriced").asInt()).isEqualTo(1);
    assertThat(cost.at("/cost/USD").asText()).isEqualTo("0.0");
    assertThat(item("category", "made_up_tomorrow").path("unpriced").asInt()).isPositive();
  }

  @Test
  void twilioIsAskedForThePriceUntilItTellsItAndThenNoMore() {
    Customer tom = Customer.named("Tom");
    hub.isToldByTwilio(tom.writes("Hello"));
    JsonNode lead = hub.onlyLead(tom);
    String sid = world.sent(tom).get(0).id();
    String message = "/twilio/2010-04-01/Accounts/" + Hub.TWILIO_SID + "/Messages/" + sid + ".json";
    world.answersOnce(
        get(urlPathMatching(World.TWILIO_MESSAGE)),
        okJson("{\"sid\":\"SM1\",\"price\":null,\"price_unit\":\"USD\"}"));

    for (String status : List.of("queued", "sent", "delivered", "delivered", "read")) {
      tell(status("twilio", sid, status, tom, null));
    }
    hub.deliversNow();

    assertThat(world.received(message)).hasSize(2);
    assertThat(world.received(message))
        .allSatisfy(asked -> assertThat(asked.getHeader("Authorization")).startsWith("Basic "));
    JsonNode cost = hub.story(lead).path("cost");
    assertThat(cost.path("messages").asInt()).isEqualTo(1);
    assertThat(cost.path("unpriced").asInt()).isZero();
    assertThat(cost.at("/cost/USD").asText()).isEqualTo("0.005");
  }

  @Test
  void aLongListIsCutAndTheTotalHasAll() {
    spent("2028-03-01", "1");
    spent("2028-03-02", "2");
    spent("2028-03-03", "4");

    JsonNode answer = hub.api("/costs?from=2028-03-01&until=2028-03-04&limit=2").json();

    assertThat(answer.path("by").asText()).isEqualTo("day");
    assertThat(Hub.list(answer.path("items")))
        .extracting(item -> item.path("key").asText())
        .containsExactly("2028-03-01", "2028-03-02");
    assertThat(answer.path("more").asInt()).isEqualTo(1);
    assertThat(answer.at("/total/cost/USD").decimalValue()).isEqualByComparingTo("7");
    assertThat(answer.at("/total/messages").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "from=2026-11-02&until=2026-11-01, until must be after from",
    "from=2020-01-01&until=2026-11-01, no more than 2 years",
    "by=colour, 'by must be day, partner, lead or category'"
  })
  void aQuestionThatCanNotBeAnsweredIsRefusedInWords(String query, String words) {
    Hub.Answer answer = hub.api("/costs?" + query);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("detail").asText()).contains(words);
  }

  @Test
  void theOwnerIsToldOnceForEachThresholdOfTheBudgetAndRepliesRestWhenItIsSpent() throws Exception {
    clock.shows(Instant.parse("2028-05-20T05:00:00Z"));
    spent("2028-05-19", "85");
    DoublesTest.atOnce(2, this::watchBudget);
    watchBudget();
    assertThat(budgetNotices("2028-05")).containsExactly("budget/2028-05/80");
    assertThat(budget.exhausted()).isFalse();

    spent("2028-05-20", "15.5");
    watchBudget();
    watchBudget();
    clock.shows(Instant.parse("2028-05-20T05:01:00Z"));

    assertThat(budgetNotices("2028-05"))
        .containsExactlyInAnyOrder("budget/2028-05/80", "budget/2028-05/100");
    assertThat(budget.exhausted()).isTrue();
    JsonNode health = hub.health().path("costs");
    assertThat(health.path("status").asText()).isEqualTo("PAUSED");
    assertThat(health.at("/details/month").asText()).isEqualTo("2028-05");
    assertThat(health.at("/details/spent/USD").asText()).isEqualTo("100.5");
    assertThat(health.at("/details/percent").asInt()).isEqualTo(100);
    assertThat(health.at("/details/repliesPaused").asBoolean()).isTrue();

    clock.shows(Instant.parse("2028-06-01T05:00:00Z"));
    assertThat(budget.exhausted()).as("in a new month").isFalse();
  }

  @Test
  void theOwnerReadsOnceADayHowItWentAndWhatItCost() throws Exception {
    hub.jdbc().update("delete from owner_reports");
    clock.shows(Instant.parse("2028-07-11T02:30:00Z"));
    Hub.Partner hotel = hub.partner("en", 0);
    leads(hotel, 2, "2028-07-10T05:00:00Z");
    leads(null, 1, "2028-07-10T16:59:59Z");
    leads(hotel, 1, "2028-07-10T17:00:00Z"); // the next day in Bangkok
    spent("2028-07-09", "20");
    spent("2028-07-10", "5.25");
    hub.jdbc()
        .update(
            """
            insert into message_statuses (provider, provider_message_id, status, at)
            values ('meta', uuid(), 'failed', '2028-07-10 05:00:00')
            """);

    DoublesTest.atOnce(2, this::makeOwnerReports);
    hub.isQuiet();
    makeOwnerReports();
    hub.isQuiet();

    assertThat(ownerReports("2028-07-10"))
        .containsExactly(
            """
            <b>The day 2028-07-10</b>
            Leads: 3
            • Partner %1$s (<code>%1$s</code>): 2
            • without a partner: 1
            Messages: 3 in, 0 out
            Replies that failed: 1
            Cost of the day: 5.25 USD
            Cost of the month so far (2028-07): 25.25 USD
            Budget: 25 %% of 100.00 USD"""
                .formatted(hotel.code()));
    assertThat(ownerReports("2028-07-09")).as("before the first report").isEmpty();

    clock.shows(Instant.parse("2028-07-13T02:30:00Z"));
    makeOwnerReports();
    hub.isQuiet();
    assertThat(ownerReports("2028-07-11")).hasSize(1);
    assertThat(ownerReports("2028-07-12")).hasSize(1);
    assertThat(ownerReports("2028-07-10")).hasSize(1);
    assertThat(ownerReports("2028-07-09")).isEmpty();
  }

  @Test
  void aReportOfManyPartnersFitsIntoOneMessage() {
    hub.jdbc().update("delete from owner_reports");
    clock.shows(Instant.parse("2028-09-11T02:30:00Z"));
    for (int i = 0; i < 47; i++) {
      Hub.Partner partner = hub.partner("en", 0);
      hub.jdbc()
          .update("update partners set name = ? where id = ?", "<Имя> ".repeat(33), partner.id());
      leads(partner, 1, "2028-09-10T05:00:00Z");
    }

    makeOwnerReports();
    hub.isQuiet();

    assertThat(ownerReports("2028-09-10")).hasSize(1);
    assertThat(ownerReports("2028-09-10").get(0))
        .hasSizeLessThanOrEqualTo(4096)
        .contains("Leads: 47\n", "&lt;Имя&gt;", "\n… and more partners: 17\n");
  }

  private void tell(Map<String, Object> status) {
    camel.sendBody("durable:message.status", status);
  }

  private static Map<String, Object> status(
      String provider, String id, String status, Customer to, Map<String, Object> pricing) {
    Map<String, Object> told = new HashMap<>();
    told.put("provider", provider);
    told.put("channel", Hub.OUR_NUMBER);
    told.put("messageId", id);
    told.put("status", status);
    told.put("ourKey", null);
    told.put("errorCode", null);
    told.put("error", null);
    told.put("phone", to.phone());
    told.put("waUserId", to.waUserId());
    told.put("pricing", pricing);
    told.put("at", Instant.now().toString());
    return told;
  }

  private static Map<String, Object> at(Instant at, Map<String, Object> status) {
    status.put("at", at.toString());
    return status;
  }

  private static Map<String, Object> utility() {
    return pricing("utility", "regular");
  }

  /** What is told on delivery counts more than what was told before it. */
  private static Map<String, Object> free() {
    return Map.of(
        "billable", false, "model", "PMP", "category", "service", "type", "free_entry_point");
  }

  private static Map<String, Object> pricing(String category, String type) {
    return Map.of("billable", true, "model", "PMP", "category", category, "type", type);
  }

  private JsonNode item(String by, String key) {
    LocalDate today = LocalDate.now(BANGKOK);
    return Hub.items(
            hub.api(
                "/costs?by=%s&from=%s&until=%s"
                    .formatted(by, today.minusDays(1), today.plusDays(1))))
        .stream()
        .filter(item -> item.path("key").asText().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private Object watchBudget() {
    camel.sendBody("direct:budget-notices", "");
    return null;
  }

  private Object makeOwnerReports() {
    camel.sendBody("direct:make-owner-reports", "");
    return null;
  }

  private List<String> budgetNotices(String month) {
    return hub.jdbc()
        .queryForList(
            "select event_key from events where topic = 'owner.notice' and subject = ? order by id",
            String.class,
            "budget/" + month);
  }

  private List<String> ownerReports(String day) {
    return world.telegram(Hub.OWNER_CHAT).stream()
        .map(World.TelegramMessage::text)
        .filter(text -> text.startsWith("<b>The day " + day))
        .toList();
  }

  /** One message of that price. */
  private void spent(String day, String dollars) {
    hub.jdbc()
        .update(
            """
            insert into charges (provider, provider_message_id, delivered, failed, billable, price,
                                 currency, at, day)
            values ('twilio', uuid(), true, false, true, cast(? as decimal(14, 6)), 'USD', ?, ?)
            """,
            dollars,
            day + " 01:00:00",
            day);
  }

  /** Each with one message of the customer's. */
  private void leads(Hub.Partner partner, int count, String at) {
    Timestamp time = Timestamp.from(Instant.parse(at));
    for (int i = 0; i < count; i++) {
      Long contact =
          hub.jdbc()
              .queryForObject(
                  "insert into contacts (phone) values (?) returning id",
                  Long.class,
                  Customer.named("Guest").number());
      Long lead =
          hub.jdbc()
              .queryForObject(
                  """
                  insert into leads (contact_id, partner_id, partner_code, source, provider, created_at,
                                     last_message_at)
                  values (?, ?, ?, 'whatsapp', 'meta', ?, ?) returning id
                  """,
                  Long.class,
                  contact,
                  partner == null ? null : partner.id(),
                  partner == null ? null : partner.code(),
                  time,
                  time);
      hub.jdbc()
          .update(
              """
              insert into messages (lead_id, provider, provider_message_id, direction, kind, at)
              values (?, 'meta', uuid(), 'in', 'text', ?)
              """,
              lead,
              time);
    }
  }
}
