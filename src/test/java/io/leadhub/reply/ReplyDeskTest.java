package io.leadhub.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.HubSettings;
import io.leadhub.TestSettings;
import io.leadhub.database.TestDatabase;
import io.leadhub.durable.RetryAtException;
import io.leadhub.locale.Languages;
import io.leadhub.locale.PhoneNumbers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mock.env.MockEnvironment;

/** Whether and how a customer's message is answered by itself. */
class ReplyDeskTest {

  /** A Monday, 20:00 UTC. */
  private static final Instant EVENING = Instant.parse("2026-11-23T20:00:00Z");

  private final JdbcTemplate jdbc =
      new JdbcTemplate(TestDatabase.emptied(ReplyDeskTest.class).dataSource());

  ReplyDeskTest() {
    jdbc.update("insert into subscriptions (topic, subscriber) values ('send.meta', 'meta')");
    jdbc.update("insert into contacts (id, phone) values (1, '+66810000001')");
    jdbc.update(
        """
        insert into leads (id, contact_id, source, provider, created_at, last_message_at)
        values (42, 1, 'whatsapp', 'meta', now(6), now(6))
        """);
  }

  @Test
  void aLeadIsGreetedInTheLanguageOfItsWords() {
    assertThat(desk(EVENING).plan(lead("Интересует аренда")))
        .containsEntry("language", "ru")
        .containsEntry("closed", false)
        .containsEntry("id", 42)
        .doesNotContainKey("opensAt");
  }

  @Test
  void itIsGreetedOnceInATime() {
    answered(EVENING.minus(Duration.ofDays(6)));

    assertThat(desk(EVENING, "hub.reply.again-after", "7d").plan(lead("Hi"))).isNull();
    assertThat(desk(EVENING, "hub.reply.again-after", "5d").plan(lead("Hi"))).isNotNull();
  }

  @Test
  void whileAnAnswerWaitsThereIsNoSecondOne() {
    waits("send.meta", "reply/42", "meta");
    assertThat(desk(EVENING).plan(lead("Hi"))).isNull();
  }

  /** It may have come by a form, which is not answered: then this one is. */
  @Test
  void aFurtherMessageWaitsForWhatIsSaidToTheFirst() {
    waits("lead.created", "42", "whatsapp-reply");
    Map<String, Object> second = lead("Hi");
    second.put("messageCount", 2);

    assertThatThrownBy(() -> desk(EVENING).plan(second)).isInstanceOf(RetryAtException.class);
    assertThat(desk(EVENING).plan(lead("Hi"))).isNotNull();

    jdbc.update("update deliveries set state = 'done'");
    assertThat(desk(EVENING).plan(second)).isNotNull();
  }

  @Test
  void whenNobodyIsThereTheNextOpeningIsTold() {
    assertThat(desk(EVENING, "hub.reply.hours[0]", "mon-fri 09:00-18:00").plan(lead("Hi")))
        .containsEntry("closed", true)
        .containsEntry("opensAt", "09:00")
        .containsEntry("opensIn", 1L)
        .containsEntry("opensOn", "24.11");
  }

  @Test
  void itIsToldOnceForEachTimeThatNobodyIsThere() {
    answered(Instant.parse("2026-11-23T17:00:00Z"));
    assertThat(closed().plan(lead("Hi"))).as("greeted while open").isNotNull();

    answered(Instant.parse("2026-11-23T19:00:00Z"));
    assertThat(closed().plan(lead("Hi"))).as("told this evening").isNull();
  }

  @Test
  void whoCameByAnotherWayIsAnsweredByPeople() {
    Map<String, Object> lead = lead("Hi");
    lead.put("provider", "generic");
    assertThat(desk(EVENING).plan(lead)).isNull();
  }

  @Test
  void theReplyKnowsWhomItGoesToAndWhatItAnswers() {
    ReplyDesk desk = desk(EVENING);
    assertThat(desk.reply(desk.plan(lead("Hi")), "\nHello \n"))
        .containsEntry("key", "reply/42")
        .containsEntry("leadId", 42)
        .containsEntry("channel", "200000000000002")
        .containsEntry("phone", "+66810000001")
        .containsEntry("replyTo", "wamid.1")
        .containsEntry("text", "Hello")
        .containsEntry("template", null);
  }

  @Test
  void aLaterReplyHasAKeyOfItsOwnAndAnswersNothingOfAnotherProvider() {
    Map<String, Object> lead = lead("Hi");
    lead.put("messageCount", 3);
    lead.put("messageProvider", "twilio");
    ReplyDesk desk = desk(EVENING);

    assertThat(desk.reply(desk.plan(lead), "Hello"))
        .containsEntry("key", "reply/42/3")
        .containsEntry("replyTo", null);
  }

  private ReplyDesk closed() {
    return desk(EVENING, "hub.reply.hours[0]", "mon-fri 09:00-18:00");
  }

  private ReplyDesk desk(Instant now, String... settings) {
    HubSettings hub = TestSettings.of(settings);
    MockEnvironment environment = new MockEnvironment();
    return new ReplyDesk(
        jdbc,
        new Languages(new PhoneNumbers(), hub),
        new BusinessHours(hub, environment),
        new ReplyTemplates(hub, environment),
        hub,
        Clock.fixed(now, ZoneOffset.UTC));
  }

  private void answered(Instant at) {
    jdbc.update("delete from messages");
    jdbc.update(
        """
        insert into messages (lead_id, provider, provider_message_id, direction, kind, author, at)
        values (42, 'meta', 'wamid.0', 'out', 'text', 'hub', ?)
        """,
        at);
  }

  /** An answer that is published and not sent, or still thought about. */
  private void waits(String topic, String key, String subscriber) {
    long event =
        jdbc.queryForObject(
            """
            insert into events (topic, event_key, subject, content_type, payload)
            values (?, ?, 'lead/42', 'application/json', '{}') returning id
            """,
            Long.class,
            topic,
            key);
    jdbc.update(
        "insert into deliveries (event_id, topic, subscriber) values (?, ?, ?)",
        event,
        topic,
        subscriber);
  }

  private static Map<String, Object> lead(String text) {
    Map<String, Object> lead = new HashMap<>();
    lead.put("id", 42);
    lead.put("phone", "+66810000001");
    lead.put("provider", "meta");
    lead.put("channel", "200000000000002");
    lead.put("messageCount", 1);
    lead.put("messageProvider", "meta");
    lead.put("messageId", "wamid.1");
    lead.put("text", text);
    return lead;
  }
}
