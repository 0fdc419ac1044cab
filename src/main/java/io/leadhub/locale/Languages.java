package io.leadhub.locale;

import io.leadhub.HubSettings;
import java.lang.Character.UnicodeScript;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Chooses between the languages that texts exist in: ru, en, th. */
@Component("languages")
public class Languages {

  private static final Set<String> TEXTS = Set.of("ru", "en", "th");

  private static final Map<UnicodeScript, String> BY_SCRIPT =
      Map.of(UnicodeScript.THAI, "th", UnicodeScript.CYRILLIC, "ru", UnicodeScript.LATIN, "en");

  /** Countries where one of our languages is what most people read. */
  private static final Map<String, String> BY_COUNTRY =
      Map.ofEntries(
          Map.entry("TH", "th"),
          Map.entry("RU", "ru"),
          Map.entry("BY", "ru"),
          Map.entry("KZ", "ru"),
          Map.entry("KG", "ru"),
          Map.entry("GB", "en"),
          Map.entry("US", "en"),
          Map.entry("CA", "en"),
          Map.entry("AU", "en"),
          Map.entry("NZ", "en"),
          Map.entry("IE", "en"));

  private final PhoneNumbers phoneNumbers;
  private final String fallback;

  public Languages(PhoneNumbers phoneNumbers, HubSettings settings) {
    this.phoneNumbers = phoneNumbers;
    this.fallback = settings.reply().defaultLanguage();
  }

  /**
   * The customer's language: by the script most letters of the text are in, else by the phone's
   * country, else the default. A text that is only a code tells nothing.
   *
   * @param text what they wrote, or null
   * @param phone E.164, or null
   * @return ru, en or th
   */
  public String of(String text, String phone) {
    return toldBy(text, phone).orElse(fallback);
  }

  /**
   * The same without the default.
   *
   * @return ru, en or th; empty where neither the text nor the phone tells
   */
  public Optional<String> toldBy(String text, String phone) {
    String byScript = byScript(text == null ? "" : text);
    return byScript == null
        ? phoneNumbers.country(phone).map(BY_COUNTRY::get)
        : Optional.of(byScript);
  }

  /**
   * @param locale a language tag such as {@code ru} or {@code en-GB}, or null
   * @return ru, en or th
   */
  public String of(String locale) {
    String language =
        locale == null ? "" : Locale.forLanguageTag(locale.replace('_', '-')).getLanguage();
    return TEXTS.contains(language) ? language : fallback;
  }

  /**
   * @param tags language tags such as {@code en-GB}, the most wanted first
   * @return the first one of them that texts exist in: ru, en or th
   */
  public Optional<String> firstOf(List<String> tags) {
    return tags.stream()
        .map(tag -> Locale.forLanguageTag(tag.replace('_', '-')).getLanguage())
        .filter(TEXTS::contains)
        .findFirst();
  }

  /** What counts when nothing tells another: ru, en or th. */
  public String fallback() {
    return fallback;
  }

  /** Links, codes and car models (words with a digit) are Latin whatever the language. */
  private static String byScript(String text) {
    Map<String, Integer> letters = new HashMap<>();
    for (String word : text.replaceAll("https?://\\S+", " ").split("[\\s\\p{Punct}]+")) {
      if (word.codePoints().noneMatch(Character::isDigit)) {
        word.codePoints()
            .mapToObj(letter -> BY_SCRIPT.get(UnicodeScript.of(letter)))
            .filter(language -> language != null)
            .forEach(language -> letters.merge(language, 1, Integer::sum));
      }
    }
    return letters.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(null);
  }
}
