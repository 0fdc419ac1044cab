package io.leadhub.lead;

import io.leadhub.HubSettings;
import io.leadhub.attribution.Attribution;
import io.leadhub.attribution.PartnerCodes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Decides what a message means: nothing new, more of an open lead, or a new lead; and whose it is.
 * What is then written stands in {@code routes/lead.camel.yaml}.
 */
@Component("leadDesk")
public class LeadDesk {

  private final JdbcTemplate jdbc;
  private final PartnerCodes partnerCodes;
  private final Duration window;

  LeadDesk(JdbcTemplate jdbc, PartnerCodes partnerCodes, HubSettings settings) {
    this.jdbc = jdbc;
    this.partnerCodes = partnerCodes;
    this.window = settings.lead().attributionWindow();
  }

  /**
   * Recognises the sender and the lead. Holds the contact's row until the transaction ends, so that
   * two messages of one person are never both the first.
   *
   * @return everything the route's SQL needs, by name: the message's fields; {@code news} (created,
   *     updated or known); {@code contactId}; {@code leadId}, null for a new lead; {@code
   *     partnerId}, {@code partnerCode} and {@code attributedBy}, null unless this message
   *     attributes the lead
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public Map<String, Object> receive(InboundMessage message) {
    Map<String, Object> facts = facts(message);
    Map<String, Object> contact = contact(message);
    if (contact != null && isKnown(message)) {
      facts.put("news", "known");
      return facts;
    }
    long contactId = contact == null ? create(message) : complete(contact, message);
    Object openLead = contact == null ? null : contact.get("lead_id");
    boolean attributed = openLead != null && contact.get("partner_id") != null;
    Attribution attribution = attributed ? null : partnerCodes.find(message.text()).orElse(null);
    facts.put("news", openLead == null ? "created" : "updated");
    facts.put("contactId", contactId);
    facts.put("leadId", openLead);
    facts.put("partnerId", attribution == null ? null : attribution.partnerId());
    facts.put("partnerCode", attribution == null ? null : attribution.partnerCode());
    facts.put("attributedBy", attribution == null ? null : attribution.rule());
    return facts;
  }

  /** The facts of a lead that was just opened under this id. */
  public Map<String, Object> opened(Map<String, Object> facts, long leadId) {
    Map<String, Object> complete = new HashMap<>(facts);
    complete.put("leadId", leadId);
    return complete;
  }

  private static Map<String, Object> facts(InboundMessage message) {
    Map<String, Object> facts = new HashMap<>();
    facts.put("provider", message.provider());
    facts.put("channel", message.channel());
    facts.put("messageId", message.messageId());
    facts.put("kind", message.kind());
    facts.put("text", message.text());
    facts.put("at", message.at());
    facts.put("referral", message.referral());
    facts.put("media", message.media());
    return facts;
  }

  private boolean isKnown(InboundMessage message) {
    return !jdbc.queryForList(
            "select 1 from messages"
                + " where provider = ? and provider_message_id = ? and direction = 'in'",
            message.provider(),
            message.messageId())
        .isEmpty();
  }

  /**
   * The row of the sender, locked, and their open lead, if any; a phone number is the better key.
   */
  private Map<String, Object> contact(InboundMessage message) {
    return lock("phone", message.phone(), message)
        .or(() -> lock("wa_user_id", message.waUserId(), message))
        .orElse(null);
  }

  /** One statement for both: what it waited for is seen as it is then, the lead as well. */
  private Optional<Map<String, Object>> lock(String column, String key, InboundMessage message) {
    if (key == null) {
      return Optional.empty();
    }
    return jdbc
        .queryForList(
            """
            select c.id, c.phone, c.wa_user_id, c.name, l.id as lead_id, l.partner_id
            from contacts c
            left join leads l
              on l.contact_id = c.id and l.status = 'open' and l.last_message_at >= ?
            where c.%s = ?
            order by l.last_message_at desc
            limit 1
            for update
            """
                .formatted(column),
            message.at().minus(window),
            key)
        .stream()
        .findFirst();
  }

  /** "Ignore" leaves the row as it is where the other key already belongs to another contact. */
  private long complete(Map<String, Object> contact, InboundMessage message) {
    if (tellsMore(contact, message)) {
      jdbc.update(
          """
          update ignore contacts
          set phone = coalesce(phone, ?), wa_user_id = coalesce(wa_user_id, ?), name = coalesce(?, name)
          where id = ?
          """,
          message.phone(),
          message.waUserId(),
          message.name(),
          contact.get("id"));
    }
    return ((Number) contact.get("id")).longValue();
  }

  private static boolean tellsMore(Map<String, Object> contact, InboundMessage message) {
    return (contact.get("phone") == null && message.phone() != null)
        || (contact.get("wa_user_id") == null && message.waUserId() != null)
        || (message.name() != null && !message.name().equals(contact.get("name")));
  }

  private long create(InboundMessage message) {
    return jdbc.queryForObject(
        "insert into contacts (phone, wa_user_id, name) values (?, ?, ?) returning id",
        Long.class,
        message.phone(),
        message.waUserId(),
        message.name());
  }
}
