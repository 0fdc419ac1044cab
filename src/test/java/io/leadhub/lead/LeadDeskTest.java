package io.leadhub.lead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.leadhub.TestSettings;
import io.leadhub.attribution.AttributionDesk;
import io.leadhub.attribution.AttributionDesk.Inquiry;
import io.leadhub.attribution.AttributionSettings;
import io.leadhub.attribution.Certainty;
import io.leadhub.attribution.Credit;
import io.leadhub.attribution.Decision;
import io.leadhub.attribution.Decision.Kind;
import io.leadhub.attribution.Evidence;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.database.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a decision makes of a message, under rules that are not the usual ones. */
class LeadDeskTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private final JdbcTemplate jdbc =
      new JdbcTemplate(TestDatabase.emptied(LeadDeskTest.class).dataSource());
  private final Contacts contacts = new Contacts(jdbc, Duration.ofDays(30));
  private final AttributionDesk attribution = mock(AttributionDesk.class);
  private final Ledger ledger = new Ledger();
  private final List<Inquiry> asked = new ArrayList<>();
  private Decision decision = new Decision(Kind.NOTHING, null, List.of(), null);
  private Entry hotel;
  private Entry blog;
  private long contact;

  @BeforeEach
  void anOldCustomer() {
    hotel = partner("HOTEL1");
    blog = partner("BLOG22");
    contact = contacts.create(List.of(message("generic"))).get(0);
    when(attribution.decide(anyList()))
        .thenAnswer(
            call -> {
              List<Inquiry> inquiries = call.getArgument(0);
              asked.addAll(inquiries);
              return Collections.nCopies(
                  inquiries.size(), new AttributionDesk.Outcome(decision, Set.of(), Set.of(), NOW));
            });
  }

  @Test
  void aSecondPartnersCodeThatMeansAnotherLeadOpensOne() {
    long open = lead(NOW.minusSeconds(60));
    decision = new Decision(Kind.NEW_LEAD, sure(blog), List.of(), null);

    LeadDesk.News news = desk().receive(List.of(message("meta")));

    assertThat(asked.get(0).credit())
        .isEqualTo(new Credit(hotel.id(), "HOTEL1", "keyword", Certainty.SURE));
    assertThat(asked.get(0)).returns(true, Inquiry::byLink).returns(false, Inquiry::opensLead);
    assertThat(news.updated()).isEmpty();
    assertThat(news.created()).hasSize(1);
    assertThat(news.created().get(0))
        .containsEntry("leadId", null)
        .containsEntry("contactId", contact)
        .containsEntry("partnerCode", "BLOG22");

    long blogs = lead(NOW.minusSeconds(120));
    jdbc.update("update leads set partner_id = ? where id = ?", blog.id(), blogs);
    assertThat(desk().receive(List.of(message("meta"))))
        .as("who writes both codes in turn has one lead with each")
        .returns(List.of(), LeadDesk.News::created)
        .extracting(again -> again.updated().get(0))
        .returns(blogs, facts -> facts.get("leadId"))
        .returns(null, facts -> facts.get("partnerId"));

    decision = new Decision(Kind.CREDIT, sure(blog), List.of(), null);
    assertThat(desk().receive(List.of(message("meta"))).updated().get(0))
        .containsEntry("leadId", open)
        .containsEntry("partnerCode", "BLOG22")
        .containsEntry("previousPartnerCode", "HOTEL1");
  }

  @Test
  void whoseACustomerWasBeforeIsLookedUpWhereARuleAsksForIt() {
    lead(NOW.minus(Duration.ofDays(40)));

    desk().receive(List.of(message("meta")));
    desk("hub.attribution.repeat-customers", "previous").receive(List.of(message("meta")));
    desk("hub.attribution.repeat-customers", "previous", "hub.attribution.repeat-within", "35d")
        .receive(List.of(message("meta")));

    assertThat(asked)
        .extracting(Inquiry::previous)
        .containsExactly(null, new Credit(hotel.id(), "HOTEL1", "keyword", Certainty.SURE), null);
    assertThat(asked.get(0)).returns(true, Inquiry::byLink).returns(true, Inquiry::opensLead);
  }

  @Test
  void aDecisionAgainstSomebodyIsARowOfWhoeverHasTheLead() {
    lead(NOW.minusSeconds(60));
    decision = new Decision(Kind.AGAINST, sure(blog), List.of(), "first-touch");

    LeadDesk.News news = desk().receive(List.of(message("meta")));

    assertThat(news.updated().get(0)).containsEntry("partnerId", null);
    Map<String, Object> row = ledger.decided(news.updated()).get(0);
    assertThat(row)
        .containsEntry("partnerId", hotel.id())
        .containsEntry("certainty", "sure")
        .containsEntry("rule", "code")
        .containsEntry("evidencePartnerCode", "BLOG22")
        .containsEntry("reason", "first-touch");
    assertThat((String) row.get("evidence")).as("as wide as the column").hasSize(255);
  }

  @Test
  void whatIsSuggestedIsARowEachWithoutAPartnerAndWithoutCertainty() {
    decision = new Decision(Kind.SUGGEST, null, List.of(sure(hotel), sure(blog)), null);

    LeadDesk.News news = desk().receive(List.of(message("meta")));

    assertThat(ledger.decided(news.created()))
        .extracting(row -> row.get("evidencePartnerCode"))
        .containsExactly("HOTEL1", "BLOG22");
    assertThat(ledger.decided(news.created()))
        .allSatisfy(
            row ->
                assertThat(row)
                    .containsEntry("partnerId", null)
                    .containsEntry("certainty", null)
                    .containsEntry("reason", "suggested"));
  }

  @Test
  void aFormProvesNoPhoneSoItChangesNeitherNameNorWishesNorWhoseAnOpenLeadIs() {
    for (String provider : List.of("form", "meta")) {
      jdbc.update("update contacts set name = 'Dana', opted_out_at = null");
      desk().receive(List.of(from(provider, "Somebody", "STOP")));
      boolean proven = provider.equals("meta");
      assertThat(jdbc.queryForMap("select name, opted_out_at is not null as stopped from contacts"))
          .containsEntry("name", proven ? "Somebody" : "Dana")
          .extractingByKey("stopped")
          .asString()
          .isEqualTo(proven ? "1" : "0");
    }
    jdbc.update("update contacts set name = null");
    desk().receive(List.of(from("form", "Somebody", "Hello")));
    assertThat(jdbc.queryForObject("select name from contacts", String.class))
        .as("better than none")
        .isEqualTo("Somebody");
    assertThat(asked).extracting(Inquiry::onlySuggests).containsOnly(false);

    lead(NOW.minusSeconds(60));
    asked.clear();
    desk().receive(List.of(message("form")));
    desk().receive(List.of(message("meta")));
    assertThat(asked).extracting(Inquiry::onlySuggests).containsExactly(true, false);
  }

  @Test
  void rowsAreLockedInTheOrderOfTheirIds() {
    assertThat(
            desk()
                .forEach(
                    "clickId",
                    List.of(
                        Map.of("clickId", 9L),
                        Map.of(),
                        Map.of("clickId", List.of(10L, 1L)),
                        Map.of("clickId", 2))))
        .extracting(one -> one.get("clickId"))
        .containsExactly(1L, 2, 9L, 10L);
  }

  @Test
  void whatAPersonSaysIsKeptUntilItIsSoAndNothingIsLeftToChooseFrom() {
    Map<String, Object> hotels = new HashMap<>();
    hotels.put("partnerId", 1L);
    hotels.put("attributedBy", "keyword");
    hotels.put("certainty", "sure");
    hotels.put("suggestions", 0L);
    assertThat(ledger.assigned(Map.of("partnerId", 1L), hotels)).isEmpty();
    hotels.put("suggestions", 1L);
    assertThat(ledger.assigned(Map.of("partnerId", 1L), hotels))
        .singleElement()
        .returns("person", row -> row.get("rule"));
  }

  private LeadDesk desk(String... settings) {
    return new LeadDesk(
        jdbc,
        contacts,
        attribution,
        new StopWords(TestSettings.of()),
        TestSettings.of(AttributionSettings.class, settings));
  }

  private static Evidence sure(Entry partner) {
    return new Evidence(partner, "code", Certainty.SURE, null, "x".repeat(300), null);
  }

  private Entry partner(String code) {
    Long id =
        jdbc.queryForObject(
            "insert into partners (code, name) values (?, ?) returning id", Long.class, code, code);
    return new Entry(id, code, code, "en", null);
  }

  /** Of the hotel. */
  private long lead(Instant lastMessage) {
    return jdbc.queryForObject(
        """
        insert into leads (contact_id, partner_id, partner_code, attributed_by, certainty, source,
                           provider, created_at, last_message_at)
        values (?, ?, 'HOTEL1', 'keyword', 'sure', 'whatsapp', 'meta', ?, ?) returning id
        """,
        Long.class,
        contact,
        hotel.id(),
        lastMessage,
        lastMessage);
  }

  private static InboundMessage message(String provider) {
    return from(provider, null, "Hello");
  }

  private static InboundMessage from(String provider, String name, String text) {
    return new InboundMessage(
        provider, null, "1", "text", "+66812345678", null, name, text, NOW, null, null, null);
  }
}
