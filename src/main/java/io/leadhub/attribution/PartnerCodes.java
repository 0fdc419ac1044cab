package io.leadhub.attribution;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds a partner's code in a customer's words: after a keyword («Код: ABC123», "code ABC123",
 * "รหัส ABC123"), or standing alone. Only codes of active partners count, so nothing is ever
 * invented; two different ones credit nobody.
 */
class PartnerCodes {

  private static final String WORD = "[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}_-]*+";
  private static final Pattern ANY_WORD = Pattern.compile(WORD);
  private static final Pattern THAI = Pattern.compile("\\p{IsThai}+[_-]*");

  /** Thai is written without spaces, so its keywords may stand right beside a letter. */
  private static final Pattern AFTER_KEYWORD =
      Pattern.compile(
          "(?:(?<![\\p{L}\\p{N}])(?:промо-?код|код|promo(?:\\s?code)?|code|ref|partner)(?![\\p{L}\\p{N}])|รหัส|โค้ด)[^\\p{L}\\p{N}\\r"
              + "\\n"
              + "]{0,5}("
              + WORD
              + ")",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private static final int SHORTEST_CODE = 2;
  private static final int LONGEST_CODE = 32;

  /** A real message is shorter; a longer one is searched only so far. */
  private static final int LONGEST_TEXT = 4_096;

  /** More words than that are no message but an attempt to make us search. */
  private static final int MOST_CANDIDATES = 500;

  /** What may be codes in a text, in upper case. */
  private record Candidates(List<String> afterKeyword, List<String> alone) {

    static final Candidates NONE = new Candidates(List.of(), List.of());
  }

  private final PartnerDirectory partners;

  PartnerCodes(PartnerDirectory partners) {
    this.partners = partners;
  }

  Optional<CodeFinding> find(String text) {
    Candidates of = candidates(text);
    Map<String, PartnerDirectory.Entry> known =
        partners.active().stream()
            .collect(Collectors.toMap(PartnerDirectory.Entry::code, entry -> entry));
    return only(of.afterKeyword, known, "keyword").or(() -> only(of.alone, known, "code"));
  }

  private static Candidates candidates(String text) {
    if (text == null) {
      return Candidates.NONE;
    }
    String searched = text.substring(0, Math.min(text.length(), LONGEST_TEXT));
    return new Candidates(
        upperCase(matches(AFTER_KEYWORD, 1, searched)),
        upperCase(matches(ANY_WORD, 0, searched).filter(PartnerCodes::looksLikeACode)));
  }

  private static List<String> upperCase(Stream<String> codes) {
    return codes
        .map(code -> code.toUpperCase(Locale.ROOT))
        .distinct()
        .limit(MOST_CANDIDATES)
        .toList();
  }

  private static Optional<CodeFinding> only(
      List<String> codes, Map<String, PartnerDirectory.Entry> known, String rule) {
    List<PartnerDirectory.Entry> found =
        codes.stream().map(known::get).filter(Objects::nonNull).distinct().toList();
    return found.size() == 1
        ? Optional.of(
            new CodeFinding(found.get(0), rule, Certainty.SURE, 0, 0, found.get(0).code()))
        : Optional.empty();
  }

  /** Alone, a word that people also just write ("anna") is a code only as it was issued: ANNA. */
  private static boolean looksLikeACode(String word) {
    return word.codePoints().anyMatch(Character::isDigit)
        || word.equals(word.toUpperCase(Locale.ROOT));
  }

  private static Stream<String> matches(Pattern pattern, int group, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(result -> result.group(group))
        .flatMap(PartnerCodes::codesIn);
  }

  /** The word, and what of it is not Thai: a Latin code may stand among Thai words unseparated. */
  private static Stream<String> codesIn(String word) {
    return Stream.concat(Stream.of(word), THAI.splitAsStream(word))
        .filter(code -> code.length() >= SHORTEST_CODE && code.length() <= LONGEST_CODE);
  }
}
