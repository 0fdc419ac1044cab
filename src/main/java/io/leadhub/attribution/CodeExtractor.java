package io.leadhub.attribution;

import io.leadhub.attribution.CodeIndex.Known;
import io.leadhub.attribution.Words.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/**
 * Finds the codes of active partners in what customers write: after a keyword, standing alone, or
 * one typo away. Only known codes are found, so nothing is ever invented; the rules below keep out
 * ordinary words and numbers that happen to be somebody's code.
 */
@Component("codeExtractor")
public class CodeExtractor {

  /** A real message is shorter; a longer one is searched only so far. */
  private static final int LONGEST_TEXT = 4_096;

  /** Words that may stand between a keyword and its code: "code is: my". */
  private static final int MOST_BETWEEN = 2;

  /** That many words in capitals, and none in small letters: capitals tell nothing there. */
  private static final int SHOUTING = 4;

  private static final List<String> SUREST_FIRST = List.of("keyword", "code", "typo");

  private static final Pattern CLICK_REFERENCE = Pattern.compile("[23456789CFGHJMPQRVWX]{7}");

  private final PartnerDirectory partners;
  private final LookAlikes lookAlikes;
  private final Keywords keywords;
  private final boolean typos;
  private volatile CodeIndex index;

  CodeExtractor(
      PartnerDirectory partners, LookAlikes lookAlikes, Keywords keywords, CodeSettings settings) {
    this.partners = partners;
    this.lookAlikes = lookAlikes;
    this.keywords = keywords;
    this.typos = settings.typos();
  }

  /**
   * @param text what the customer wrote, or null; its first 4,096 chars are read
   * @return one finding for each partner whose code is there, the surest first; empty when there is
   *     none. Typos only where no code is sure
   */
  public List<CodeFinding> find(String text) {
    return text == null || text.isBlank() ? List.of() : new Search(text).findings();
  }

  /**
   * The partner that a code in an address or a form means: written in any case, with look-alikes,
   * hyphens and spaces, but without a typo. Empty when two partners' codes look like it.
   */
  public Optional<PartnerDirectory.Entry> resolve(String code) {
    if (code == null || code.isBlank()) {
      return Optional.empty();
    }
    Search search = new Search(code, List.of());
    List<Known> known = search.whole();
    return known.size() == 1 ? Optional.of(known.get(0).partner()) : Optional.empty();
  }

  /** As stands in the text that a click page prepared; such a word is nobody's mistyped code. */
  static boolean isClickReference(String word) {
    return CLICK_REFERENCE.matcher(word).matches();
  }

  /** Made anew when the partners changed. */
  private CodeIndex index() {
    List<PartnerDirectory.Entry> active = partners.active();
    CodeIndex current = index;
    if (current == null || !current.isOf(active)) {
      current = new CodeIndex(active, lookAlikes);
      index = current;
    }
    return current;
  }

  /** One text. */
  private final class Search {

    private final String text;
    private final List<CodeLinks.Link> links;
    private final Words words;
    private final CodeIndex codes = index();
    private final Map<Long, CodeFinding> found = new HashMap<>();
    private final boolean shouted;

    Search(String text) {
      this(text, CodeLinks.in(text.substring(0, Math.min(text.length(), LONGEST_TEXT))));
    }

    Search(String text, List<CodeLinks.Link> links) {
      this.text = text.substring(0, Math.min(text.length(), LONGEST_TEXT));
      this.links = links;
      this.words = new Words(this.text, links, lookAlikes, keywords);
      this.shouted = isShouted();
    }

    List<CodeFinding> findings() {
      links.forEach(this::link);
      if (!onlyWord()) {
        for (int at = 0; at < words.count(); ) {
          int behind = keywords.after(words, at);
          int end = behind == at ? at : afterKeyword(behind);
          end = end > behind ? end : alone(at);
          at = Math.max(end, at + 1);
        }
      }
      List<CodeFinding> findings = new ArrayList<>(found.values());
      if (findings.stream().anyMatch(one -> one.certainty() == Certainty.SURE)) {
        findings.removeIf(one -> one.certainty() != Certainty.SURE);
      }
      findings.sort(
          Comparator.<CodeFinding>comparingInt(one -> SUREST_FIRST.indexOf(one.how()))
              .thenComparing(CodeFinding::start));
      return List.copyOf(findings);
    }

    private void link(CodeLinks.Link link) {
      for (CodeLinks.Value value : CodeLinks.values(text, link)) {
        if (value.parameter() == null || keywords.contains(lookAlikes.of(value.parameter()))) {
          Search search = new Search(value.decoded(), List.of());
          for (Known known : search.whole()) {
            addSpan(known, "keyword", Certainty.SURE, value.start(), value.end());
          }
        }
      }
    }

