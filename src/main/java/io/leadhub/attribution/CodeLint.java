package io.leadhub.attribution;

import io.leadhub.attribution.PartnerDirectory.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Tells what is unwise about a code that somebody chose by hand. */
@Component
public class CodeLint {

  public enum Severity {
    /** It cannot be used. */
    ERROR,
    /** It can, and will be missed or mistaken now and then. */
    WARNING
  }

  /**
   * @param text a sentence in English
   */
  public record Problem(Severity severity, String text) {}

  /** What {@link #isCode} wants, to be put behind what is wrong. */
  public static final String RULE =
      "must be 2 to 32 letters, digits, - or _, the first a letter or a digit";

  /** Marks too: Thai and Hindi vowels are some. */
  private static final Pattern CODE = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}_-]{1,31}");

  /** PCX160, SU275, XY-123. */
  private static final Pattern MODEL = Pattern.compile("\\p{L}{1,3}[_-]?\\d{1,4}");

  /** A longer one is hardly written by chance. */
  private static final int SHORT_WORD = 8;

  private static final int SHORT_CODE = 4;
  private static final long NOBODY = 0;

  private final LookAlikes lookAlikes;
  private final Keywords keywords;
  private volatile CodeIndex index;

  CodeLint(LookAlikes lookAlikes, Keywords keywords) {
    this.lookAlikes = lookAlikes;
    this.keywords = keywords;
  }

  /**
   * @param code as it is to be issued, in any case
   * @param others all other partners, those that are not active included; the same list again costs
   *     less
   * @return none for a good code; errors first
   */
  public List<Problem> check(String code, List<Entry> others) {
    return check(code, others, NOBODY);
  }

  /**
   * The same for a code that is in use.
   *
   * @param all partners
   * @param owner the id of the one whose code it is
   */
  public List<Problem> check(String code, List<Entry> all, long owner) {
    if (code == null || !isCode(code)) {
      return List.of(error("A code " + RULE + "."));
    }
    List<Problem> problems = new ArrayList<>();
    String folded = lookAlikes.of(code);
    String plain = LookAlikes.plain(code);
    CodeIndex known = index(all);
    List<CodeIndex.Known> same = without(owner, known.at(folded));
    boolean digits = plain.chars().anyMatch(Character::isDigit);
    boolean letters = plain.codePoints().anyMatch(Character::isLetter);
    if (!same.isEmpty()) {
      problems.add(error("It looks like " + codes(same) + ", which another partner has."));
    }
    if (keywords.contains(folded)) {
      problems.add(
          warning("It is a word that announces codes; customers write it without meaning it."));
    }
    if (!letters) {
      problems.add(
          warning(
              "It has only digits: it counts after a keyword or as the whole message, and nowhere else."));
    } else if (!digits && plain.codePointCount(0, plain.length()) < SHORT_WORD) {
      problems.add(
          warning(
              "It may be a word or a name: without a keyword it counts in capitals only. A digit in it helps."));
    }
    if (digits && letters && folded.length() < SHORT_CODE) {
      problems.add(warning("It is short: model names and room numbers look like it."));
    }
    if (isLikeAModel(plain) && folded.length() >= SHORT_CODE) {
      problems.add(
          warning("It may be a model, a flight or a number plate, which customers write of."));
    }
    if (ClickReference.isLikeOne(plain)) {
      problems.add(warning("It looks like the reference of a click, as in #" + plain + "."));
    }
    List<CodeIndex.Known> near = without(owner, known.near(folded));
    if (!near.isEmpty()) {
      problems.add(
          warning("It is one typo away from " + codes(near) + "; typos of both may be missed."));
    }
    return problems;
  }

  public static boolean isCode(String text) {
    return CODE.matcher(text).matches();
  }

  /**
   * @return the same for all codes that look like each other
   */
  public String likeness(String code) {
    return lookAlikes.of(code);
  }

  private static List<CodeIndex.Known> without(long owner, Collection<CodeIndex.Known> known) {
    return known.stream().filter(one -> one.partner().id() != owner).toList();
  }

  /** Letters and then digits, as cars, flights and plates have. */
  static boolean isLikeAModel(String plain) {
    return MODEL.matcher(plain).matches();
  }

  private CodeIndex index(List<Entry> others) {
    CodeIndex current = index;
    if (current == null || !current.isOf(others)) {
      current = new CodeIndex(others, lookAlikes);
      index = current;
    }
    return current;
  }

  private static String codes(Collection<CodeIndex.Known> known) {
    return known.stream()
        .map(one -> one.partner().code())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static Problem error(String text) {
    return new Problem(Severity.ERROR, text);
  }

  private static Problem warning(String text) {
    return new Problem(Severity.WARNING, text);
  }
}
