package io.leadhub.attribution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The codes of some partners, found by what they count as and by what is one edit away. */
final class CodeIndex {

  /** Of a shorter one every other short word is nearly a typo. */
  static final int SHORTEST_WITH_TYPOS = 5;

  /**
   * @param folded what it counts as; see {@link LookAlikes}
   * @param plain what it is when only case and width are forgotten
   * @param spelled what it counts as, with its hyphens
   * @param digits whether it has any
   * @param letters whether it has any
   */
  record Known(
      PartnerDirectory.Entry partner,
      String folded,
      String plain,
      String spelled,
      boolean digits,
      boolean letters) {

    boolean isMixed() {
      return digits && letters;
    }

    /** K7M2QX, as the hub issues them: no word, no number, and no word with a number. */
    boolean isShuffled() {
      return CodeIndex.isShuffled(plain);
    }
  }

  private final List<PartnerDirectory.Entry> partners;
  private final Map<String, List<Known>> codes = new HashMap<>();

  /** Each code under all that is left of it when one character is dropped. */
  private final Map<String, List<Known>> shortened = new HashMap<>();

  private int longest;

  CodeIndex(List<PartnerDirectory.Entry> partners, LookAlikes lookAlikes) {
    this.partners = partners;
    for (PartnerDirectory.Entry partner : partners) {
      String folded = lookAlikes.of(partner.code());
      String plain = LookAlikes.plain(partner.code());
      Known known =
          new Known(
              partner,
              folded,
              plain,
              lookAlikes.spelled(partner.code()),
              plain.chars().anyMatch(Character::isDigit),
              plain.codePoints().anyMatch(Character::isLetter));
      longest = Math.max(longest, folded.length());
      codes.computeIfAbsent(folded, any -> new ArrayList<>(1)).add(known);
      if (folded.length() >= SHORTEST_WITH_TYPOS) {
        for (String part : withoutOne(folded)) {
          shortened.computeIfAbsent(part, any -> new ArrayList<>(1)).add(known);
        }
      }
    }
  }

  /** Whether it was made of this very list. */
  boolean isOf(List<PartnerDirectory.Entry> list) {
    return partners == list;
  }

  /** Characters of the longest code; 0 when there are none. */
  int longest() {
    return longest;
  }

  /** Those that count as the same; look-alikes of each other, where there are several. */
  List<Known> at(String folded) {
    return folded.length() > longest ? List.of() : codes.getOrDefault(folded, List.of());
  }

  /**
   * Those that one character more, less, other or swapped with its neighbour makes of it; of codes
   * with at least {@link #SHORTEST_WITH_TYPOS} characters.
   */
  Set<Known> near(String folded) {
    Set<Known> near = new HashSet<>();
    if (folded.length() < SHORTEST_WITH_TYPOS - 1 || folded.length() > longest + 1) {
      return near;
    }
    near.addAll(shortened.getOrDefault(folded, List.of()));
    for (String part : withoutOne(folded)) {
      near.addAll(at(part));
      near.addAll(shortened.getOrDefault(part, List.of()));
    }
    near.removeIf(
        known -> known.folded.length() < SHORTEST_WITH_TYPOS || !isOneEdit(known.folded, folded));
    return near;
  }

  /** Whether letters and digits take turns more than once. */
  static boolean isShuffled(String plain) {
    int turns = 0;
    for (int i = 1; i < plain.length(); i++) {
      if (Character.isDigit(plain.charAt(i)) != Character.isDigit(plain.charAt(i - 1))) {
        turns++;
      }
    }
    return turns > 1;
  }

  private static Set<String> withoutOne(String word) {
    Set<String> parts = new HashSet<>();
    for (int i = 0; i < word.length(); i++) {
      parts.add(word.substring(0, i) + word.substring(i + 1));
    }
    return parts;
  }

  private static boolean isOneEdit(String one, String other) {
    int start = 0;
    int shorter = Math.min(one.length(), other.length());
    while (start < shorter && one.charAt(start) == other.charAt(start)) {
      start++;
    }
    String a = one.substring(start);
    String b = other.substring(start);
    if (a.length() != b.length()) {
      return a.length() > b.length() ? a.substring(1).equals(b) : b.substring(1).equals(a);
    }
    return a.length() > 0
        && (a.substring(1).equals(b.substring(1))
            || a.length() > 1
                && a.charAt(0) == b.charAt(1)
                && a.charAt(1) == b.charAt(0)
                && a.substring(2).equals(b.substring(2)));
  }
}
