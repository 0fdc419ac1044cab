package io.leadhub.chaos;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What happened, as seen from outside: written while it happens, judged by {@link HistoryCheck}.
 */
final class History {

  /**
   * A customer's message.
   *
   * @param code of the partner whom it names
   */
  record Message(String provider, String id, String phone, String code) {

    String key() {
      return provider + "/" + id;
    }
  }

  /**
   * Something that a remote was made to do.
   *
   * @param key what it was about, such as {@code lead/42}
   * @param to the chat or the phone number that got it; empty where there is but one receiver
   * @param tells whom and what it spoke of, see {@link #customer}; empty where it names nobody
   * @param id what makes two of them one, where the remote drops repeats; else unique
   * @param saysItRepeats whether its words say that it may have come before
   */
  record Effect(
      Destination destination,
      String key,
      String to,
      String tells,
      String id,
      boolean saysItRepeats) {}

  /** A message as the hub keeps it. */
  record KeptMessage(String key, long leadId) {}

  /** A lead as the hub keeps it, and the provider that it is answered by: the first that can. */
  record KeptLead(long id, String phone, String code, String provider, int messageCount) {

    String key() {
      return "lead/" + id;
    }
  }

  /**
   * What the hub keeps in the end.
   *
   * @param messages in the order in which they became part of their leads
   * @param givenUp deliveries that nobody may repeat any more and that nobody can ask about; each a
   *     dead letter that says so
   * @param unknownOutcomes of deliveries, how many attempts may have taken effect without a word of
   *     it
   */
  record Kept(
      List<KeptMessage> messages,
      List<KeptLead> leads,
      Set<String> givenUp,
      Map<String, Integer> unknownOutcomes,
      List<String> deadLetters) {

    boolean isGivenUp(Destination destination, String key) {
      return destination.allowsAMarkedRepeat && givenUp.contains(delivery(destination, key));
    }

    int unknownOutcomes(Destination destination, String key) {
      return unknownOutcomes.getOrDefault(delivery(destination, key), 0);
    }

    private static String delivery(Destination destination, String key) {
      return destination.subscriber + " " + key;
    }
  }

  /** A customer, as who is told of a lead reads it. */
  static String customer(String phone, String code) {
    return phone + " with code " + code;
  }

  private final Map<String, String> chats = new ConcurrentHashMap<>();
  private final Map<String, String> reports = new ConcurrentHashMap<>();
  private final Map<String, Message> posted = new ConcurrentHashMap<>();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Queue<Effect> effects = new ConcurrentLinkedQueue<>();

  /** A partner, and the only chat that the partner's leads and reports may be read in. */
  void partner(String code, String chat) {
    chats.put(code, chat);
  }

  /** The partner has to be sent a report of that day by now. */
  void reportIsDue(String code, LocalDate day) {
    reports.put("report/" + code + "/" + day, code);
  }

  /** It is about to be posted: whether it is kept is open until it is acknowledged. */
  void posted(Message message) {
    posted.put(message.key(), message);
  }

  /** It was answered with 200. */
  void acknowledged(Message message) {
    acknowledged.add(message.key());
  }

  void had(Effect effect) {
    effects.add(effect);
  }

  /** By code. */
  Map<String, String> chats() {
    return chats;
  }

  /** Whose each is that is due, by key. */
  Map<String, String> reports() {
    return reports;
  }

  Map<String, Message> posted() {
    return posted;
  }

  Set<String> acknowledged() {
    return acknowledged;
  }

  /** In the order in which they came. */
  List<Effect> effects() {
    return List.copyOf(effects);
  }

  long effectsAt(Destination destination) {
    return effects.stream().filter(effect -> effect.destination() == destination).count();
  }
}
