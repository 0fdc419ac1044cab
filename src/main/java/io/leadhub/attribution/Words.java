package io.leadhub.attribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The words of a text as {@link LookAlikes} folds them, and what stands between them. Where a
 * script without spaces meets another one a word ends; there keywords are words of their own.
 */
final class Words {

  private static final int SPACE = 1;
  private static final int LINE = 1 << 1;
  private static final int HYPHEN = 1 << 2;

  /** Ends a sentence or a part of it. */
  private static final int STOP = 1 << 3;

  /** Colon, quotes, brackets and the like. */
  private static final int MARK = 1 << 4;

  private static final int CURRENCY = 1 << 5;
  private static final int OTHER = 1 << 6;
  private static final int LINK = 1 << 7;
  private static final int NUMBER_SIGN = 1 << 8;

  /** A long one, which is a mark as well: phones make it of two hyphens. */
  private static final int DASH = 1 << 9;

  private static final String STOPS = ".,;!?…。，；！？、؟،؛।۔¿¡";
  private static final String HYPHENS = "-_\u2010\u2011\u2012\u2013\u2212\uFE63\uFF0D\uFF3F";

  /** Farther behind its keyword a word is no code any more. */
  private static final int FARTHEST = 24;

  /**
   * @param start first char in the text
   * @param end behind its last one
   * @param gap what stands before it
   * @param distance chars between it and the word before
   * @param capitals how many letters are capital
   * @param smalls how many are small; scripts without case have neither
   */
  record Word(
      String folded,
      int start,
      int end,
      int gap,
      int distance,
      boolean digits,
      int capitals,
      int smalls) {

    boolean isCapital() {
      return smalls == 0;
    }

    /** Nothing between it and the word before. */
    boolean isGlued() {
      return gap == 0;
    }

    boolean isHyphened() {
      return gap == HYPHEN;
    }

    /** By a long dash with no space beside it. */
    boolean isDashed() {
      return gap == (MARK | DASH) && distance == 1;
    }

    boolean isSpaced() {
      return gap == SPACE || gap == (SPACE | HYPHEN);
    }

    boolean isOnlySpaced() {
      return gap == SPACE;
    }

    boolean continuesAPhrase() {
      return isGlued() || isHyphened() || isSpaced();
    }

    boolean isNear() {
      return (gap & LINK) == 0 && distance <= FARTHEST;
    }

    /** In one breath with what stands before: «code: x», and no "no code. x". */
    boolean belongsToWhatIsBefore() {
      return (gap & (STOP | LINK)) == 0;
    }

    /** Of a line of its own, as a code below its keyword, or as the name below a letter. */
    boolean isOnTheNextLine() {
      return beginsALine() && !isMarked();
    }

    boolean beginsALine() {
      return (gap & LINE) != 0;
    }

    boolean isMarked() {
      return (gap & (MARK | HYPHEN | NUMBER_SIGN)) != 0;
    }

    boolean isNumbered() {
      return (gap & NUMBER_SIGN) != 0;
    }

    boolean hasAPriceSignBefore() {
      return (gap & CURRENCY) != 0;
    }

    /** As the 30 of 12:30 and of 12.30. */
    boolean continuesANumber() {
      return digits && (gap == STOP || gap == MARK || gap == (MARK | DASH) || gap == HYPHEN);
    }

    boolean hasCasedLetters() {
      return capitals + smalls > 0;
    }

    boolean isLatin() {
      return folded.charAt(0) < 0x80;
    }

    boolean isUnspaced() {
      return Words.isUnspaced(folded.charAt(0));
    }
  }

  private final String text;
  private final List<CodeLinks.Link> links;
  private final LookAlikes lookAlikes;
  private final Keywords keywords;
  private final List<Word> words = new ArrayList<>();

  // The word that is being read: what it counts as, and which chars each character of that is of.
  private final StringBuilder folded = new StringBuilder();
  private int[] starts = new int[32];
  private int[] ends = new int[32];
  private boolean unspaced;
  private boolean digits;
  private int capitals;
  private int smalls;

  private int gap = LINE;

