package io.leadhub.attribution;

import io.leadhub.attribution.CodeIndex.Known;
import io.leadhub.attribution.Words.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks for the codes of an index in one text. */
final class CodeSearch {

  /** Words that may stand between a keyword and its code: "code is: my". */
  private static final int MOST_BETWEEN = 2;

  /** More than anybody writes; each one costs time. */
  private static final int MOST_KEYWORDS = 50;

  /** Words of "number plate: A 123 BC" that are no code. */
  private static final int NO_CODE = 3;

  /** Letters right behind a code that are a word and no more of the code. */
  private static final int SHORTEST_WORD = 3;

  /** That many words in capitals, and none in small letters: capitals tell nothing there. */
  private static final int SHOUTING = 4;

  private static final String KEYWORD = "keyword";
  private static final String CODE = "code";
  private static final String TYPO = "typo";
  private static final List<String> SUREST_FIRST = List.of(KEYWORD, CODE, TYPO);

  private final String text;
  private final CodeIndex codes;
  private final LookAlikes lookAlikes;
  private final Keywords keywords;
  private final boolean typos;
  private final List<CodeLinks.Link> links;
  private final Words words;
  private final boolean shouted;
  private final Map<Long, CodeFinding> found = new HashMap<>();
  private int tried;

  /** Words before this one are no code unless a keyword says so. */
  private int barred;

  CodeSearch(
      String text, CodeIndex codes, LookAlikes lookAlikes, Keywords keywords, boolean typos) {
    this.text = text;
    this.codes = codes;
    this.lookAlikes = lookAlikes;
    this.keywords = keywords;
    this.typos = typos;
    this.links = CodeLinks.in(text);
    this.words = new Words(text, links, lookAlikes, keywords);
    this.shouted = isShouted();
  }

  /** See {@link CodeExtractor#find}. */
  List<CodeFinding> findings() {
    links.forEach(this::link);
    if (!message()) {
      for (int at = 0; at < words.count(); ) {
        at = next(at);
      }
    }
    List<CodeFinding> findings = new ArrayList<>(found.values());
    findings.removeIf(one -> !one.partner().active());
    if (findings.stream().anyMatch(one -> one.certainty() == Certainty.SURE)) {
      findings.removeIf(one -> one.certainty() != Certainty.SURE);
    }
    findings.sort(
        Comparator.<CodeFinding>comparingInt(one -> SUREST_FIRST.indexOf(one.how()))
            .thenComparing(CodeFinding::start));
    return List.copyOf(findings);
  }

  /**
   * @return the word to go on with
   */
  private int next(int at) {
    int behind = keywords.after(words, at);
    int noCode = keywords.afterNoCode(words, at);
    if (noCode > at && noCode >= behind) {
      barred = afterNoCode(noCode);
      return noCode;
    }
    int end = behind;
    if (behind > at && tried++ < MOST_KEYWORDS) {
      end = afterKeyword(behind);
    }
    if (end == behind) {
      end = gluedToItsKeyword(at);
    }
    if (end == at && at >= barred) {
      end = longest(at, false);
      if (end == at) {
        shuffledTypo(at);
      }
    }
    return Math.max(end, at + 1);
  }

  /**
   * What "flight" and "PIN code" announce: the words up to the end of the sentence, but not many.
   *
   * @return the first word that may be of a code again
   */
  private int afterNoCode(int first) {
    boolean number = false;
    int at = first;
    while (at < words.count() && at < first + NO_CODE) {
      Word word = words.get(at);
      boolean another = number && word.digits() && word.hasCasedLetters();
      if (another || !word.isNear() || !word.belongsToWhatIsBefore() || word.isOnTheNextLine()) {
        break;
      }
      number |= word.digits();
      at++;
    }
    return at;
  }

  /** кодABC123: a keyword and all of a code that is no number. */
  private int gluedToItsKeyword(int at) {
    Word word = words.get(at);
    String folded = word.folded();
    if (!word.digits() || folded.length() > keywords.longest() + codes.longest()) {
      return at;
    }
    for (int length = Math.min(keywords.longest(), folded.length() - 2); length > 1; length--) {
      if (keywords.contains(folded.substring(0, length))) {
        List<Known> known =
            codes.at(folded.substring(length)).stream().filter(Known::isMixed).toList();
        Span span = new Span(words, at, at);
        if (!known.isEmpty() && span.isApart(keywords)) {
          known.forEach(one -> add(one, KEYWORD, Certainty.SURE, span));
          return at + 1;
        }
      }
    }
    return at;
  }

  /** Those that all words together are. */
  List<Known> whole() {
    if (words.count() == 0 || !links.isEmpty()) {
      return List.of();
    }
    for (int i = 1; i < words.count(); i++) {
      if (!words.get(i).continuesAPhrase() || i > codes.longest()) {
        return List.of();
      }
    }
    Span all = new Span(words, 0, words.count() - 1);
    return closest(codes.at(all.folded()), all);
  }

