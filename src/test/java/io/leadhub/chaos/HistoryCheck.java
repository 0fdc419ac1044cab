package io.leadhub.chaos;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The model: each acknowledged message is kept once, the messages of one customer are one lead,
 * each lead and report is seen once at each destination that it is for, by whom it is for, and
 * nothing comes from nowhere.
 */
final class HistoryCheck {

  /** Until then the hub looks again, or sends once more and says so. */
  private static final int GIVEN_UP_AFTER = 2;

  private final History history;
  private final History.Kept kept;
  private final List<String> faults = new ArrayList<>();
  private final Map<Long, List<String>> messagesOf;
  private int repeats;

  private HistoryCheck(History history, History.Kept kept) {
    this.history = history;
    this.kept = kept;
    this.messagesOf =
        kept.messages().stream()
            .collect(
                groupingBy(
                    History.KeptMessage::leadId, mapping(History.KeptMessage::key, toList())));
  }

  /**
   * What was found.
   *
   * @param faults sentences, none when the history fits the model
   * @param repeats effects that came once more and were allowed to
   * @param givenUp what never came, or perhaps did, and was allowed to
   */
  record Verdict(List<String> faults, int repeats, int givenUp) {}

  /** How an effect has to be. */
  private record Expected(String to, String tells) {}

  static Verdict of(History history, History.Kept kept) {
    HistoryCheck check = new HistoryCheck(history, kept);
    check.messages();
    check.leads();
    check.effects();
    check.order();
    check.givenUp();
    kept.deadLetters().forEach(letter -> check.faults.add("A dead letter: " + letter));
    return new Verdict(check.faults, check.repeats, kept.givenUp().size());
  }

  private void messages() {
    Map<String, Long> rows = count(kept.messages(), History.KeptMessage::key);
    for (String key : history.acknowledged()) {
      if (!rows.containsKey(key)) {
        faults.add("Lost: message " + key + " was acknowledged and is not kept");
      }
    }
    rows.forEach(
        (key, times) -> {
          if (!history.posted().containsKey(key)) {
            faults.add("From nowhere: message " + key + " was never posted");
          }
          if (times > 1) {
            faults.add("Doubled: message " + key + " is kept " + times + " times");
          }
        });
  }

  private void leads() {
    count(kept.leads(), History.KeptLead::phone)
        .forEach(
            (phone, times) -> {
              if (times > 1) {
                faults.add("Doubled: customer " + phone + " has " + times + " leads");
              }
            });
    for (History.KeptLead lead : kept.leads()) {
      List<String> its = messagesOf.getOrDefault(lead.id(), List.of());
      if (its.isEmpty()) {
        faults.add("From nowhere: " + lead.key() + " has no message");
        continue;
      }
      if (its.size() != lead.messageCount()) {
        faults.add(
            "Miscounted: %s has %d messages and counts %d"
                .formatted(lead.key(), its.size(), lead.messageCount()));
      }
      partner(lead, history.posted().get(its.get(0)));
    }
    Map<String, String> phones =
        kept.leads().stream()
            .collect(toMap(History.KeptLead::key, History.KeptLead::phone, (one, other) -> one));
    for (History.KeptMessage message : kept.messages()) {
      History.Message posted = history.posted().get(message.key());
      String phone = phones.get("lead/" + message.leadId());
      if (posted != null && !posted.phone().equals(phone)) {
        faults.add("Mixed up: message " + message.key() + " is in a lead of " + phone);
      }
    }
  }

  /** Whoever is named first has the lead. */
  private void partner(History.KeptLead lead, History.Message first) {
    if (first != null && !first.code().equals(lead.code())) {
      faults.add(
          "Mixed up: %s is a lead of %s, and its customer wrote %s"
              .formatted(lead.key(), lead.code(), first.code()));
    }
  }

  private void effects() {
    Map<Destination, Map<String, List<History.Effect>>> seen =
        history.effects().stream()
            .collect(groupingBy(History.Effect::destination, groupingBy(History.Effect::key)));
    Map<Destination, Map<String, Expected>> expected = expected();
    for (Destination destination : Destination.values()) {
      Map<String, List<History.Effect>> there = seen.getOrDefault(destination, Map.of());
      for (String key : expected.get(destination).keySet()) {
        if (!there.containsKey(key) && !kept.isGivenUp(destination, key)) {
          faults.add("Lost: " + key + " never reached " + destination);
        }
      }
      there.forEach(
          (key, effects) -> seen(destination, key, effects, expected.get(destination).get(key)));
    }
  }

