package io.leadhub.sandbox;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;

/** The page's words in the reader's language: English, Russian or Thai. */
record SandboxTexts(Locale locale, Map<String, String> all) {

  static final List<Locale> LANGUAGES =
      List.of(Locale.ENGLISH, Locale.forLanguageTag("ru"), Locale.forLanguageTag("th"));

  /**
   * The language wanted by name wins over what the browser accepts; English if neither is known.
   */
  static SandboxTexts of(String wanted, String accepted) {
    Locale named =
        LANGUAGES.stream()
            .filter(known -> known.getLanguage().equals(wanted))
            .findFirst()
            .orElse(null);
    Locale locale = named != null ? named : accepted(accepted);
    ResourceBundle bundle =
        ResourceBundle.getBundle(
            "sandbox.texts",
            locale,
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    Map<String, String> all = new HashMap<>();
    bundle.keySet().forEach(key -> all.put(key, bundle.getString(key)));
    return new SandboxTexts(locale, all);
  }

  private static Locale accepted(String header) {
    try {
      Locale best = Locale.lookup(Locale.LanguageRange.parse(header), LANGUAGES);
      return best != null ? best : Locale.ENGLISH;
    } catch (IllegalArgumentException e) {
      return Locale.ENGLISH; // an unreadable header is no reason for not answering
    }
  }
}
