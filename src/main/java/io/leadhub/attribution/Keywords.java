package io.leadhub.attribution;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * The words around a code: those that announce it, those that announce something else, and those
 * that make a number an amount.
 */
@Component
class Keywords {

  private static final class Phrases {

    /** How many words each was written in. */
    private final Map<String, Integer> counts = new HashMap<>();

    /** The most words of a phrase, by its first one. */
    private final Map<String, Integer> lengths = new HashMap<>();

    Phrases(List<String> phrases, LookAlikes lookAlikes) {
      for (String phrase : phrases) {
        String[] words = phrase.strip().split("[\\s-]+");
        String joined = lookAlikes.of(phrase);
        counts.put(joined, words.length);
        lengths.merge(joined, 1, Math::max);
        lengths.merge(lookAlikes.of(words[0]), words.length, Math::max);
      }
    }

    int after(Words words, int start) {
      Integer most = lengths.get(words.get(start).folded());
      if (most == null) {
        return start;
      }
      int after = start;
      String joined = "";
      for (int i = start; i < Math.min(words.count(), start + most); i++) {
        if (i > start && !words.get(i).continuesAPhrase()) {
          break;
        }
        joined += words.get(i).folded();
        int count = i + 1 - start;
        Integer of = counts.get(joined);
        after = of != null && (count == 1 || count == of) ? i + 1 : after;
      }
      return after;
    }
  }

  private final Phrases keywords;
  private final Phrases notCodes;
  private final int longest;
  private final Set<String> people;
  private final Set<String> between;
  private final Set<String> amounts;

  /**
   * In scripts without spaces a keyword stands amid other words; by first letter, longest first.
   */
  private final Map<Character, List<String>> unspaced;

  private final Map<Character, List<String>> unspacedBetween;

  Keywords(CodeSettings settings, LookAlikes lookAlikes) {
    keywords = new Phrases(settings.keywords(), lookAlikes);
    notCodes = new Phrases(settings.notCodes(), lookAlikes);
    longest = keywords.counts.keySet().stream().mapToInt(String::length).max().orElse(0);
    people = folded(settings.people(), lookAlikes);
    between = folded(settings.between(), lookAlikes);
    amounts = folded(settings.amounts(), lookAlikes);
    Set<String> phrases = new HashSet<>(keywords.counts.keySet());
    phrases.addAll(notCodes.counts.keySet());
    unspaced = unspaced(phrases);
    unspacedBetween = unspaced(between);
  }

  private static Set<String> folded(List<String> words, LookAlikes lookAlikes) {
    return words.stream().map(lookAlikes::of).collect(Collectors.toSet());
  }

  private static Map<Character, List<String>> unspaced(Set<String> words) {
    return words.stream()
        .filter(word -> !word.isEmpty() && Words.isUnspaced(word.charAt(0)))
        .sorted(Comparator.comparing(String::length).reversed().thenComparing(word -> word))
        .collect(Collectors.groupingBy(word -> word.charAt(0)));
  }

  /**
   * @return the index behind the phrase that starts at the word, or the word's own when none does
   */
  int after(Words words, int start) {
    return keywords.after(words, start);
  }

  /** The same of a phrase that something else than a code stands after: "flight", "PIN code". */
  int afterNoCode(Words words, int start) {
    return notCodes.after(words, start);
  }

  /** Characters of the longest one. */
  int longest() {
    return longest;
  }

  /**
   * @param folded see {@link LookAlikes}
   */
  boolean contains(String folded) {
    return keywords.counts.containsKey(folded);
  }

  /** Whether it is a word for people as well, so that a name after it need not be a code. */
  boolean isOfPeople(String folded) {
    return people.contains(folded);
  }

  boolean mayStandBetween(String folded) {
    return between.contains(folded);
  }

  boolean isUnitOfAmounts(String folded) {
    return amounts.contains(folded);
  }

  /** Length of the unspaced keyword that starts there, 0 when none does. */
  int unspacedAt(CharSequence folded, int start) {
    return startsWith(unspaced, folded, start);
  }

  /** The same of a word that may follow it. */
  int unspacedBetweenAt(CharSequence folded, int start) {
    return startsWith(unspacedBetween, folded, start);
  }

  private static int startsWith(
      Map<Character, List<String>> words, CharSequence folded, int start) {
    if (start == folded.length()) {
      return 0;
    }
    for (String word : words.getOrDefault(folded.charAt(start), List.of())) {
      int same = 0;
      while (same < word.length()
          && start + same < folded.length()
          && folded.charAt(start + same) == word.charAt(same)) {
        same++;
      }
      if (same == word.length()) {
        return same;
      }
    }
    return 0;
  }
}
