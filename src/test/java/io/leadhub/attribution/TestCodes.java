package io.leadhub.attribution;

import io.leadhub.TestSettings;
import java.util.ArrayList;
import java.util.List;

/** Extractors with the settings of {@code routes/codes.yaml}. */
public final class TestCodes {

  private TestCodes() {}

  static List<PartnerDirectory.Entry> partners(String... codes) {
    List<PartnerDirectory.Entry> partners = new ArrayList<>();
    for (String code : codes) {
      partners.add(
          new PartnerDirectory.Entry(partners.size() + 1, code, "Partner " + code, "en", null));
    }
    return List.copyOf(partners);
  }

  static CodeExtractor extractor(List<PartnerDirectory.Entry> partners, String... settings) {
    return extractor(partners, TestSettings.of(CodeSettings.class, settings));
  }

  static CodeExtractor extractor(List<PartnerDirectory.Entry> partners, CodeSettings settings) {
    LookAlikes lookAlikes = new LookAlikes(settings);
    return new CodeExtractor(
        () -> partners, lookAlikes, new Keywords(settings, lookAlikes), settings);
  }

  public static CodeLint lint() {
    CodeSettings settings = TestSettings.of(CodeSettings.class);
    LookAlikes lookAlikes = new LookAlikes(settings);
    return new CodeLint(lookAlikes, new Keywords(settings, lookAlikes));
  }

  public static IssuedCodes issued() {
    return new IssuedCodes(new LookAlikes(TestSettings.of(CodeSettings.class)));
  }
}