  private void link(CodeLinks.Link link) {
    for (CodeLinks.Value value : CodeLinks.values(text, link)) {
      if (value.parameter() == null || keywords.contains(lookAlikes.of(value.parameter()))) {
        new CodeSearch(value.decoded(), codes, lookAlikes, keywords, false)
            .whole()
            .forEach(known -> add(known, KEYWORD, Certainty.SURE, value.start(), value.end()));
      }
    }
  }

  /** A message that is nothing but a code may be a number, a small word or a typo. */
  private boolean message() {
    Span all = new Span(words, 0, words.count() - 1);
    List<Known> known = whole().stream().filter(one -> isMessage(one, all)).toList();
    known.forEach(one -> add(one, CODE, Certainty.SURE, all));
    return !known.isEmpty()
        || links.isEmpty() && words.count() > 0 && chainEnd(0) == words.count() && typo(0, false);
  }

  /** "Phuket villa" and "hoteli" are wishes, 7 777 is a price, "anna" and "hotel 1" are codes. */
  private static boolean isMessage(Known known, Span all) {
    if (!known.letters()) {
      return !all.isSpaced();
    }
    return known.digits() ? all.looksLikeACode() : !all.isSpaced() || all.isCapital();
  }

  /**
   * @return the word behind the code, or {@code first} when there is none
   */
  private int afterKeyword(int first) {
    int at = first;
    for (int skipped = 0; at < words.count() && words.get(at).isNear(); skipped++, at++) {
      int end = longest(at, true);
      if (end == at) {
        end = words.get(at).isUnspaced() ? startOfUnspaced(at) : startOfAWord(at);
      }
      if (end == at && typo(at, true)) {
        end = chainEnd(at);
      }
      if (end > at) {
        return end;
      }
      if (skipped == MOST_BETWEEN || !keywords.mayStandBetween(words.get(at).folded())) {
        break;
      }
    }
    return first;
  }

  /**
   * Of the codes that start at a word the one of the most words.
   *
   * @param announced by a keyword
   * @return the word behind it, or {@code first} when there is none
   */
  private int longest(int first, boolean announced) {
    List<Known> best = List.of();
    Span where = null;
    String joined = "";
    for (int i = first; i < words.count() && mayJoin(first, i, announced); i++) {
      String folded = words.get(i).folded();
      joined = i == first ? folded : joined + folded;
      if (joined.length() > codes.longest()) {
        break;
      }
      List<Known> here = codes.at(joined);
      if (!here.isEmpty()) {
        Span span = new Span(words, first, i);
        here = here.stream().filter(one -> isMeant(one, span, announced)).toList();
        best = here.isEmpty() ? best : closest(here, span);
        where = here.isEmpty() ? where : span;
      }
    }
    for (Known known : best) {
      boolean doubtful =
          announced ? !known.digits() && mayBeAWish(where) : mayBeSomethingElse(known, where);
      add(
          known,
          announced ? KEYWORD : CODE,
          doubtful ? Certainty.SUSPECTED : Certainty.SURE,
          where);
    }
    return best.isEmpty() ? first : where.last() + 1;
  }

  /** "promo Phuket villa", or a name below a letter that asks for a code. */
  private static boolean mayBeAWish(Span span) {
    return (span.isSpaced() || span.firstWord().isOnTheNextLine()) && !span.isWrittenAsACode();
  }

  /** A VILLA amid words, and a plate ABC 123; not in a line of their own. */
  private boolean mayBeSomethingElse(Known known, Span span) {
    if (!known.digits()) {
      return shouted || !span.isALine();
    }
    return span.isSpaced() && !span.isALine() && !span.isSpeltOut();
  }

  /** Pieces of a code: after a keyword any, else as one would write a code. */
  private boolean mayJoin(int first, int at, boolean announced) {
    Word word = words.get(at);
    if (at == first || word.isGlued() || word.isHyphened()) {
      return true;
    }
    return announced
        ? word.isSpaced() || word.isDashed()
        : word.isOnlySpaced() && !shouted && isPiece(word) && isPiece(words.get(at - 1));
  }

  private static boolean isPiece(Word word) {
    return word.isCapital() && (word.capitals() > 0 || word.digits());
  }

  private boolean isMeant(Known known, Span span, boolean announced) {
    return span.isApart(keywords)
        && (announced ? isMeantAfterKeyword(known, span) : isMeantAlone(known, span));
  }

  private boolean isMeantAfterKeyword(Known known, Span span) {
    Word word = span.firstWord();
    if (!known.letters()) {
      return span.first() == span.last()
          && word.digits()
          && word.belongsToWhatIsBefore()
          && !span.isAmount(keywords);
    }
    if (span.isSpaced() && (span.isAmount(keywords) || !word.belongsToWhatIsBefore())) {
      return false;
    }
    if (known.digits()) {
      return span.looksLikeACode() || word.belongsToWhatIsBefore() && word.isMarked();
    }
    boolean aPerson = span.first() > 0 && keywords.isOfPeople(words.get(span.first() - 1).folded());
    return span.isCapital() || word.belongsToWhatIsBefore() && (!aPerson || word.isMarked());
  }

