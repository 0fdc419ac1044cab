package io.leadhub.lead;

import io.leadhub.HubSettings;
import io.leadhub.attribution.Certainty;
import io.leadhub.attribution.Credit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The table of those who wrote. Works in the transaction at hand, for many messages at once. */
@Component
class Contacts {

  /**
   * A row, and the lead of theirs that a message of now joins.
   *
   * @param openLead its id, or null
   * @param credit what was decided about whose that lead is; null: nothing yet
   */
  record Contact(
      long id, String phone, String waUserId, String name, Long openLead, Credit credit) {}

  private final JdbcTemplate jdbc;
  private final Duration window;

  @Autowired
  Contacts(JdbcTemplate jdbc, HubSettings settings) {
    this(jdbc, settings.lead().attributionWindow());
  }

  Contacts(JdbcTemplate jdbc, Duration window) {
    this.jdbc = jdbc;
    this.window = window;
  }

  /**
   * Finds the senders by phone number, the better key, or else by WhatsApp user id. Holds their
   * rows until the transaction ends, so that two messages of one person are never both the first.
   *
   * @return for each message its sender, or null for somebody new
   * @throws IllegalStateException when two messages are of one person: what the first of them
   *     brings would be missed
   */
  List<Contact> lock(List<InboundMessage> messages) {
    Map<String, Contact> byPhone = find("phone", InboundMessage::phone, messages);
    List<InboundMessage> others =
        messages.stream().filter(message -> !byPhone.containsKey(message.phone())).toList();
    Map<String, Contact> byUserId = find("wa_user_id", InboundMessage::waUserId, others);
    Set<Object> people = new HashSet<>();
    List<Contact> contacts = new ArrayList<>();
    for (InboundMessage message : messages) {
      Contact contact = byPhone.getOrDefault(message.phone(), byUserId.get(message.waUserId()));
      contacts.add(contact);
      Long id = contact == null ? null : contact.id;
      for (Object name : Arrays.asList(message.phone(), message.waUserId(), id)) {
        if (name != null && !people.add(name)) {
          throw new IllegalStateException("Two messages of one person came together.");
        }
      }
    }
    return contacts;
  }

  /** One statement for both: what it waited for is seen as it is then, the leads as well. */
  private Map<String, Contact> find(
      String column, Function<InboundMessage, String> key, List<InboundMessage> messages) {
    Map<String, Instant> since = new HashMap<>();
    for (InboundMessage message : messages) {
      if (key.apply(message) != null) {
        since.put(key.apply(message), message.at().minus(window));
      }
    }
    Map<String, Contact> contacts = new HashMap<>();
    if (since.isEmpty()) {
      return contacts;
    }
    List<Object> arguments = new ArrayList<>(List.of(Collections.min(since.values())));
    arguments.addAll(since.keySet());
    jdbc.query(
        """
        select c.id, c.phone, c.wa_user_id, c.name,
               l.id as lead_id, l.partner_id, l.partner_code, l.attributed_by, l.certainty,
               l.last_message_at
        from contacts c force index (contacts_by_%1$s)
        left join leads l
          on l.contact_id = c.id and l.status = 'open' and l.last_message_at >= ?
        where c.%1$s in (%2$s)
        order by l.last_message_at, l.id
        for update
        """
            .formatted(column, String.join(", ", Collections.nCopies(since.size(), "?"))),
        row -> {
          String found = row.getString(column);
          Instant last = row.getObject("last_message_at", Instant.class);
          boolean open = last != null && !last.isBefore(since.get(found));
          if (open || !contacts.containsKey(found)) {
            contacts.put(
                found,
                new Contact(
                    row.getLong("id"),
                    row.getString("phone"),
                    row.getString("wa_user_id"),
                    row.getString("name"),
                    open ? row.getLong("lead_id") : null,
                    open ? credit(row) : null));
          }
        },
        arguments.toArray());
    return contacts;
  }

