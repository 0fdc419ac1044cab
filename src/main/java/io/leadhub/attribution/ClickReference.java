package io.leadhub.attribution;

import java.security.SecureRandom;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The short name of one click, which stands in the text that the visitor sends: {@code #R7M2QX9H}.
 *
 * <p>Eight characters without vowels and look-alikes, so that it is no word and is easily read
 * aloud, with a letter and a digit at least, so that it is no number. The last one checks the
 * others by <a href="https://en.wikipedia.org/wiki/Luhn_mod_N_algorithm">Luhn's rule</a> for an
 * alphabet of 20: one wrong character is always noticed.
 */
public final class ClickReference {

  private static final String ALPHABET = "23456789CFGHJMPQRVWX";
  private static final int LENGTH = 8;

  private static final LookAlikes LOOK_ALIKES = LookAlikes.ofNoneThatDiffer();

  /** Thai is written without spaces, so its letters may stand right beside a reference. */
  private static final String OTHER_LETTER = "[\\p{L}\\p{N}&&[^\\p{IsThai}]]";

  private static final Pattern REFERENCE =
      Pattern.compile("(?<!%1$s)[%2$s]{%3$d}(?!%1$s)".formatted(OTHER_LETTER, ALPHABET, LENGTH));

  /** A real message is shorter; a longer one is searched only so far. */
  private static final int LONGEST_TEXT = 4_096;

  private static final Pattern LIKE_ONE = Pattern.compile("[%s]{%d}".formatted(ALPHABET, LENGTH));

  private static final SecureRandom RANDOM = new SecureRandom();

  private ClickReference() {}

  /** Another one of some 1.2 billion, which nobody can guess. */
  public static String next() {
    String reference;
    do {
      String body =
          RANDOM
              .ints(LENGTH - 1L, 0, ALPHABET.length())
              .mapToObj(i -> ALPHABET.substring(i, i + 1))
              .collect(Collectors.joining());
      reference = body + check(body);
    } while (!isMixed(reference));
    return reference;
  }

  /**
   * @param text what somebody wrote, or null
   * @return the references in it, in upper case, each once, in their order: with or without {@code
   *     #}, in any case, with look-alike letters and without regard to invisible characters
   */
  public static List<String> in(String text) {
    if (text == null) {
      return List.of();
    }
    return REFERENCE
        .matcher(plain(text.substring(0, Math.min(text.length(), LONGEST_TEXT))))
        .results()
        .map(MatchResult::group)
        .filter(ClickReference::isValid)
        .distinct()
        .toList();
  }

  /**
   * Whether it may be one by its characters, right or not.
   *
   * @param word in upper case
   */
  static boolean isLikeOne(String word) {
    return LIKE_ONE.matcher(word).matches();
  }

  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .mapToObj(LOOK_ALIKES::of)
        .forEach(counts -> plain.append(counts == null ? " " : counts));
    return plain.toString();
  }

  private static boolean isValid(String reference) {
    String body = reference.substring(0, LENGTH - 1);
    return isMixed(reference) && reference.charAt(LENGTH - 1) == check(body);
  }

  private static boolean isMixed(String reference) {
    return reference.chars().anyMatch(Character::isDigit)
        && reference.chars().anyMatch(Character::isLetter);
  }

  private static char check(String body) {
    int base = ALPHABET.length();
    int sum = 0;
    for (int i = body.length() - 1, factor = 2; i >= 0; i--, factor = 3 - factor) {
      int addend = factor * ALPHABET.indexOf(body.charAt(i));
      sum += addend / base + addend % base;
    }
    return ALPHABET.charAt((base - sum % base) % base);
  }
}
