package io.leadhub.attribution;

import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Finds the codes of active partners in what customers write: after a keyword, standing alone, or
 * one typo away. Only known codes are found, so nothing is ever invented; its rules ({@link
 * CodeSearch}) keep out ordinary words and numbers that happen to be somebody's code.
 */
@Component("codeExtractor")
public class CodeExtractor {

  /** A real message is shorter; a longer one is searched only so far. */
  private static final int LONGEST_TEXT = 4_096;

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
   *     none. What is suspected comes only where nothing is sure
   */
  public List<CodeFinding> find(String text) {
    return find(text, partners.all());
  }

  /** The same among partners whom the caller has at hand, {@link PartnerDirectory#all}. */
  List<CodeFinding> find(String text, List<PartnerDirectory.Entry> all) {
    return text == null || text.isBlank() ? List.of() : search(text, all).findings();
  }

  /**
   * The partner that a code in an address or a form means: written in any case, with look-alikes,
   * hyphens and spaces, but without a typo. Empty when two partners' codes look like it.
   */
  public Optional<PartnerDirectory.Entry> resolve(String code) {
    return code == null || code.isBlank() ? Optional.empty() : resolve(code, partners.all());
  }

  /** The same among partners whom the caller has at hand. */
  Optional<PartnerDirectory.Entry> resolve(String code, List<PartnerDirectory.Entry> all) {
    List<PartnerDirectory.Entry> known =
        code == null || code.isBlank()
            ? List.of()
            : search(code, all).whole().stream()
                .map(CodeIndex.Known::partner)
                .filter(PartnerDirectory.Entry::active)
                .toList();
    return known.size() == 1 ? Optional.of(known.get(0)) : Optional.empty();
  }

  private CodeSearch search(String text, List<PartnerDirectory.Entry> all) {
    String start = text.substring(0, Math.min(text.length(), LONGEST_TEXT));
    return new CodeSearch(start, index(all), lookAlikes, keywords, typos);
  }

  /** Made anew when the partners changed. */
  private CodeIndex index(List<PartnerDirectory.Entry> all) {
    CodeIndex current = index;
    if (current == null || !current.isOf(all)) {
      current = new CodeIndex(all, lookAlikes);
      index = current;
    }
    return current;
  }
}
