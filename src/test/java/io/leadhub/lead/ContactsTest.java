package io.leadhub.lead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.attribution.Certainty;
import io.leadhub.attribution.Credit;
import io.leadhub.database.TestDatabase;
import io.leadhub.lead.Contacts.Contact;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Whom messages are from, and which lead of theirs they join. */
class ContactsTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration WINDOW = Duration.ofDays(30);

  private final JdbcTemplate jdbc =
      new JdbcTemplate(TestDatabase.emptied(ContactsTest.class).dataSource());
  private final Contacts contacts = new Contacts(jdbc, WINDOW);

  @Test
  void eachMessageHasItsSenderAndStrangersHaveNone() {
    List<Long> ids = contacts.create(List.of(from("+661", null), from(null, "TH.2")));

    List<Contact> found =
        contacts.lock(
            List.of(
                from("+669", "TH.9"), from(null, "TH.2"), from("+661", null), from("+668", null)));

    assertThat(found)
        .extracting(one -> one == null ? null : one.id())
        .containsExactly(null, ids.get(1), ids.get(0), null);
  }

  @Test
  void aPhoneNumberIsTheBetterKey() {
    List<Long> ids = contacts.create(List.of(from("+661", null), from(null, "TH.2")));
    assertThat(contacts.lock(List.of(from("+661", "TH.2"))))
        .extracting(Contact::id)
        .containsExactly(ids.get(0));
  }

  @Test
  void aMessageJoinsTheLatestLeadThatIsOpenAtItsOwnTime() {
    List<Long> ids = contacts.create(List.of(from("+661", null), from("+662", null)));
    lead(ids.get(0), NOW.minus(Duration.ofDays(40)));
    long mine = lead(ids.get(0), NOW.minus(Duration.ofDays(20)));
    lead(ids.get(1), NOW.minus(Duration.ofDays(40)));

    List<Contact> found =
        contacts.lock(
            List.of(
                from("+661", null, NOW),
                from("+662", null, NOW),
                from("+663", null, NOW.minus(Duration.ofDays(60)))));

    assertThat(found.get(0).openLead()).isEqualTo(mine);
    assertThat(found.get(1).openLead())
        .as("the other's old message does not open it anew")
        .isNull();
    assertThat(
            contacts
                .lock(List.of(from("+662", null, NOW.minus(Duration.ofDays(20)))))
                .get(0)
                .openLead())
        .as("a late message of the time when it was open")
        .isNotNull();
  }

  @Test
  void anOpenLeadTellsWhatWasDecidedAboutIt() {
    List<Long> ids =
        contacts.create(
            List.of(
                from("+661", null), from("+662", null), from("+663", null), from("+664", null)));
    decided(lead(ids.get(0), NOW), partner("HOTEL1"), "click-guess", "suspected");
    decided(lead(ids.get(1), NOW), partner("BLOG22"), "keyword", null);
    decided(lead(ids.get(2), NOW), null, "person", null);
    lead(ids.get(3), NOW);

    assertThat(
            contacts.lock(
                List.of(
                    from("+661", null),
                    from("+662", null),
                    from("+663", null),
                    from("+664", null))))
        .extracting(Contact::credit)
        .containsExactly(
            new Credit(partner("HOTEL1"), "HOTEL1", "click-guess", Certainty.SUSPECTED),
            new Credit(partner("BLOG22"), "BLOG22", "keyword", Certainty.SURE),
            new Credit(null, null, "person", null),
            null);
  }

  @Test
  void ofTwoLeadsOfOneMomentTheLaterIsOpen() {
    long contact = contacts.create(List.of(from("+661", null))).get(0);
    lead(contact, NOW);
    long second = lead(contact, NOW);
    assertThat(contacts.lock(List.of(from("+661", null))).get(0).openLead()).isEqualTo(second);
  }

  @Test
  void aContactWasThePartnersOfTheirLatestLeadThatHasOne() {
    List<Long> ids = contacts.create(List.of(from("+661", null), from("+662", null)));
    decided(lead(ids.get(0), NOW.minus(Duration.ofDays(90))), partner("HOTEL1"), "code", "sure");
    decided(lead(ids.get(0), NOW.minus(Duration.ofDays(60))), partner("BLOG22"), "code", "sure");
    lead(ids.get(0), NOW.minus(Duration.ofDays(40)));
    decided(lead(ids.get(1), NOW.minus(Duration.ofDays(400))), partner("HOTEL1"), "code", "sure");

    Instant since = NOW.minus(Duration.ofDays(365));
    Credit blog = new Credit(partner("BLOG22"), "BLOG22", "code", Certainty.SURE);
    assertThat(contacts.formerPartners(Map.of(ids.get(0), since, ids.get(1), since)))
        .containsExactly(Map.entry(ids.get(0), blog));
    assertThat(contacts.formerPartners(Map.of())).isEmpty();

    Map<Long, Credit> each =
        contacts.formerPartners(
            Map.of(ids.get(0), NOW, ids.get(1), NOW.minus(Duration.ofDays(401))));
    assertThat(each).as("each from a time of its own").containsOnlyKeys(ids.get(1));
  }

  private Long partner(String code) {
    jdbc.update("insert ignore into partners (code, name) values (?, ?)", code, code);
    return jdbc.queryForObject("select id from partners where code = ?", Long.class, code);
  }

  private void decided(long lead, Long partner, String rule, String certainty) {
    jdbc.update(
        """
        update leads
        set partner_id = ?, attributed_by = ?, certainty = ?,
            partner_code = (select code from partners where id = ?)
        where id = ?
        """,
        partner,
        rule,
        certainty,
        partner,
        lead);
  }

  @Test
  void twoMessagesOfOnePersonDoNotComeTogether() {
    contacts.create(List.of(from("+661", "TH.1")));
    for (List<InboundMessage> together :
        List.of(
            List.of(from("+661", null), from(null, "TH.1")),
            List.of(from("+661", null), from("+661", null)),
            List.of(from("+665", "TH.5"), from(null, "TH.5")))) {
      assertThatThrownBy(() -> contacts.lock(together))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("one person");
    }
  }

  @Test
  void theLaterWishCountsWhicheverComesLast() {
    long contact = contacts.create(List.of(from("+661", null))).get(0);

    contacts.wants(contact, StopWords.Wish.STOP, NOW);
    contacts.wants(contact, StopWords.Wish.START, NOW.minusSeconds(60));
    assertThat(optedOut(contact)).as("an older start").isTrue();

    contacts.wants(contact, StopWords.Wish.START, NOW.plusSeconds(60));
    assertThat(optedOut(contact)).as("a later start").isFalse();
  }

  private boolean optedOut(long contact) {
    return jdbc.queryForObject(
        "select opted_out_at is not null from contacts where id = ?", Boolean.class, contact);
  }

  private long lead(long contact, Instant lastMessage) {
    return jdbc.queryForObject(
        "insert into leads (contact_id, source, provider, created_at, last_message_at)"
            + " values (?, 'form', 'generic', ?, ?) returning id",
        Long.class,
        contact,
        lastMessage,
        lastMessage);
  }

  private static InboundMessage from(String phone, String waUserId) {
    return from(phone, waUserId, NOW);
  }

  private static InboundMessage from(String phone, String waUserId, Instant at) {
    return new InboundMessage(
        "generic", null, "1", "text", phone, waUserId, null, "Hello", at, null, null, null);
  }
}
