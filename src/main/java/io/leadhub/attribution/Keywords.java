package io.leadhub.attribution;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The words around a code: those that announce it, and those that make a number an amount. */
@Component
class Keywords {

  /** How many words each was written in. */
  private final Map<String, Integer> phrases = new HashMap<>();

  /** The most words of a phrase, by its first one. */
  private final Map<String, Integer> lengths = new HashMap<>();

  private final Set<String> people;
  private final Set<String> between;
  private final Set<String> amounts;

  /** In scripts without spaces a keyword stands amid other words; longest first. */
  private final List<String> unspaced;

  private final List<String> unspacedBetween;

  Keywords(CodeSettings settings, LookAlikes lookAlikes) {
    for (String phrase : settings.keywords()) {
      String[] words = phrase.strip().split("[\\s-]+");
      String joined = lookAlikes.of(phrase);
      phrases.put(joined, words.length);
      lengths.merge(joined, 1, Math::max);
      lengths.merge(lookAlikes.of(words[0]), words.length, Math::max);
    }
    people = folded(settings.people(), lookAlikes);
    between = folded(settings.between(), lookAlikes);
    amounts = folded(settings.amounts(), lookAlikes);
    unspaced = unspaced(phrases.keySet());
    unspacedBetween = unspaced(between);
  }

  private static Set<String> folded(List<String> words, LookAlikes lookAlikes) {
    return words.stream().map(lookAlikes::of).collect(Collectors.toSet());
  }

  private static List<String> unspaced(Set<String> words) {
    return words.stream()
        .filter(word -> !word.isEmpty() && Words.isUnspaced(word.charAt(0)))
        .sorted(Comparator.comparing(String::length).reversed().thenComparing(word -> word))
        .toList();
  }

  /**
   * @return the index behind the phrase that starts at the word, or the word's own when none does
   */
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
      Integer of = phrases.get(joined);
      after = of != null && (count == 1 || count == of) ? i + 1 : after;
    }
    return after;
  }

  /**
   * @param folded see {@link LookAlikes}
   */
  boolean contains(String folded) {
    return phrases.containsKey(folded);
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

  private static int startsWith(List<String> words, CharSequence folded, int start) {
    for (String word : words) {
      if (start + word.length() <= folded.length()
          && CharSequence.compare(folded.subSequence(start, start + word.length()), word) == 0) {
        return word.length();
      }
    }
    return 0;
  }
}
