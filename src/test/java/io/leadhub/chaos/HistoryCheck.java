package io.leadhub.chaos;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The model: each acknowledged message is kept once, the messages of one customer are one lead,
 * each lead and report is seen once at each destination that it is for, and nothing comes from
 * nowhere.
 */
final class HistoryCheck {

  private final History history;
  private final History.Kept kept;
  private final List<String> faults = new ArrayList<>();
  private int allowed;

  private HistoryCheck(History history, History.Kept kept) {
    this.history = history;
    this.kept = kept;
  }

  /**
   * What was found.
   *
   * @param faults sentences, none when the history fits the model
   * @param repeats effects that came once more and were allowed to
   */
  record Verdict(List<String> faults, int repeats) {}

  static Verdict of(History history, History.Kept kept) {
    HistoryCheck check = new HistoryCheck(history, kept);
    check.messages();
    check.leads();
    check.effects();
    kept.deadLetters().forEach(letter -> check.faults.add("A dead letter: " + letter));
    return new Verdict(check.faults, check.allowed);
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
    Map<Long, Long> messages = count(kept.messages(), History.KeptMessage::leadId);
    count(kept.leads(), History.KeptLead::phone)
        .forEach(
            (phone, times) -> {
              if (times > 1) {
                faults.add("Doubled: customer " + phone + " has " + times + " leads");
              }
            });
    for (History.KeptLead lead : kept.leads()) {
      long its = messages.getOrDefault(lead.id(), 0L);
      if (its == 0) {
        faults.add("From nowhere: " + lead.key() + " has no message");
      } else if (its != lead.messageCount()) {
        faults.add(
            "Miscounted: %s has %d messages and counts %d"
                .formatted(lead.key(), its, lead.messageCount()));
      }
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

  private void effects() {
    Map<Destination, Map<String, List<History.Effect>>> seen =
        history.effects().stream()
            .collect(groupingBy(History.Effect::destination, groupingBy(History.Effect::key)));
    Map<Destination, Set<String>> expected = expected();
    for (Destination destination : Destination.values()) {
      Map<String, List<History.Effect>> there = seen.getOrDefault(destination, Map.of());
      for (String key : expected.get(destination)) {
        if (!there.containsKey(key) && !kept.isGivenUp(destination, key)) {
          faults.add("Lost: " + key + " never reached " + destination);
        }
      }
      there.forEach((key, effects) -> seen(destination, key, effects, expected.get(destination)));
    }
  }

  private void seen(
      Destination destination, String key, List<History.Effect> effects, Set<String> expected) {
    if (!expected.contains(key)) {
      faults.add("From nowhere: " + destination + " was told of " + key);
      return;
    }
    int repeats = (int) effects.stream().map(History.Effect::id).distinct().count() - 1;
    if (repeats == 0) {
      return;
    }
    boolean marked =
        repeats == 1
            && destination.allowsAMarkedRepeat
            && effects.stream().filter(History.Effect::saysItRepeats).count() == 1;
    if (marked) {
      allowed += repeats;
    } else {
      faults.add("Doubled: %s reached %s %d times".formatted(key, destination, repeats + 1));
    }
  }

  private Map<Destination, Set<String>> expected() {
    Map<Destination, Set<String>> expected = new HashMap<>();
    for (Destination destination : Destination.values()) {
      expected.put(destination, new HashSet<>());
    }
    for (History.KeptLead lead : kept.leads()) {
      expected.get(Destination.TELEGRAM).add(lead.key());
      expected.get(Destination.SHEETS).add(lead.key());
      switch (lead.provider()) {
        case "meta" -> expected.get(Destination.META).add(lead.key());
        case "twilio" -> expected.get(Destination.TWILIO).add(lead.key());
        default -> {}
      }
      for (int message = 1; message <= lead.messageCount(); message++) {
        expected.get(Destination.WEBHOOK).add(lead.key() + " message " + message);
      }
    }
    expected.get(Destination.TELEGRAM).addAll(kept.reports());
    return expected;
  }

  private static <T, K> Map<K, Long> count(Collection<T> things, Function<T, K> by) {
    return things.stream().collect(groupingBy(by, counting()));
  }
}
