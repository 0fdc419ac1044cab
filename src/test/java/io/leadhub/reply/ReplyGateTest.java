package io.leadhub.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.HubSettings;
import io.leadhub.TestSettings;
import io.leadhub.cost.Budget;
import io.leadhub.database.TestDatabase;
import io.leadhub.durable.RejectException;
import io.leadhub.durable.RetryAtException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mock.env.MockEnvironment;

/** What may go out to a customer by itself, at the moment it is sent. */
class ReplyGateTest {

  private static final Map<String, Object> TEMPLATE = Map.of("name", "greeting");

  private final JdbcTemplate jdbc =
      new JdbcTemplate(TestDatabase.emptied(ReplyGateTest.class).dataSource());
  private final long contact = insert("insert into contacts (phone) values ('+66810000001')");
  private final long lead = lead("200000000000002", Duration.ofMinutes(1));

  @Test
  void freeTextGoesOutForADayAfterTheCustomersLastMessage() {
    wrote(Duration.ofHours(24).minusMinutes(1));
    assertThat(gate().admit(reply(null))).containsEntry("use", "text").containsEntry("text", "Hi");
  }

  @Test
  void afterThatOnlyATemplateDoes() {
    wrote(Duration.ofHours(24).plusMinutes(1));
    assertThat(gate().admit(reply(TEMPLATE))).containsEntry("use", "template");
  }

  @Test
  void withoutATemplateThePersonWhoLooksReadsWhatIsMissing() {
    wrote(Duration.ofHours(25));
    assertThatThrownBy(() -> gate().admit(reply(null)))
        .isInstanceOf(RejectException.class)
        .hasMessageContaining("hub.reply.templates");
  }

  @Test
  void theWindowIsThatOfTheNumberTheyWroteTo() {
    wrote(Duration.ofHours(25));
    lead("300000000000003", Duration.ofMinutes(1));
    assertThat(gate().admit(reply(TEMPLATE))).containsEntry("use", "template");

    lead("200000000000002", Duration.ofMinutes(1));
    assertThat(gate().admit(reply(TEMPLATE))).containsEntry("use", "text");
  }

  @Test
  void afterAnAdThatWasAnsweredInTimeFreeTextGoesOutForThreeDays() {
    cameFromAnAd(Duration.ofHours(70));
    sent("person", Duration.ofHours(60));
    jdbc.update("update messages set author = null");
    assertThat(gate().admit(reply(TEMPLATE))).containsEntry("use", "text");

    cameFromAnAd(Duration.ofHours(73));
    assertThat(gate().admit(reply(TEMPLATE))).containsEntry("use", "template");
  }

  @Test
  void anAdThatWasNotAnsweredInTimeOpensNothing() {
    cameFromAnAd(Duration.ofHours(70));
    assertThat(gate().admit(reply(TEMPLATE))).containsEntry("use", "template");

    sent(null, Duration.ofHours(40));
    assertThat(gate().admit(reply(TEMPLATE))).containsEntry("use", "template");
  }

  @Test
  void aTemplateThatWasAskedForGoesOutAsOne() {
    Map<String, Object> reply = reply(TEMPLATE);
    reply.put("use", "template");
    assertThat(gate().admit(reply)).containsEntry("use", "template");
  }

  @Test
  void whoWantsNoAutomaticMessagesGetsNone() {
    jdbc.update("update contacts set opted_out_at = now(6)");
    assertThat(gate().admit(reply(TEMPLATE))).isNull();
  }

  @Test
  void onceAPersonAnsweredTheHubIsSilent() {
    sent("person", Duration.ofDays(3));
    assertThat(gate().admit(reply(TEMPLATE))).isNull();
  }

  @Test
  void aContactGetsOnlySoManyAutomaticMessagesInAnHour() {
    long other = lead("300000000000003", Duration.ofMinutes(1));
    sent(lead, "hub", Duration.ofMinutes(61));
    sent(lead, "hub", Duration.ofMinutes(50));
    sent(other, "hub", Duration.ofMinutes(5));
    assertThat(gate("hub.reply.most-per-hour", "3").admit(reply(null))).isNotNull();

    sent(other, "hub", Duration.ofMinutes(1));
    assertThat(gate("hub.reply.most-per-hour", "3").admit(reply(null))).isNull();
  }

