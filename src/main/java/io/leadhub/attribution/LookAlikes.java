package io.leadhub.attribution;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.text.SpoofChecker;
import java.lang.Character.UnicodeScript;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * What a character counts as when codes are compared: case, width and style are forgotten (NFKC, <a
 * href="https://www.unicode.org/reports/tr15/">UAX 15</a>), letters that look Latin are Latin (the
 * confusables of <a href="https://www.unicode.org/reports/tr39/">UTS 39</a>), digits of any script
 * are 0 to 9, accents fall off, and what nobody sees is left out. Only for comparing: a code may
 * itself be Cyrillic or Thai.
 */
@Component
class LookAlikes {

  private static final Normalizer2 PLAIN = Normalizer2.getNFKCCasefoldInstance();
  private static final Normalizer2 APART = Normalizer2.getNFDInstance();
  private static final SpoofChecker CONFUSABLES = new SpoofChecker.Builder().build();

  /** Marks of other scripts are vowels and tones, which belong to the word. */
  private static final Set<UnicodeScript> ACCENTED =
      EnumSet.of(
          UnicodeScript.INHERITED,
          UnicodeScript.COMMON,
          UnicodeScript.LATIN,
          UnicodeScript.CYRILLIC,
          UnicodeScript.GREEK);

  /** By the shape that UTS 39 gives it: capital letters first, as codes are issued in them. */
  private static final Map<String, Character> LATIN = new HashMap<>();

  static {
    for (String group : new String[] {"AZ", "az", "29"}) {
      for (char each = group.charAt(0); each <= group.charAt(1); each++) {
        LATIN.putIfAbsent(
            CONFUSABLES.getSkeleton(String.valueOf(each)), Character.toUpperCase(each));
      }
    }
  }

  private static final int USUAL = 0x20000;
  private static final String NO_WORD = "\0";

  private final Map<Character, Character> same = new HashMap<>();

  /** Filled as characters are met; two threads that meet the same one put the same there. */
  private final String[] known = new String[USUAL];

  @Autowired
  LookAlikes(CodeSettings settings) {
    this(settings.same());
  }

  private LookAlikes(List<String> groups) {
    for (String group : groups) {
      String letters = group.toUpperCase(Locale.ROOT);
      letters.chars().forEach(each -> same.put((char) each, letters.charAt(0)));
    }
  }

  /** Those that differ to the eye, as O and 0 do, count as different. */
  static LookAlikes ofNoneThatDiffer() {
    return new LookAlikes(List.of());
  }

  /**
   * @return letters and digits, usually one; empty for what is not seen; null for what separates
   *     words
   */
  String of(int character) {
    if (character >= USUAL) {
      return orNull(make(character));
    }
    String made = known[character];
    if (made == null) {
      made = make(character);
      known[character] = made;
    }
    return orNull(made);
  }

  /** Of all letters and digits of a text, whatever stands between them. */
  String of(String text) {
    StringBuilder folded = new StringBuilder();
    text.codePoints()
        .mapToObj(this::of)
        .filter(each -> each != null)
        .forEach(each -> folded.append(each));
    return folded.toString();
  }

  /** The same with a hyphen wherever one or more hyphens, underscores and spaces stand. */
  String spelled(String text) {
    StringBuilder spelled = new StringBuilder();
    for (String piece : text.split("[\\s_\\p{Pd}]+")) {
      spelled.append(spelled.isEmpty() ? "" : "-").append(of(piece));
    }
    return spelled.toString();
  }

  /** Case, width and kind of digits forgotten, and nothing else: look-alikes still differ. */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    PLAIN
        .normalize(text)
        .codePoints()
        .forEach(
            each -> {
              int digit = UCharacter.digit(each);
              plain.appendCodePoint(digit < 0 ? Character.toUpperCase(each) : '0' + digit);
            });
    return plain.toString();
  }

  private static String orNull(String made) {
    return made == NO_WORD ? null : made; // the very same, as this is asked of every character
  }

  private String make(int character) {
    if (isUnseen(character)) {
      return "";
    }
    int digit = UCharacter.digit(character);
    if (digit >= 0) {
      return String.valueOf(same((char) ('0' + digit)));
    }
    // What is seen before what is meant: the sigma Ϲ looks like C.
    Character latin = character < 0x80 || !isOfWords(character) ? null : latin(character);
    if (latin != null) {
      return String.valueOf(same(latin));
    }
    String plain = PLAIN.normalize(Character.toString(character));
    // One sign may stand for one letter (a circled A), but not for a word: № and ™ separate.
    if (!isOfWords(character) && plain.length() > 1
        || !plain.codePoints().allMatch(LookAlikes::isOfWords)) {
      return NO_WORD;
    }
    StringBuilder made = new StringBuilder();
    plain.codePoints().filter(each -> !isUnseen(each)).forEach(each -> append(made, each));
    return made.toString();
  }

  private void append(StringBuilder made, int letter) {
    if (letter < 0x80) {
      made.append(same((char) Character.toUpperCase(letter)));
      return;
    }
    Character latin = latin(letter);
    String counts = latin == null ? capital(letter) : latin.toString();
    counts.chars().forEach(each -> made.append(same((char) each)));
  }

  /** Capitals first: codes are issued in them, and н looks like H only as Н. */
  private static Character latin(int letter) {
    Character latin = LATIN.get(shape(capital(letter)));
    return latin == null ? LATIN.get(shape(Character.toString(letter))) : latin;
  }

  private static String capital(int letter) {
    return withoutAccents(Character.toString(Character.toUpperCase(letter)));
  }

  private char same(char letter) {
    return same.getOrDefault(letter, letter);
  }

  private static String shape(String letter) {
    return withoutAccents(CONFUSABLES.getSkeleton(letter));
  }

  private static String withoutAccents(String text) {
    StringBuilder bare = new StringBuilder();
    APART
        .normalize(text)
        .codePoints()
        .filter(each -> !isUnseen(each))
        .forEach(bare::appendCodePoint);
    return bare.toString();
  }

  private static boolean isOfWords(int character) {
    return switch (Character.getType(character)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.LETTER_NUMBER,
          Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  private static boolean isUnseen(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL -> !Character.isWhitespace(character) && character != '\u0085';
      case Character.FORMAT, Character.ENCLOSING_MARK -> true;
      case Character.NON_SPACING_MARK ->
          ACCENTED.contains(UnicodeScript.of(character)) || isIgnorable(character);
      default -> isIgnorable(character);
    };
  }

  private static boolean isIgnorable(int character) {
    return UCharacter.hasBinaryProperty(character, UProperty.DEFAULT_IGNORABLE_CODE_POINT);
  }
}
