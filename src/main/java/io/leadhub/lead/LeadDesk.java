package io.leadhub.lead;

import io.leadhub.attribution.AttributionDesk;
import io.leadhub.attribution.AttributionDesk.Inquiry;
import io.leadhub.attribution.AttributionDesk.Outcome;
import io.leadhub.attribution.AttributionSettings;
import io.leadhub.attribution.AttributionSettings.RepeatCustomers;
import io.leadhub.attribution.Certainty;
import io.leadhub.attribution.Credit;
import io.leadhub.attribution.Decision;
import io.leadhub.attribution.Evidence;
import io.leadhub.lead.Contacts.Contact;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Decides what messages mean: nothing new, more of an open lead, or a new lead; and whose it is.
 * What is then written stands in {@code routes/lead.camel.yaml} and {@code attribution.camel.yaml}.
 */
@Component("leadDesk")
public class LeadDesk {

  /** Ways in that no link of ours leads to. */
  private static final Set<String> NOT_WHATSAPP = Set.of("generic", "form");

  private final JdbcTemplate jdbc;
  private final Contacts contacts;
  private final AttributionDesk attribution;
  private final StopWords stopWords;
  private final AttributionSettings settings;

  LeadDesk(
      JdbcTemplate jdbc,
      Contacts contacts,
      AttributionDesk attribution,
      StopWords stopWords,
      AttributionSettings settings) {
    this.jdbc = jdbc;
    this.contacts = contacts;
    this.attribution = attribution;
    this.stopWords = stopWords;
    this.settings = settings;
  }

  /**
   * What messages bring, those known before left out. Each is told by everything that the route's
   * SQL needs, by name: the message's fields; {@code contactId}; {@code leadId}, null for a new
   * lead; {@code partnerId}, {@code partnerCode}, {@code attributedBy} and {@code certainty}, null
   * unless the message attributes the lead; {@code clickId}, the clicks that are the sender's;
   * {@code unknownClickOf}, the ids of partners whose latest click since {@code clickedSince} may
   * be, too; {@code previousPartnerId}, {@code previousPartnerCode} and {@code previousCertainty}
   * of the lead that it joins.
   *
   * @param created those that open leads
   * @param updated those that join open ones
   */
  public record News(List<Map<String, Object>> created, List<Map<String, Object>> updated) {}

  /**
   * @param sender null for somebody new
   */
  private record Received(InboundMessage message, Contact sender) {

    Long openLead() {
      return sender == null ? null : sender.openLead();
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
    List<Inquiry> inquiries = inquiries(received);
    List<Outcome> outcomes = attribution.decide(inquiries);
    News news = new News(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < received.size(); i++) {
      Received one = received.get(i);
      Long known = leadOfTheSecondPartner(one, outcomes.get(i).decision());
      Map<String, Object> facts =
          facts(one.message, known == null ? outcomes.get(i) : outcomes.get(i).ofAKnownLead());
      if (one.sender == null) {
        facts.put("contactId", newContacts.next());
      } else {
        contacts.complete(one.sender, one.message);
        facts.put("contactId", one.sender.id());
        if (known != null) {
          facts.put("leadId", known);
        } else if (outcomes.get(i).decision().kind() != Decision.Kind.NEW_LEAD) {
          join(one.sender, facts);
        }
      }
      StopWords.Wish wish = stopWords.of(one.message.text());
      if (wish != null && one.message.provesPhone()) {
        contacts.wants((Long) facts.get("contactId"), wish, one.message.at());
      }
      (facts.get("leadId") == null ? news.created : news.updated).add(facts);
    }
    return news;
  }

  /** Who writes two partners' codes in turn has a lead with each of them, and no more. */
  private Long leadOfTheSecondPartner(Received one, Decision decision) {
    return one.sender == null || decision.kind() != Decision.Kind.NEW_LEAD
        ? null
        : contacts.openLead(one.sender, decision.evidence().partner().id(), one.message.at());
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

  /** Those that tell of it, such as whose their lead is ({@code partnerId}). */
  public List<Map<String, Object>> having(String name, List<Map<String, Object>> facts) {
    return facts.stream().filter(one -> one.get(name) != null).toList();
  }

  /**
   * The facts once for each id that they name so, one or a list, in the order of these: whoever
   * locks rows by them does so as others do.
   */
  public List<Map<String, Object>> forEach(String name, List<Map<String, Object>> facts) {
    List<Map<String, Object>> each = new ArrayList<>();
    for (Map<String, Object> one : facts) {
      Object ids = one.get(name);
      for (Object id : ids instanceof Collection<?> many ? many : Collections.singleton(ids)) {
        if (id == null) {
          continue;
        }
        Map<String, Object> of = new HashMap<>(one);
        of.put(name, id);
        each.add(of);
      }
    }
    each.sort(Comparator.comparingLong(one -> ((Number) one.get(name)).longValue()));
    return each;
  }

  private List<Inquiry> inquiries(List<Received> received) {
    Map<Long, Credit> former = formerPartners(received);
    return received.stream()
        .map(
            one -> {
              InboundMessage message = one.message;
              boolean opens = one.openLead() == null;
              return new Inquiry(
                  message.text(),
                  phone(one),
                  message.at(),
                  message.referral(),
                  message.code(),
                  !NOT_WHATSAPP.contains(message.provider()),
                  opens,
                  !opens && !message.provesPhone(),
                  one.sender == null ? null : one.sender.credit(),
                  opens && one.sender != null ? former.get(one.sender.id()) : null);
            })
        .toList();
  }

  private static String phone(Received one) {
    return one.message.phone() == null && one.sender != null
        ? one.sender.phone()
        : one.message.phone();
  }

  /** Looked up only where a rule asks for it. */
  private Map<Long, Credit> formerPartners(List<Received> received) {
    if (settings.repeatCustomers() == RepeatCustomers.NOBODY) {
      return Map.of();
    }
    return contacts.formerPartners(
        received.stream()
            .filter(one -> one.sender != null && one.openLead() == null)
            .collect(
                Collectors.toMap(
                    one -> one.sender.id(),
                    one -> one.message.at().minus(settings.repeatWithin()))));
  }

  private static void join(Contact sender, Map<String, Object> facts) {
    facts.put("leadId", sender.openLead());
    if (sender.credit() != null) {
      facts.put("previousPartnerId", sender.credit().partnerId());
      facts.put("previousPartnerCode", sender.credit().partnerCode());
      Certainty certainty = sender.credit().certainty();
      facts.put("previousCertainty", certainty == null ? null : certainty.word());
    }
  }

  private static Map<String, Object> facts(InboundMessage message, Outcome outcome) {
    Decision decision = outcome.decision();
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
    facts.put("previousPartnerId", null);
    facts.put("previousPartnerCode", null);
    facts.put("decision", decision);
    Evidence by = decision.credits() ? decision.evidence() : null;
    facts.put("partnerId", by == null ? null : by.partner().id());
    facts.put("partnerCode", by == null ? null : by.partner().code());
    facts.put("attributedBy", by == null ? null : by.rule());
    facts.put("certainty", by == null ? null : by.certainty().word());
    facts.put("clickId", outcome.clicks());
    facts.put("unknownClickOf", outcome.partners());
    facts.put("clickedSince", outcome.clickedSince());
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
