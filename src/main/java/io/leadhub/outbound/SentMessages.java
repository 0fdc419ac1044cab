package io.leadhub.outbound;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Finds, among what a provider says it sent to a customer, the message of a reply. */
@Component
class SentMessages {

  /** The provider's clock and the database's may differ, and some tell whole seconds. */
  private static final Duration CLOCK_SLACK = Duration.ofMinutes(1);

  /**
   * @param at when the provider got it; one whose time can't be read counts as new: better one
   *     reply too few than two
   * @param failed whether it did not reach the customer
   */
  record Sent(String id, String text, Instant at, boolean failed) {}

  private final JdbcTemplate jdbc;

  SentMessages(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param sent all of them to this customer
   * @param reply its {@code leadId}, {@code text}, {@code template} and {@code use}
   * @param since when the reply was ordered; nothing older is it
   * @param deliveryId whose message it is; one that another delivery sent is not it
   * @return the provider's id, or null when it is not there
   */
  String find(
      String provider, List<Sent> sent, Map<String, Object> reply, Instant since, Long deliveryId) {
    return sent.stream()
        .filter(message -> !message.failed)
        .filter(message -> says(message.text, reply))
        .filter(message -> !message.at.isBefore(since.minus(CLOCK_SLACK)))
        .map(Sent::id)
        .filter(id -> !isToldToHaveFailed(provider, id))
        .filter(id -> !isAnothers(provider, id, reply.get("leadId"), deliveryId))
        .findFirst()
        .orElse(null);
  }

  private static boolean says(String text, Map<String, Object> reply) {
    boolean asTemplate = "template".equals(reply.get("use"));
    return (!asTemplate && same(text, reply.get("text")))
        || (reply.get("template") instanceof Map<?, ?> template
            && same(text, template.get("text")));
  }

  private static boolean same(String text, Object other) {
    return other != null && text.strip().equals(other.toString().strip());
  }

  /** A status may say so before the provider's own list does. */
  private boolean isToldToHaveFailed(String provider, String id) {
    return !jdbc.queryForList(
            """
            select count(*) from message_statuses
            where provider = ? and provider_message_id = ?
            having max(status = 'failed') > max(status in ('delivered', 'read', 'played'))
            """,
            Long.class,
            provider,
            id)
        .isEmpty();
  }

  /** The same words may have gone to the same customer for another lead, or a moment before. */
  private boolean isAnothers(String provider, String id, Object leadId, Long deliveryId) {
    return !jdbc.queryForList(
            """
            select id from messages
            where provider = ? and provider_message_id = ? and direction = 'out'
              and (lead_id <> ? or delivery_id <> ?)
            """,
            provider,
            id,
            leadId,
            deliveryId)
        .isEmpty();
  }
}