  @Test
  void aMessageThatFailedIsNoneThatTheContactGot() {
    sent(lead, "hub", Duration.ofMinutes(5));
    jdbc.update(
        """
        insert into message_statuses (provider, provider_message_id, status, at)
        select provider, provider_message_id, 'failed', now(6) from messages
        """);
    assertThat(gate("hub.reply.most-per-hour", "1").admit(reply(null))).isNotNull();
  }

  @Test
  void onceTheBudgetIsSpentNothingIsSent() {
    Budget spent =
        new Budget(null, TestSettings.of(), Clock.systemUTC()) {
          @Override
          public boolean exhausted() {
            return true;
          }
        };
    assertThat(gate(spent).admit(reply(null))).isNull();
  }

  @Test
  void duringQuietHoursItWaitsUntilTheyEnd() {
    assertThatThrownBy(() -> gate("hub.reply.quiet", "22:00-08:00").admit(reply(null)))
        .isInstanceOfSatisfying(
            RetryAtException.class,
            wait -> assertThat(wait.delay()).isEqualTo(Duration.ofHours(9)));
  }

  @Test
  void whatWasSentIsTold() {
    Map<String, Object> reply = reply(Map.of("name", "greeting", "text", "Hello Dana"));
    assertThat(gate().sent(reply, "meta", "wamid.1", 7L))
        .containsEntry("kind", "text")
        .containsEntry("text", "Hi")
        .containsEntry("template", null)
        .containsEntry("deliveryId", 7L);

    reply.put("use", "template");
    assertThat(gate().sent(reply, "meta", "wamid.1", 7L))
        .containsEntry("kind", "template")
        .containsEntry("text", "Hello Dana")
        .containsEntry("template", "greeting");
  }

  private ReplyGate gate(String... settings) {
    return gate(new Budget(null, TestSettings.of(), Clock.systemUTC()), settings);
  }

  /** At 23:00 UTC. */
  private ReplyGate gate(Budget budget, String... settings) {
    MockEnvironment environment = new MockEnvironment();
    HubSettings hub = TestSettings.of(settings);
    return new ReplyGate(
        jdbc,
        new BusinessHours(hub, environment),
        budget,
        hub,
        Clock.fixed(Instant.parse("2026-11-23T23:00:00Z"), ZoneOffset.UTC));
  }

  private Map<String, Object> reply(Map<String, Object> template) {
    Map<String, Object> reply = new HashMap<>();
    reply.put("leadId", lead);
    reply.put("text", "Hi");
    reply.put("template", template);
    return reply;
  }

  private long lead(String channel, Duration wroteAgo) {
    return insert(
        """
        insert into leads (contact_id, source, provider, channel, created_at, last_message_at)
        values (?, 'whatsapp', 'meta', ?, now(6), now(6) - interval ? second)
        """,
        contact,
        channel,
        wroteAgo.toSeconds());
  }

  private void wrote(Duration ago) {
    jdbc.update(
        "update leads set last_message_at = now(6) - interval ? second where id = ?",
        ago.toSeconds(),
        lead);
  }

  private void cameFromAnAd(Duration ago) {
    wrote(ago);
    jdbc.update("update leads set ad_clicked_at = last_message_at where id = ?", lead);
  }

  private void sent(String author, Duration ago) {
    sent(lead, author, ago);
  }

  private void sent(long lead, String author, Duration ago) {
    jdbc.update(
        """
        insert into messages (lead_id, provider, provider_message_id, direction, kind, author, at)
        values (?, 'meta', uuid(), 'out', 'text', ?, now(6) - interval ? second)
        """,
        lead,
        author,
        ago.toSeconds());
  }

  private long insert(String sql, Object... values) {
    return jdbc.queryForObject(sql + " returning id", Long.class, values);
  }
}