  /** A lead of before there was any certainty is sure. */
  private static Credit credit(ResultSet row) throws SQLException {
    String rule = row.getString("attributed_by");
    if (rule == null) {
      return null;
    }
    Long partner = row.getObject("partner_id", Long.class);
    Certainty certainty =
        "suspected".equals(row.getString("certainty")) ? Certainty.SUSPECTED : Certainty.SURE;
    return new Credit(
        partner, row.getString("partner_code"), rule, partner == null ? null : certainty);
  }

  /**
   * @return the lead of that contact which is that partner's and still open at that time, besides
   *     the latest one; or null
   */
  Long openLead(Contact contact, long partnerId, Instant at) {
    return jdbc.queryForObject(
        """
        select max(id) from leads
        where contact_id = ? and partner_id = ? and status = 'open' and last_message_at >= ?
        """,
        Long.class,
        contact.id,
        partnerId,
        at.minus(window));
  }

  /**
   * Whose these contacts were before.
   *
   * @param since by contact; leads whose last message is older do not count
   * @return by contact what was decided about the latest lead that has a partner
   */
  Map<Long, Credit> formerPartners(Map<Long, Instant> since) {
    Map<Long, Credit> partners = new HashMap<>();
    if (since.isEmpty()) {
      return partners;
    }
    List<Object> arguments = new ArrayList<>(since.keySet());
    arguments.add(Collections.min(since.values()));
    jdbc.query(
        """
        select contact_id, partner_id, partner_code, attributed_by, certainty, last_message_at
        from leads
        where contact_id in (%s) and last_message_at >= ? and partner_id is not null
        order by last_message_at, id
        """
            .formatted(String.join(", ", Collections.nCopies(since.size(), "?"))),
        row -> {
          long contact = row.getLong("contact_id");
          if (!row.getObject("last_message_at", Instant.class).isBefore(since.get(contact))) {
            partners.put(contact, credit(row));
          }
        },
        arguments.toArray());
    return partners;
  }

  /**
   * Adds what the message tells of its sender and was not known; another name replaces the one
   * before, where it comes from the sender's own phone. "Ignore" leaves the row as it is where the
   * other key already belongs to another contact.
   */
  void complete(Contact contact, InboundMessage message) {
    if (tellsMore(contact, message)) {
      jdbc.update(
          """
          update ignore contacts
          set phone = coalesce(phone, ?), wa_user_id = coalesce(wa_user_id, ?), name = %s
          where id = ?
          """
              .formatted(message.provesPhone() ? "coalesce(?, name)" : "coalesce(name, ?)"),
          message.phone(),
          message.waUserId(),
          message.name(),
          contact.id);
    }
  }

  /**
   * Keeps whether somebody wants automatic messages; the later wish counts, whichever comes last.
   */
  void wants(long contactId, StopWords.Wish wish, Instant at) {
    if (wish == StopWords.Wish.STOP) {
      jdbc.update(
          "update contacts set opted_out_at = greatest(?, coalesce(opted_out_at, ?)) where id = ?",
          at,
          at,
          contactId);
    } else {
      jdbc.update(
          "update contacts set opted_out_at = null where id = ? and opted_out_at <= ?",
          contactId,
          at);
    }
  }

  private static boolean tellsMore(Contact contact, InboundMessage message) {
    return (contact.phone == null && message.phone() != null)
        || (contact.waUserId == null && message.waUserId() != null)
        || (message.name() != null && !message.name().equals(contact.name));
  }

  /** The ids of new senders, in the order of their messages. */
  List<Long> create(List<InboundMessage> messages) {
    if (messages.isEmpty()) {
      return List.of();
    }
    Object[] values =
        messages.stream()
            .flatMap(
                sender -> Arrays.asList(sender.phone(), sender.waUserId(), sender.name()).stream())
            .toArray();
    return jdbc.queryForList(
        "insert into contacts (phone, wa_user_id, name) values "
            + String.join(", ", Collections.nCopies(messages.size(), "(?, ?, ?)"))
            + " returning id",
        Long.class,
        values);
  }
}