    /** A message that is nothing but a code may be a number, a small word or a typo. */
    private boolean onlyWord() {
      List<Known> known = links.isEmpty() ? whole() : List.of();
      known.forEach(one -> add(one, "code", Certainty.SURE, 0, words.count() - 1));
      return !known.isEmpty() || links.isEmpty() && chainEnd(0) == words.count() && typo(0, false);
    }

    /** Those that all words together are. */
    List<Known> whole() {
      StringBuilder joined = new StringBuilder();
      for (int i = 0; i < words.count(); i++) {
        if (i > 0 && !words.get(i).continuesAPhrase() || joined.length() > codes.longest()) {
          return List.of();
        }
        joined.append(words.get(i).folded());
      }
      List<Known> known = codes.at(joined.toString());
      return words.count() == 0 ? List.of() : closest(known, 0, words.count() - 1);
    }

    /**
     * @return the word behind the code, or {@code first} when there is none
     */
    private int afterKeyword(int first) {
      int at = first;
      for (int skipped = 0; at < words.count() && words.get(at).isNear(); skipped++, at++) {
        int end = longest(at, true);
        if (end == at && words.get(at).isUnspaced()) {
          end = startOfUnspaced(at);
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

    private int alone(int at) {
      return isApartFrom(at, at - 1, words.get(at)) ? longest(at, false) : at;
    }

    /** Of the codes that start at a word the one of the most words. */
    private int longest(int first, boolean announced) {
      List<Known> best = List.of();
      int last = first;
      StringBuilder joined = new StringBuilder();
      for (int i = first; i < words.count() && mayJoin(first, i, announced); i++) {
        joined.append(words.get(i).folded());
        if (joined.length() > codes.longest()) {
          break;
        }
        int end = i;
        List<Known> here = codes.at(joined.toString());
        if (!here.isEmpty() && isApartFrom(i + 1, i + 1, words.get(i))) {
          here =
              here.stream()
                  .filter(one -> announced ? isMeant(one, first, end) : isNoWord(one, first, end))
                  .toList();
          best = here.isEmpty() ? best : closest(here, first, end);
          last = here.isEmpty() ? last : end;
        }
      }
      for (Known known : best) {
        boolean doubtful = !announced && shouted && !known.digits();
        add(
            known,
            announced ? "keyword" : "code",
            doubtful ? Certainty.SUSPECTED : Certainty.SURE,
            first,
            last);
      }
      return best.isEmpty() ? first : last + 1;
    }

    /** Pieces of a code: after a keyword any, else as one would write a code. */
    private boolean mayJoin(int first, int at, boolean announced) {
      Word word = words.get(at);
      if (at == first || word.isGlued() || word.isHyphened()) {
        return true;
      }
      return announced
          ? word.isSpaced()
          : word.isOnlySpaced() && !shouted && word.isCapital() && words.get(at - 1).isCapital();
    }

    /** Whether a code that a keyword announces is meant. */
    private boolean isMeant(Known known, int first, int last) {
      Word word = words.get(first);
      boolean spaced = isSpaced(first, last);
      if (!known.letters()) {
        return first == last && word.digits() && word.belongsToWhatIsBefore() && !isAmount(last);
      }
      if (spaced && (isAmount(last) || !word.belongsToWhatIsBefore())) {
        return false;
      }
      return word.belongsToWhatIsBefore()
          || (known.digits() ? looksLikeACode(first, last) : areCapitals(first, last));
    }

    /** Whether a code that stands alone is one, and no number or word of the language. */
    private boolean isNoWord(Known known, int first, int last) {
      if (!known.letters()) {
        return false;
      }
      boolean capitals = areCapitals(first, last);
      if (!known.digits()) {
        return capitals && !isSpaced(first, last) && words.get(first).capitals() > 0;
      }
      if (first < last && isSpaced(first, last) && isAmount(last)) {
        return false;
      }
      boolean asIssued =
          first == last || capitals || LookAlikes.plain(written(first, last)).equals(known.plain());
      return asIssued && looksLikeACode(first, last);
    }

    /** HOTELI may be HOTEL1; hoteli is a word. */
    private boolean looksLikeACode(int first, int last) {
      boolean digits = false;
      int capitals = 0;
      for (int i = first; i <= last; i++) {
        digits |= words.get(i).digits();
        capitals += words.get(i).capitals();
      }
      return digits || capitals > 1;
    }

    private boolean areCapitals(int first, int last) {
      for (int i = first; i <= last; i++) {
        if (!words.get(i).isCapital()) {
          return false;
        }
      }
      return true;
    }

    private boolean isSpaced(int first, int last) {
      for (int i = first + 1; i <= last; i++) {
        if (words.get(i).isSpaced()) {
          return true;
        }
      }
      return false;
    }

    /** A price, a time, a date, a phone number, or so many of something. */
    private boolean isAmount(int last) {
      Word word = words.get(last);
      Word next = words.get(last + 1);
      return word.digits()
          && (word.hasAPriceSignBefore()
              || next.hasAPriceSignBefore()
              || next.continuesANumber()
              || next.digits() && next.isSpaced()
              || words.get(last).continuesANumber() && last > 0 && words.get(last - 1).digits()
              || keywords.isUnitOfAmounts(next.folded()));
    }

    /**
     * Whether the word at {@code neighbour}, if a hyphen joins it, is no part of the code: it is of
     * another script, or written in another way. Anything else makes another, unknown code.
     */
    private boolean isApartFrom(int hyphened, int neighbour, Word code) {
      if (neighbour < 0 || neighbour >= words.count() || !words.get(hyphened).isHyphened()) {
        return true;
      }
      Word other = words.get(neighbour);
      return !other.digits()
          && (other.isLatin() != code.isLatin()
              || code.isCapital() && other.smalls() > 0
              || keywords.contains(other.folded()));
    }

    /** A code in a script without spaces, with more words right behind it. */
    private int startOfUnspaced(int at) {
      Word word = words.get(at);
      for (int length = Math.min(word.folded().length() - 1, codes.longest());
          length > 1;
          length--) {
        List<Known> known = codes.at(word.folded().substring(0, length));
        if (!known.isEmpty()
            && word.belongsToWhatIsBefore()
            && Character.isLetter(word.folded().charAt(length))) {
          known.forEach(one -> add(one, "keyword", Certainty.SURE, at, at));
          return at + 1;
        }
      }
      return at;
    }

    private int chainEnd(int first) {
      int end = first + 1;
      while (end < words.count() && (words.get(end).isHyphened() || words.get(end).isGlued())) {
        end++;
      }
      return Math.min(end, words.count());
    }

    /** One edit from exactly one code, and no word or number that just happens to be. */
    private boolean typo(int first, boolean announced) {
      int last = chainEnd(first) - 1;
      Word word = words.get(first);
      if (!typos || last < first || announced && !word.belongsToWhatIsBefore()) {
        return false;
      }
      String folded = joined(first, last);
      Set<Known> near = codes.near(folded);
      near.removeIf(known -> !isTypoOf(known, first, last, announced));
      if (near.size() != 1 || IssuedCodes.isIssued(folded) || isClickReference(folded)) {
        return false;
      }
      add(near.iterator().next(), "typo", Certainty.SUSPECTED, first, last);
      return true;
    }

    private boolean isTypoOf(Known known, int first, int last, boolean announced) {
      boolean digits = false;
      boolean letters = false;
      for (int i = first; i <= last; i++) {
        digits |= words.get(i).digits();
        letters |= words.get(i).capitals() + words.get(i).smalls() > 0;
      }
      return known.digits()
          ? known.letters() && digits && letters
          : !digits && (announced ? words.get(first).isMarked() : areCapitals(first, last));
    }

    private String joined(int first, int last) {
      StringBuilder joined = new StringBuilder();
      for (int i = first; i <= last; i++) {
        joined.append(words.get(i).folded());
      }
      return joined.toString();
    }

    /** A code that is written as it was issued wins over its look-alikes. */
    private List<Known> closest(List<Known> known, int first, int last) {
      if (known.size() < 2) {
        return known;
      }
      String plain = LookAlikes.plain(written(first, last));
      List<Known> same = known.stream().filter(one -> one.plain().equals(plain)).toList();
      return same.isEmpty() ? known : same;
    }

    private String written(int first, int last) {
      return text.substring(words.get(first).start(), words.get(last).end());
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

    private void add(Known known, String how, Certainty certainty, int first, int last) {
      addSpan(known, how, certainty, words.get(first).start(), words.get(last).end());
    }

    private void addSpan(Known known, String how, Certainty certainty, int start, int end) {
      CodeFinding finding =
          new CodeFinding(known.partner(), how, certainty, start, end, text.substring(start, end));
      found.merge(
          known.partner().id(),
          finding,
          (one, other) ->
              SUREST_FIRST.indexOf(other.how()) < SUREST_FIRST.indexOf(one.how()) ? other : one);
    }
  }
}