  /**
   * @param links in the order of the text; not read
   */
  Words(String text, List<CodeLinks.Link> links, LookAlikes lookAlikes, Keywords keywords) {
    this.text = text;
    this.links = links;
    this.lookAlikes = lookAlikes;
    this.keywords = keywords;
    read();
    int last = words.isEmpty() ? 0 : words.get(words.size() - 1).end;
    words.add(new Word("\0", last, last, gap | LINE, 0, false, 0, 0));
  }

  String text() {
    return text;
  }

  /** How many there are. */
  int count() {
    return words.size() - 1;
  }

  /**
   * @param index up to {@link #count()}, where an empty word tells what the last one is followed by
   */
  Word get(int index) {
    return words.get(index);
  }

  static boolean isUnspaced(char folded) {
    return folded >= '\u0E00' && folded < '\u0F00' // Thai, Lao
        || folded >= '\u1000' && folded < '\u10A0' // Myanmar
        || folded >= '\u1780' && folded < '\u1800' // Khmer
        || folded >= '\u2E80' && folded < '\uD7B0' // Chinese, Japanese; Korean glues its endings
        || folded >= '\uF900' && folded < '\uFB00';
  }

  private void read() {
    int next = 0;
    for (int at = 0; at < text.length(); ) {
      if (next < links.size() && at >= links.get(next).start()) {
        finish();
        gap |= LINK;
        at = links.get(next++).end();
        continue;
      }
      int character = text.codePointAt(at);
      int end = at + Character.charCount(character);
      String counts = lookAlikes.of(character);
      if (counts == null) {
        finish();
        gap |= kind(character);
      } else if (!counts.isEmpty()) {
        append(counts, at, end);
        count(character);
      }
      at = end;
    }
    finish();
  }

  private void append(String counts, int start, int end) {
    boolean same = isUnspaced(counts.charAt(0)) == unspaced;
    if (folded.length() > 0 && !same) {
      finish();
    }
    unspaced = isUnspaced(counts.charAt(0));
    for (int i = 0; i < counts.length(); i++) {
      int length = folded.length();
      if (length == starts.length) {
        starts = Arrays.copyOf(starts, 2 * length);
        ends = Arrays.copyOf(ends, 2 * length);
      }
      starts[length] = start;
      ends[length] = end;
      folded.append(counts.charAt(i));
    }
  }

  private void count(int character) {
    int type = Character.getType(character);
    digits |= type == Character.DECIMAL_DIGIT_NUMBER || type == Character.OTHER_NUMBER;
    capitals += Character.isUpperCase(character) ? 1 : 0;
    smalls += Character.isLowerCase(character) ? 1 : 0;
  }

  private void finish() {
    if (folded.length() == 0) {
      return;
    }
    int from = 0;
    if (unspaced) {
      for (int i = 0; i < folded.length(); ) {
        int length = keywords.unspacedAt(folded, i);
        if (length == 0) {
          i++;
          continue;
        }
        add(from, i);
        while (length > 0) {
          add(i, i + length);
          i += length;
          length = keywords.unspacedBetweenAt(folded, i);
        }
        from = i;
      }
    }
    add(from, folded.length());
    folded.setLength(0);
    digits = false;
    capitals = 0;
    smalls = 0;
  }

  private void add(int from, int to) {
    if (from == to) {
      return;
    }
    int start = starts[from];
    int end = ends[to - 1];
    int distance = words.isEmpty() ? start : start - words.get(words.size() - 1).end;
    words.add(
        new Word(folded.substring(from, to), start, end, gap, distance, digits, capitals, smalls));
    gap = 0;
  }

  private static int kind(int character) {
    if (STOPS.indexOf(character) >= 0) {
      return STOP;
    }
    if (HYPHENS.indexOf(character) >= 0) {
      return HYPHEN;
    }
    if (character == '\u2014' || character == '\u2015') {
      return MARK | DASH;
    }
    if (character == '#' || character == '＃') {
      return NUMBER_SIGN;
    }
    return switch (Character.getType(character)) {
      case Character.SPACE_SEPARATOR -> SPACE;
      case Character.CONTROL -> character == '\t' ? SPACE : LINE;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> LINE;
      case Character.CURRENCY_SYMBOL -> CURRENCY;
      case Character.MATH_SYMBOL,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          character == '%' ? CURRENCY : MARK;
      default -> OTHER;
    };
  }
}
