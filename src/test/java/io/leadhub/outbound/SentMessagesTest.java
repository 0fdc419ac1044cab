package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.database.TestDatabase;
import io.leadhub.outbound.SentMessages.Sent;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** Which of the messages that a provider lists is the one of a reply. */
class SentMessagesTest {

  private static final Instant ORDERED = Instant.parse("2026-11-26T12:00:00Z");
  private static final long DELIVERY = 7;

  private final JdbcTemplate jdbc =
      new JdbcTemplate(TestDatabase.emptied(SentMessagesTest.class).dataSource());
  private final SentMessages messages = new SentMessages(jdbc);

  @Test
  void theSameWordsSinceTheReplyWasOrderedAreIt() {
    assertThat(find(reply("text"), sent("SM1", "Hello ", 5))).isEqualTo("SM1");
    assertThat(find(reply("text"), sent("SM1", "Hello", -120))).isNull();
    assertThat(find(reply("text"), sent("SM1", "Bye", 5))).isNull();
  }

  @Test
  void theTextThatFailedIsNotTheTemplateThatFollowedIt() {
    assertThat(find(reply("template"), sent("SM1", "Hello", -1))).isNull();
    assertThat(find(reply("template"), sent("SM2", "Hello Dana", 5))).isEqualTo("SM2");
  }

  @Test
  void whatDidNotReachTheCustomerWasNotSent() {
    assertThat(find(reply("text"), new Sent("SM1", "Hello", ORDERED.plusSeconds(5), true)))
        .isNull();
  }

  @Test
  void whatAStatusToldToHaveFailedWasNotSentUnlessItArrivedAllTheSame() {
    jdbc.update(
        """
        insert into message_statuses (provider, provider_message_id, status, at)
        values ('twilio', 'SM1', 'failed', now(6)),
               ('twilio', 'SM2', 'failed', now(6)), ('twilio', 'SM2', 'read', now(6))
        """);

    assertThat(find(reply("text"), sent("SM1", "Hello", 5))).isNull();
    assertThat(find(reply("text"), sent("SM2", "Hello", 5))).isEqualTo("SM2");
  }

  @Test
  void whatIsKeptForAnotherDeliveryIsNotIt() {
    jdbc.update("insert into contacts (id, phone) values (1, '+66810000001')");
    jdbc.update(
        """
        insert into leads (id, contact_id, source, provider, created_at, last_message_at)
        values (42, 1, 'whatsapp', 'twilio', now(6), now(6))
        """);
    jdbc.update(
        """
        insert into messages (lead_id, provider, provider_message_id, direction, kind, delivery_id, at)
        values (42, 'twilio', 'SM1', 'out', 'text', 6, now(6)),
               (42, 'twilio', 'SM2', 'out', 'text', 7, now(6))
        """);

    assertThat(find(reply("text"), sent("SM1", "Hello", 5), sent("SM2", "Hello", 5)))
        .isEqualTo("SM2");
  }

  private String find(Map<String, Object> reply, Sent... sent) {
    return messages.find("twilio", List.of(sent), reply, ORDERED, DELIVERY);
  }

  private static Sent sent(String id, String text, int secondsAfter) {
    return new Sent(id, text, ORDERED.plusSeconds(secondsAfter), false);
  }

  private static Map<String, Object> reply(String use) {
    Map<String, Object> reply = new HashMap<>();
    reply.put("leadId", 42);
    reply.put("text", "Hello");
    reply.put("template", Map.of("text", "Hello Dana"));
    reply.put("use", use);
    return reply;
  }
}
