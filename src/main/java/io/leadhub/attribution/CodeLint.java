package io.leadhub.attribution;

import io.leadhub.attribution.PartnerDirectory.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  private record Index(List<Entry> of, Map<String, String> codes) {}

  private volatile Index index = new Index(null, Map.of());

  /**
   * @param code as it is to be issued, in any case
   * @param others all other partners, those that are not active included; the same list again costs
   *     less
   * @return none for a good code
   */
  public List<Problem> check(String code, List<Entry> others) {
    List<Problem> problems = new ArrayList<>();
    Index known = index;
    if (known.of != others) {
      Map<String, String> codes = new HashMap<>();
      others.forEach(other -> codes.put(plain(other.code()), other.code()));
      known = new Index(others, codes);
      index = known;
    }
    String same = known.codes.get(plain(code));
    if (same != null) {
      problems.add(
          new Problem(Severity.ERROR, "It looks like " + same + ", which another partner has."));
    }
    if (code.matches("\\d+")) {
      problems.add(new Problem(Severity.WARNING, "It has only digits: it counts after a keyword."));
    }
    return problems;
  }

  private static String plain(String code) {
    return code.toUpperCase(Locale.ROOT).replace('O', '0').replace('I', '1').replace('L', '1');
  }
}
