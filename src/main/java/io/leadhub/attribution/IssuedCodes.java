package io.leadhub.attribution;

import java.security.SecureRandom;
import java.util.List;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Makes codes that people copy well: digits and capital letters none of which looks like another
 * one, no vowels and so no words, both a digit and a letter, and a check character at the end.
 *
 * <p>The check is a weighted sum modulo the number of letters, as that of <a
 * href="https://www.isbn-international.org/content/isbn-users-manual">ISBN-10</a>: as 19 is prime
 * and no two places weigh the same, each single wrong character and each swap of two is noticed.
 */
@Component
public class IssuedCodes {

  /** Without I, L, O, 0, 1 and what else is easily taken for another; 19 of them, a prime. */
  static final String ALPHABET = "23456789CFGHJMPRVWX";

  private static final int LENGTH = 6;

  private final LookAlikes lookAlikes;
  private final RandomGenerator random;

  @Autowired
  IssuedCodes(LookAlikes lookAlikes) {
    this(lookAlikes, new SecureRandom());
  }

  IssuedCodes(LookAlikes lookAlikes, RandomGenerator random) {
    this.lookAlikes = lookAlikes;
    this.random = random;
  }

  /**
   * @param existing codes that it must not look like, those of partners who are not active included
   * @return six characters, such as {@code H7R2XM}; more than one edit from each existing code
   */
  public String next(List<PartnerDirectory.Entry> existing) {
    CodeIndex index = new CodeIndex(existing, lookAlikes);
    while (true) {
      String code = made();
      String folded = lookAlikes.of(code);
      boolean mixed =
          code.chars().anyMatch(Character::isDigit) && code.chars().anyMatch(Character::isLetter);
      if (mixed
          && !CodeLint.isLikeAModel(code)
          && index.at(folded).isEmpty()
          && index.near(folded).isEmpty()) {
        return code;
      }
    }
  }

  private String made() {
    StringBuilder code = new StringBuilder();
    for (int i = 1; i < LENGTH; i++) {
      code.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return code.append(check(code)).toString();
  }

  /** Whether a code has the form of an issued one and its check character is right. */
  static boolean isIssued(String code) {
    return code.length() == LENGTH
        && code.chars().allMatch(each -> ALPHABET.indexOf(each) >= 0)
        && check(code.substring(0, LENGTH - 1)) == code.charAt(LENGTH - 1);
  }

  /** The first character weighs 2, the next one 3 and so on; the check itself weighs 1. */
  private static char check(CharSequence rest) {
    int sum = 0;
    for (int i = 0; i < rest.length(); i++) {
      sum += (i + 2) * ALPHABET.indexOf(rest.charAt(i));
    }
    return ALPHABET.charAt(Math.floorMod(-sum, ALPHABET.length()));
  }
}
