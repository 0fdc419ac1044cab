package io.leadhub.chaos;

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

  /** A customer's message. */
  record Message(String provider, String id, String phone) {

    String key() {
      return provider + "/" + id;
    }
  }

  /**
   * Something that a remote was made to do.
   *
   * @param key what it was about, such as {@code lead/42}
   * @param id what makes two of them one, where the remote drops repeats; else unique
   * @param saysItRepeats whether its words say that it may have come before
   */
  record Effect(Destination destination, String key, String id, boolean saysItRepeats) {}

  /** A message as the hub keeps it. */
  record KeptMessage(String key, long leadId) {}

  /** A lead as the hub keeps it, and the provider that it is answered by: the first that can. */
  record KeptLead(long id, String phone, String provider, int messageCount) {

    String key() {
      return "lead/" + id;
    }
  }

  /**
   * What the hub keeps in the end.
   *
   * @param givenUp deliveries that nobody may repeat any more and that nobody can ask about; each a
   *     dead letter that says so
   */
  record Kept(
      List<KeptMessage> messages,
      List<KeptLead> leads,
      Set<String> reports,
      Set<String> givenUp,
      List<String> deadLetters) {

    boolean isGivenUp(Destination destination, String key) {
      return destination.allowsAMarkedRepeat
          && givenUp.contains(destination.subscriber + " " + key);
    }
  }

  private final Map<String, Message> posted = new ConcurrentHashMap<>();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final Queue<Effect> effects = new ConcurrentLinkedQueue<>();

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

  Map<String, Message> posted() {
    return posted;
  }

  Set<String> acknowledged() {
    return acknowledged;
  }

  List<Effect> effects() {
    return List.copyOf(effects);
  }

  long effectsAt(Destination destination) {
    return effects.stream().filter(effect -> effect.destination() == destination).count();
  }
}
