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
   */
  record Sent(String id, String text, Instant at) {}

  private final JdbcTemplate jdbc;

  SentMessages(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param sent all of them to this customer
   * @param reply its {@code leadId}, {@code text} and {@code template}
   * @param since when the reply was ordered; nothing older is it
   * @return the provider's id, or null when it is not there
   */
  String find(String provider, List<Sent> sent, Map<String, Object> reply, Instant since) {
    return sent.stream()
        .filter(message -> says(message.text, reply))
        .filter(message -> !message.at.isBefore(since.minus(CLOCK_SLACK)))
        .map(Sent::id)
        .filter(id -> !belongsToAnotherLead(provider, id, reply.get("leadId")))
        .findFirst()
        .orElse(null);
  }

  private static boolean says(String text, Map<String, Object> reply) {
    return same(text, reply.get("text"))
        || (reply.get("template") instanceof Map<?, ?> template
            && same(text, template.get("text")));
  }

  private static boolean same(String text, Object other) {
    return other != null && text.strip().equals(other.toString().strip());
  }

  /** The same words may have gone to the same customer for an earlier lead. */
  private boolean belongsToAnotherLead(String provider, String id, Object leadId) {
    return !jdbc.queryForList(
            """
            select id from messages
            where provider = ? and provider_message_id = ? and direction = 'out' and lead_id <> ?
            """,
            provider,
            id,
            leadId)
        .isEmpty();
  }
}
