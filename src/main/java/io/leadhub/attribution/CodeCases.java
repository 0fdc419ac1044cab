package io.leadhub.attribution;

import io.leadhub.BadSettingException;
import io.leadhub.attribution.PartnerDirectory.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Tries the examples of {@code hub.codes.cases} at the start: rules that miss one do not run. */
@Component
class CodeCases {

  CodeCases(
      CodeSettings settings, LookAlikes lookAlikes, Keywords keywords, Environment environment) {
    List<Entry> partners = new ArrayList<>();
    settings.cases().stream()
        .flatMap(example -> example.finds().stream())
        .distinct()
        .forEach(code -> partners.add(new Entry(partners.size() + 1, code, code, "en", null)));
    CodeExtractor extractor = new CodeExtractor(() -> partners, lookAlikes, keywords, settings);
    for (int i = 0; i < settings.cases().size(); i++) {
      CodeSettings.Case example = settings.cases().get(i);
      Set<String> found = new TreeSet<>();
      for (CodeFinding finding : extractor.find(example.text())) {
        found.add(finding.partner().code() + " (" + finding.certainty().word() + ")");
      }
      Set<String> expected = new TreeSet<>();
      example.finds().forEach(code -> expected.add(code + " (" + example.certainty().word() + ")"));
      if (!found.equals(expected)) {
        throw new BadSettingException(
            environment,
            "hub.codes.cases[" + i + "]",
            "“" + example.text() + "” gives " + found + ", and not " + expected + ".",
            "Change keywords, between, amounts, not-codes, same or typos so that it does, or the example itself.");
      }
    }
  }
}
