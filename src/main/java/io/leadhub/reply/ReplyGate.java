package io.leadhub.reply;

import io.leadhub.HubSettings;
import io.leadhub.cost.Budget;
import io.leadhub.durable.RejectException;
import io.leadhub.durable.RetryAtException;
import io.leadhub.outbound.ErrorTable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Stands before everything that goes to a customer by itself, at the moment it is sent: a reply may
 * have waited for hours, and much may have happened since.
 */
@Component("replyGate")
public class ReplyGate {

  private static final Logger log = LoggerFactory.getLogger(ReplyGate.class);

  /**
   * @param sentLately automatic messages to the contact in the last hour that did not fail
   * @param writtenAt the contact's last message to that number of ours, in the provider's time
   * @param adAt the last one of them that came from an ad, or null
   * @param answeredAdAt our first answer after it, or null
   * @param now the database's time
   */
  private record Facts(
      boolean optedOut,
      boolean answeredByPerson,
      int sentLately,
      Instant writtenAt,
      Instant adAt,
      Instant answeredAdAt,
      Instant now) {}

  private final JdbcTemplate jdbc;
  private final BusinessHours hours;
  private final Budget budget;
  private final HubSettings.Reply rules;
  private final Clock clock;

  ReplyGate(
      JdbcTemplate jdbc, BusinessHours hours, Budget budget, HubSettings settings, Clock clock) {
    this.jdbc = jdbc;
    this.hours = hours;
    this.budget = budget;
    this.rules = settings.reply();
    this.clock = clock;
  }

  /**
   * @param reply as {@link ReplyDesk#reply} made it
   * @return the reply with {@code use}: {@code text}, or {@code template} outside the window; null
   *     when it is not to be sent any more
   * @throws RetryAtException during quiet hours, until they end
   * @throws RejectException when only a template may be sent and the language has none
   */
  public Map<String, Object> admit(Map<String, Object> reply) {
    Facts facts = facts(reply.get("leadId"));
    String reason = whyNot(facts);
    if (reason != null) {
      log.info("The reply about lead {} is not sent: {}", reply.get("leadId"), reason);
      return null;
    }
    Instant now = clock.instant();
    hours
        .quietUntil(now)
        .ifPresent(
            end -> {
              throw new RetryAtException(
                  "Quiet hours (hub.reply.quiet) until " + end, Duration.between(now, end));
            });
    Map<String, Object> admitted = new HashMap<>(reply);
    admitted.put("use", use(reply, facts));
    return admitted;
  }

  /**
   * Whether the failure means that free text came too late and a template can still be sent.
   *
   * @param errors what the provider's answers mean
   */
  public boolean needsTemplate(Map<String, Object> reply, ErrorTable errors, Throwable failure) {
    return "text".equals(reply.get("use"))
        && reply.get("template") != null
        && errors.isOutsideWindow(failure);
  }

  /** The reply once more, as a template whatever the window seems to be. */
  public Map<String, Object> asTemplate(Map<String, Object> reply) {
    Map<String, Object> again = new HashMap<>(reply);
    again.put("key", reply.get("key") + "/template");
    again.put("use", "template");
    return again;
  }

  /** The row of what was sent; {@code messageId} is null where the provider named none. */
  public Map<String, Object> sent(
      Map<String, Object> reply, String provider, String messageId, Long deliveryId) {
    Map<?, ?> template =
        "template".equals(reply.get("use")) && reply.get("template") instanceof Map<?, ?> used
            ? used
            : null;
    Map<String, Object> row = new HashMap<>();
    row.put("leadId", reply.get("leadId"));
    row.put("provider", provider);
    row.put("messageId", messageId);
    row.put("kind", template == null ? "text" : "template");
    row.put("text", (template == null ? reply : template).get("text"));
    row.put("template", template == null ? null : firstOf(template, "name", "contentSid"));
    row.put("deliveryId", deliveryId);
    return row;
  }

  private static Object firstOf(Map<?, ?> map, String one, String other) {
    return map.get(one) == null ? map.get(other) : map.get(one);
  }

  private String whyNot(Facts facts) {
    if (facts.optedOut) {
      return "the contact wants no automatic messages";
    }
    if (facts.answeredByPerson) {
      return "somebody of the business answered already";
    }
    if (facts.sentLately >= rules.mostPerHour()) {
      return "the contact got " + facts.sentLately + " automatic messages in an hour";
    }
    return budget.exhausted() ? "the month's budget is spent (hub.costs.over-budget)" : null;
  }

  private String use(Map<String, Object> reply, Facts facts) {
    String use = chosen(reply, facts);
    if (use.equals("template") && reply.get("template") == null) {
      throw new RejectException(
          "The customer last wrote more than "
              + rules.window().toHours()
              + " hours ago, so only an approved template may be sent, and hub.reply.templates has"
              + " none for the language of this reply.");
    }
    return use;
  }

  private String chosen(Map<String, Object> reply, Facts facts) {
    return "template".equals(reply.get("use")) || !isOpen(facts) ? "template" : "text";
  }

  /** A reply that was found to be sent already, as it will have been sent: by the window of now. */
  public Map<String, Object> asFound(Map<String, Object> reply) {
    Map<String, Object> found = new HashMap<>(reply);
    found.put("use", chosen(reply, facts(reply.get("leadId"))));
    return found;
  }

  /**
   * Free text may go out for a day after the customer's last message; for three after one that came
   * from an ad, if we answered that one within its first day. See
   * https://developers.facebook.com/docs/whatsapp/pricing#free-entry-point-conversations
   */
  private boolean isOpen(Facts facts) {
    if (facts.writtenAt != null && facts.now.isBefore(facts.writtenAt.plus(rules.window()))) {
      return true;
    }
    return facts.adAt != null
        && facts.answeredAdAt != null
        && facts.answeredAdAt.isBefore(facts.adAt.plus(rules.window()))
        && facts.now.isBefore(facts.adAt.plus(rules.adWindow()));
  }

  private Facts facts(Object leadId) {
    return jdbc
        .query(
            """
            select c.opted_out_at is not null as opted_out,
                   exists (select 1 from messages m
                           where m.lead_id = l.id and m.author = 'person') as by_person,
                   (select count(*) from leads x join messages m on m.lead_id = x.id
                    where x.contact_id = l.contact_id and m.author = 'hub'
                      and m.at > now(6) - interval 1 hour
                      and not exists (
                        select 1 from message_statuses s
                        where s.provider = m.provider and s.status = 'failed'
                          and s.provider_message_id = m.provider_message_id)) as sent_lately,
                   (select max(x.last_message_at) from leads x
                    where x.contact_id = l.contact_id and x.provider = l.provider
                      and x.channel <=> l.channel) as written_at,
                   l.ad_clicked_at as ad_at,
                   (select min(m.at) from messages m
                    where m.lead_id = l.id and m.direction = 'out' and m.at >= l.ad_clicked_at)
                     as answered_ad_at,
                   now(6) as now
            from leads l join contacts c on c.id = l.contact_id
            where l.id = ?
            """,
            (row, index) ->
                new Facts(
                    row.getBoolean("opted_out"),
                    row.getBoolean("by_person"),
                    row.getInt("sent_lately"),
                    row.getObject("written_at", Instant.class),
                    row.getObject("ad_at", Instant.class),
                    row.getObject("answered_ad_at", Instant.class),
                    row.getObject("now", Instant.class)),
            leadId)
        .stream()
        .findFirst()
        .orElseThrow(() -> new RejectException("There is no lead " + leadId + "."));
  }
}