  /** No number, and no word of the language. */
  private boolean isMeantAlone(Known known, Span span) {
    if (!known.letters()) {
      return false;
    }
    if (!known.digits()) {
      return span.isCapital() && !span.isSpaced() && span.firstWord().capitals() > 0;
    }
    if (span.isSpaced() && span.isAmount(keywords)) {
      return false;
    }
    boolean asIssued =
        span.first() == span.last()
            || span.isCapital()
            || lookAlikes.spelled(span.written()).equals(known.spelled());
    return asIssued && span.looksLikeACode();
  }

  /** A code in a script without spaces, with more words right behind it. */
  private int startOfUnspaced(int at) {
    Word word = words.get(at);
    String folded = word.folded();
    for (int length = Math.min(folded.length() - 1, codes.longest()); length > 1; length--) {
      List<Known> known = codes.at(folded.substring(0, length));
      if (!known.isEmpty()
          && word.belongsToWhatIsBefore()
          && Character.isLetter(folded.charAt(length))) {
        Span span = new Span(words, at, at);
        known.forEach(one -> add(one, KEYWORD, Certainty.SURE, span));
        return at + 1;
      }
    }
    return at;
  }

  /** CAFE7интересует: a Latin code, and letters of another alphabet that make a word. */
  private int startOfAWord(int at) {
    Word word = words.get(at);
    String written = text.substring(word.start(), word.end());
    int length = 0;
    while (length < written.length() && written.charAt(length) < 0x80) {
      length++;
    }
    String rest = written.substring(length);
    if (rest.length() < SHORTEST_WORD
        || !word.belongsToWhatIsBefore()
        || !rest.chars().allMatch(each -> each >= 0x80 && Character.isLowerCase(each))) {
      return at;
    }
    List<Known> known =
        codes.at(lookAlikes.of(written.substring(0, length))).stream()
            .filter(Known::isMixed)
            .toList();
    int end = word.start() + length;
    known.forEach(one -> add(one, KEYWORD, Certainty.SURE, word.start(), end));
    return known.isEmpty() ? at : at + 1;
  }

  /** What hyphens join; not farther than a code and a typo may reach. */
  private int chainEnd(int first) {
    int end = first + 1;
    int farthest = Math.min(words.count(), first + codes.longest() + 2);
    while (end < farthest && (words.get(end).isHyphened() || words.get(end).isGlued())) {
      end++;
    }
    return end;
  }

  /** One edit from exactly one code, and no word or number that just happens to be. */
  private boolean typo(int first, boolean announced) {
    Span span = new Span(words, first, chainEnd(first) - 1);
    Word word = span.firstWord();
    if (!typos || announced && !word.belongsToWhatIsBefore()) {
      return false;
    }
    String folded = span.folded();
    Set<Known> near = codes.near(folded);
    near.removeIf(known -> !isTypoOf(known, span, announced));
    if (near.size() != 1
        || IssuedCodes.isIssued(folded)
        || word.isNumbered() && ClickReference.isLikeOne(folded)) {
      return false;
    }
    add(near.iterator().next(), TYPO, Certainty.SUSPECTED, span);
    return true;
  }

  private boolean isTypoOf(Known known, Span span, boolean announced) {
    if (known.digits()) {
      return known.letters() && span.hasDigits() && span.hasCasedLetters();
    }
    return !span.hasDigits()
        && (announced
            ? span.firstWord().isMarked() || span.isCapital() && !shouted
            : span.isCapital());
  }

  /** Amid words, too: nothing else that people write is one edit from K7M2QX. */
  private void shuffledTypo(int at) {
    Word word = words.get(at);
    Span span = new Span(words, at, at);
    if (word.digits()
        && word.isCapital()
        && chainEnd(at) == at + 1
        && CodeIndex.isShuffled(LookAlikes.plain(span.written()))
        && span.isApart(keywords)
        && codes.near(word.folded()).stream().allMatch(Known::isShuffled)) {
      typo(at, false);
    }
  }

  /** A code that is written as it was issued wins over its look-alikes. */
  private static List<Known> closest(List<Known> known, Span span) {
    if (known.size() < 2) {
      return known;
    }
    String plain = LookAlikes.plain(span.written());
    List<Known> same = known.stream().filter(one -> one.plain().equals(plain)).toList();
    return same.isEmpty() ? known : same;
  }

  private boolean isShouted() {
    int loud = 0;
    for (int i = 0; i < words.count(); i++) {
      Word word = words.get(i);
      if (word.smalls() > 0) {
        return false;
      }
      loud += word.digits() || word.capitals() < 2 ? 0 : 1;
    }
    return loud >= SHOUTING;
  }

  private void add(Known known, String how, Certainty certainty, Span span) {
    add(known, how, certainty, span.start(), span.end());
  }

  private void add(Known known, String how, Certainty certainty, int start, int end) {
    CodeFinding finding =
        new CodeFinding(known.partner(), how, certainty, start, end, text.substring(start, end));
    found.merge(
        known.partner().id(), finding, (one, other) -> rank(other) < rank(one) ? other : one);
  }

  private static int rank(CodeFinding finding) {
    return SUREST_FIRST.indexOf(finding.how());
  }
}
