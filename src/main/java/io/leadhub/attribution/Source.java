package io.leadhub.attribution;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where evidence comes from; {@code hub.attribution.sources} ranks them. */
public enum Source {
  FORM("form"),
  CODE("keyword", "code", "typo"),
  CLICK_REFERENCE("click-reference"),
  AD("ad"),
  CLICK_GUESS("click-guess");

  private final List<String> rules;

  Source(String... rules) {
    this.rules = List.of(rules);
  }

  /**
   * @param rule what a lead was attributed by
   * @return empty for what comes from no message: {@code person}, {@code repeat}
   */
  static Optional<Source> of(String rule) {
    return Stream.of(values()).filter(source -> source.rules.contains(rule)).findFirst();
  }
}