  private void seen(
      Destination destination, String key, List<History.Effect> effects, Expected expected) {
    if (expected == null) {
      faults.add("From nowhere: " + destination + " was told of " + key);
      return;
    }
    for (History.Effect effect : effects) {
      if (!effect.to().equals(expected.to)) {
        faults.add(
            "Mixed up: %s reached %s of %s, not of %s"
                .formatted(key, destination, effect.to(), expected.to));
      }
      if (!effect.tells().equals(expected.tells)) {
        faults.add(
            "Mixed up: %s told %s of %s, not of %s"
                .formatted(key, destination, effect.tells(), expected.tells));
      }
    }
    int more = (int) effects.stream().map(History.Effect::id).distinct().count() - 1;
    if (more == 0) {
      return;
    }
    boolean marked =
        more == 1
            && destination.allowsAMarkedRepeat
            && effects.stream().filter(History.Effect::saysItRepeats).count() == 1;
    if (!marked) {
      faults.add("Doubled: %s reached %s %d times".formatted(key, destination, more + 1));
    } else if (kept.unknownOutcomes(destination, key) == 0) {
      faults.add("Without need: %s reached %s again".formatted(key, destination));
    } else {
      repeats++;
    }
  }

  private Map<Destination, Map<String, Expected>> expected() {
    Map<Destination, Map<String, Expected>> expected = new EnumMap<>(Destination.class);
    for (Destination destination : Destination.values()) {
      expected.put(destination, new HashMap<>());
    }
    for (History.KeptLead lead : kept.leads()) {
      String customer = History.customer(lead.phone(), lead.code());
      expected.get(Destination.TELEGRAM).put(lead.key(), new Expected(chat(lead.code()), customer));
      expected.get(Destination.SHEETS).put(lead.key(), new Expected("", customer));
      Expected answer = new Expected(lead.phone(), "");
      switch (lead.provider()) {
        case "meta" -> expected.get(Destination.META).put(lead.key(), answer);
        case "twilio" -> expected.get(Destination.TWILIO).put(lead.key(), answer);
        default -> {}
      }
      List<String> messages = messagesOf.getOrDefault(lead.id(), List.of());
      for (int number = 1; number <= lead.messageCount(); number++) {
        String message = number <= messages.size() ? messages.get(number - 1) : "none";
        expected
            .get(Destination.WEBHOOK)
            .put(lead.key() + " message " + number, new Expected("", customer + ", " + message));
      }
    }
    history
        .reports()
        .forEach(
            (key, code) ->
                expected.get(Destination.TELEGRAM).put(key, new Expected(chat(code), "")));
    return expected;
  }

  private String chat(String code) {
    return history.chats().getOrDefault(code, "nobody");
  }

  /**
   * The further messages of a lead are told in their order, though one of them may come again
   * later. The first is an event of another topic, and may come whenever it likes.
   */
  private void order() {
    Map<String, Integer> arrived = new HashMap<>();
    for (History.Effect effect : history.effects()) {
      if (effect.destination() == Destination.WEBHOOK) {
        arrived.putIfAbsent(effect.key(), arrived.size());
      }
    }
    for (History.KeptLead lead : kept.leads()) {
      for (int number = 3; number <= lead.messageCount(); number++) {
        Integer before = arrived.get(lead.key() + " message " + (number - 1));
        Integer then = arrived.get(lead.key() + " message " + number);
        if (before != null && then != null && then < before) {
          faults.add(
              "Out of order: message %d of %s was told before the one that it follows"
                  .formatted(number, lead.key()));
        }
      }
    }
  }

  /** Nobody gives up what may still be looked for or sent once more. */
  private void givenUp() {
    for (String delivery : kept.givenUp()) {
      int unknown = kept.unknownOutcomes().getOrDefault(delivery, 0);
      if (unknown < GIVEN_UP_AFTER) {
        faults.add(
            "Given up too early: %s, after %d attempts without a word"
                .formatted(delivery, unknown));
      }
    }
  }

  private static <T, K> Map<K, Long> count(Collection<T> things, Function<T, K> by) {
    return things.stream().collect(groupingBy(by, counting()));
  }
}
