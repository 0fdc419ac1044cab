package io.leadhub.lead;

import io.leadhub.attribution.Certainty;
import io.leadhub.attribution.CodeExtractor;
import io.leadhub.attribution.CodeFinding;
import io.leadhub.lead.Contacts.Contact;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Decides what messages mean: nothing new, more of an open lead, or a new lead; and whose it is.
 * What is then written stands in {@code routes/lead.camel.yaml}.
 */
@Component("leadDesk")
public class LeadDesk {

  private final JdbcTemplate jdbc;
  private final Contacts contacts;
  private final CodeExtractor codes;
  private final StopWords stopWords;

  LeadDesk(JdbcTemplate jdbc, Contacts contacts, CodeExtractor codes, StopWords stopWords) {
    this.jdbc = jdbc;
    this.contacts = contacts;
    this.codes = codes;
    this.stopWords = stopWords;
  }

  /**
   * What messages bring, those known before left out. Each is told by everything that the route's
   * SQL needs, by name: the message's fields; {@code contactId}; {@code leadId}, null for a new
   * lead; {@code partnerId}, {@code partnerCode} and {@code attributedBy}, null unless the message
   * attributes the lead.
   *
   * @param created those that open leads
   * @param updated those that join open ones
   */
  public record News(List<Map<String, Object>> created, List<Map<String, Object>> updated) {}

  /**
   * @param sender null for somebody new
   */
  private record Received(InboundMessage message, Contact sender) {

    String textThatMayAttribute() {
      return sender != null && sender.attributed() ? null : message.text();
    }
  }

  /**
   * Recognises senders and leads, and holds the senders' rows until the transaction ends.
   *
   * @param messages each of another person
   * @throws IllegalStateException when two are of one person: each has to be received alone then
   */
  @Transactional(propagation = Propagation.MANDATORY)
  public News receive(List<InboundMessage> messages) {
    List<Received> received = unknown(messages, contacts.lock(messages));
    Iterator<Long> newContacts =
        contacts
            .create(
                received.stream().filter(one -> one.sender == null).map(Received::message).toList())
            .iterator();
    News news = new News(new ArrayList<>(), new ArrayList<>());
    for (Received one : received) {
      Map<String, Object> facts = facts(one.message, attribution(one));
      if (one.sender == null) {
        facts.put("contactId", newContacts.next());
      } else {
        contacts.complete(one.sender, one.message);
        facts.put("contactId", one.sender.id());
        facts.put("leadId", one.sender.openLead());
      }
      StopWords.Wish wish = stopWords.of(one.message.text());
      if (wish != null) {
        contacts.wants((Long) facts.get("contactId"), wish, one.message.at());
      }
      (facts.get("leadId") == null ? news.created : news.updated).add(facts);
    }
    return news;
  }

  /** The facts, each with the id that the database gave to what was made of it. */
  public List<Map<String, Object>> with(
      String name, List<Long> ids, List<Map<String, Object>> facts) {
    List<Map<String, Object>> complete = new ArrayList<>();
    for (int i = 0; i < facts.size(); i++) {
      Map<String, Object> one = new HashMap<>(facts.get(i));
      one.put(name, ids.get(i));
      complete.add(one);
    }
    return complete;
  }

  /** Those that say whose their lead is. */
  public List<Map<String, Object>> attributing(List<Map<String, Object>> facts) {
    return facts.stream().filter(one -> one.get("partnerId") != null).toList();
  }

  /** Whose form it is counts before what is written in it; two different codes credit nobody. */
  private CodeFinding attribution(Received received) {
    boolean attributed = received.sender != null && received.sender.attributed();
    String told = attributed ? null : received.message.code();
    Optional<CodeFinding> form =
        codes.resolve(told).map(one -> new CodeFinding(one, "form", Certainty.SURE, 0, 0, told));
    if (form.isPresent()) {
      return form.get();
    }
    List<CodeFinding> found = codes.find(received.textThatMayAttribute());
    return found.size() == 1 ? found.get(0) : null;
  }

  private static Map<String, Object> facts(InboundMessage message, CodeFinding attribution) {
    Map<String, Object> facts = new HashMap<>();
    facts.put("provider", message.provider());
    facts.put("channel", message.channel());
    facts.put("messageId", message.messageId());
    facts.put("kind", message.kind());
    facts.put("text", message.text());
    facts.put("at", message.at());
    facts.put("referral", message.referral());
    facts.put("media", message.media());
    facts.put("leadId", null);
    facts.put("partnerId", attribution == null ? null : attribution.partner().id());
    facts.put("partnerCode", attribution == null ? null : attribution.partner().code());
    facts.put("attributedBy", attribution == null ? null : attribution.how());
    return facts;
  }

  /** Whoever is new cannot have sent a message that is known. */
  private List<Received> unknown(List<InboundMessage> messages, List<Contact> senders) {
    List<Received> received = new ArrayList<>();
    List<InboundMessage> perhapsKnown = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      received.add(new Received(messages.get(i), senders.get(i)));
      if (senders.get(i) != null) {
        perhapsKnown.add(messages.get(i));
      }
    }
    Set<List<String>> known = known(perhapsKnown);
    received.removeIf(
        one -> known.contains(List.of(one.message.provider(), one.message.messageId())));
    return received;
  }

  /** Provider and id of those that are kept already. */
  private Set<List<String>> known(List<InboundMessage> messages) {
    Set<List<String>> known = new HashSet<>();
    if (messages.isEmpty()) {
      return known;
    }
    List<Object> arguments = new ArrayList<>();
    messages.forEach(message -> arguments.add(message.provider()));
    messages.forEach(message -> arguments.add(message.messageId()));
    jdbc.query(
        """
        select provider, provider_message_id from messages
        where provider in (%1$s) and provider_message_id in (%1$s) and direction = 'in'
        """
            .formatted(String.join(", ", Collections.nCopies(messages.size(), "?"))),
        row -> {
          known.add(List.of(row.getString(1), row.getString(2)));
        },
        arguments.toArray());
    return known;
  }
}
