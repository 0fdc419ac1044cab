package io.leadhub.lead;

import io.leadhub.HubSettings;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Recognises a message that asks for no more automatic messages, or for them again: it says one of
 * {@code hub.reply.stop-words} or {@code start-words} and nothing else.
 */
@Component
class StopWords {

  enum Wish {
    STOP,
    START
  }

  private final Set<String> stop;
  private final Set<String> start;

  StopWords(HubSettings settings) {
    stop = plain(settings.reply().stopWords());
    start = plain(settings.reply().startWords());
  }

  /**
   * @param text what was written, or null
   * @return null for an ordinary message
   */
  Wish of(String text) {
    if (text == null || text.length() > 60) {
      return null;
    }
    String plain = plain(text);
    if (stop.contains(plain)) {
      return Wish.STOP;
    }
    return start.contains(plain) ? Wish.START : null;
  }

  private static Set<String> plain(List<String> words) {
    return words.stream()
        .map(StopWords::plain)
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toSet());
  }

  /** Without case, width, punctuation and emoji; Thai vowel signs are marks and stay. */
  private static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{M}\\p{Nd}]+", " ")
        .strip();
  }
}
