package io.leadhub.lead;

import io.leadhub.HubSettings;
import io.leadhub.attribution.Attribution;
import io.leadhub.attribution.PartnerCodes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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
    if (isKnown(message)) {
      facts.put("news", "known");
      return facts;
    }
    long contactId = contact(message);
    Map<String, Object> openLead = openLead(contactId, message);
    boolean attributed = openLead != null && openLead.get("partner_id") != null;
    Attribution attribution = attributed ? null : partnerCodes.find(message.text()).orElse(null);
    facts.put("news", openLead == null ? "created" : "updated");
    facts.put("contactId", contactId);
    facts.put("leadId", openLead == null ? null : openLead.get("id"));
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

  /** A phone number is the better key: a user id changes with the number and the business. */
  private long contact(InboundMessage message) {
    return lock("select id from contacts where phone = ? for update", message.phone())
        .or(
            () ->
                lock("select id from contacts where wa_user_id = ? for update", message.waUserId()))
        .map(id -> complete(id, message))
        .orElseGet(() -> create(message));
  }

  private Optional<Long> lock(String sql, String key) {
    return key == null
        ? Optional.empty()
        : jdbc.queryForList(sql, Long.class, key).stream().findFirst();
  }

  /** "Ignore" leaves the row as it is where the other key already belongs to another contact. */
  private long complete(long id, InboundMessage message) {
    jdbc.update(
        """
        update ignore contacts
        set phone = coalesce(phone, ?), wa_user_id = coalesce(wa_user_id, ?), name = coalesce(?, name)
        where id = ?
        """,
        message.phone(),
        message.waUserId(),
        message.name(),
        id);
    return id;
  }

  private long create(InboundMessage message) {
    return jdbc.queryForObject(
        "insert into contacts (phone, wa_user_id, name) values (?, ?, ?) returning id",
        Long.class,
        message.phone(),
        message.waUserId(),
        message.name());
  }

  private Map<String, Object> openLead(long contactId, InboundMessage message) {
    List<Map<String, Object>> open =
        jdbc.queryForList(
            """
            select id, partner_id from leads
            where contact_id = ? and status = 'open' and last_message_at >= ?
            order by last_message_at desc limit 1
            """,
            contactId,
            message.at().minus(window));
    return open.isEmpty() ? null : open.get(0);
  }
}
