package io.leadhub.attribution;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Finds the codes of active partners in what customers write. */
@Component("codeExtractor")
public class CodeExtractor {

  private final PartnerDirectory partners;
  private final PartnerCodes codes;

  CodeExtractor(PartnerDirectory partners) {
    this.partners = partners;
    this.codes = new PartnerCodes(partners);
  }

  /**
   * @param text what the customer wrote, or null
   * @return one finding for each partner whose code is there, the surest first; empty when there is
   *     none
   */
  public List<CodeFinding> find(String text) {
    return codes.find(text).stream().toList();
  }

  /**
   * The partner that a code in an address or a form means: written in any case and with look-alike
   * letters, but without a typo.
   */
  public Optional<PartnerDirectory.Entry> resolve(String code) {
    String written = code == null ? "" : code.strip().toUpperCase(Locale.ROOT);
    return partners.active().stream().filter(entry -> entry.code().equals(written)).findFirst();
  }
}
