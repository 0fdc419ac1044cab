package io.leadhub.attribution;

import io.leadhub.attribution.Words.Word;

/**
 * Some words of a text that may be a code together.
 *
 * @param first index of the first one
 * @param last index of the last one
 */
record Span(Words words, int first, int last) {

  Word firstWord() {
    return words.get(first);
  }

  /** What the words count as together; see {@link LookAlikes}. */
  String folded() {
    StringBuilder folded = new StringBuilder();
    for (int i = first; i <= last; i++) {
      folded.append(words.get(i).folded());
    }
    return folded.toString();
  }

  /** As the customer wrote it. */
  String written() {
    return words.text().substring(start(), end());
  }

  int start() {
    return firstWord().start();
  }

  int end() {
    return words.get(last).end();
  }

  boolean hasDigits() {
    for (int i = first; i <= last; i++) {
      if (words.get(i).digits()) {
        return true;
      }
    }
    return false;
  }

  boolean hasCasedLetters() {
    return capitals() > 0 || !isCapital();
  }

  /** No small letter; scripts without case have none. */
  boolean isCapital() {
    for (int i = first; i <= last; i++) {
      if (!words.get(i).isCapital()) {
        return false;
      }
    }
    return true;
  }

  int capitals() {
    int capitals = 0;
    for (int i = first; i <= last; i++) {
      capitals += words.get(i).capitals();
    }
    return capitals;
  }

  boolean isSpaced() {
    for (int i = first + 1; i <= last; i++) {
      if (words.get(i).isSpaced()) {
        return true;
      }
    }
    return false;
  }

  /** Nothing else stands in the line. */
  boolean isALine() {
    return firstWord().beginsALine() && words.get(last + 1).beginsALine();
  }

  /** A B C 1 2 3. */
  boolean isSpeltOut() {
    for (int i = first; i <= last; i++) {
      if (words.get(i).folded().length() > 1) {
        return false;
      }
    }
    return last > first;
  }

  /** HOTELI may be HOTEL1; hoteli is a word. */
  boolean looksLikeACode() {
    return hasDigits() || capitals() > 1;
  }

  /** "promo Phuket villa" may be a wish; "promo: Phuket villa" is none. */
  boolean isWrittenAsACode() {
    return firstWord().isMarked() || isCapital();
  }

  /** A price, a time, a date, a phone number, or so many of something. */
  boolean isAmount(Keywords keywords) {
    Word next = words.get(last + 1);
    return words.get(last).digits()
        && (firstWord().hasAPriceSignBefore()
            || next.hasAPriceSignBefore()
            || next.continuesANumber()
            || next.digits() && next.isSpaced()
            || firstWord().continuesANumber() && first > 0 && words.get(first - 1).digits()
            || keywords.isUnitOfAmounts(next.folded()));
  }

  /**
   * Whether what hyphens join to it is no part of a code: of another script, in small letters
   * beside capitals, or a keyword. Anything else makes another, unknown code of it.
   */
  boolean isApart(Keywords keywords) {
    return isApartFrom(first - 1, first, firstWord(), keywords)
        && isApartFrom(last + 1, last + 1, words.get(last), keywords);
  }

  private boolean isApartFrom(int neighbour, int hyphened, Word code, Keywords keywords) {
    if (neighbour < 0 || neighbour >= words.count() || !words.get(hyphened).isHyphened()) {
      return true;
    }
    Word other = words.get(neighbour);
    return !other.digits()
        && (other.isLatin() != code.isLatin()
            || code.isCapital() && other.smalls() > 0
            || keywords.contains(other.folded()));
  }
}
