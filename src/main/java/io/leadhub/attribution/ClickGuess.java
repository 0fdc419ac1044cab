package io.leadhub.attribution;

import io.leadhub.locale.PhoneNumbers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/**
 * Whose link somebody may have opened who then wrote without code and reference. How sure that is:
 * 0.25, up to 0.4 for closeness in time, 0.1 where the language agrees, 0.2 where the country does;
 * so it is never above 0.95. A click in another language is no candidate. Those from the phone's
 * country leave no others; where there is none, any country will do, since travellers have the SIM
 * of their home.
 */
@Component
class ClickGuess {

  private static final double BASE = 0.25;
  private static final double CLOSENESS = 0.4;
  private static final double LANGUAGE = 0.1;
  private static final double COUNTRY = 0.2;

  /** Providers cut the seconds of a message's time, and clocks differ. */
  static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

  /**
   * @param language of the page, or null
   * @param country where it was opened, two letters, or null
   */
  record Click(
      long id,
      String reference,
      PartnerDirectory.Entry partner,
      String language,
      String country,
      Instant at) {}

  /** From and until then, both included. */
  record Window(Instant from, Instant until) {}

  private final PhoneNumbers phoneNumbers;
  private final Duration within;

  ClickGuess(PhoneNumbers phoneNumbers, AttributionSettings settings) {
    this.phoneNumbers = phoneNumbers;
    this.within = settings.guessWithin();
  }

  /** When a click must have been that a message of then may have come of. */
  Instant earliest(Instant message) {
    return message.minus(within);
  }

  /** Until then. */
  static Instant latest(Instant message) {
    return message.plus(CLOCKS_DIFFER);
  }

  /**
   * When the clicks were that messages of then may have come of: those of messages near each other
   * together, so none is longer than two of one message.
   */
  List<Window> windows(Collection<Instant> messages) {
    Deque<Window> windows = new ArrayDeque<>();
    for (Instant at : new TreeSet<>(messages)) {
      Window last = windows.peekLast();
      if (last != null && !earliest(at).isAfter(last.from.plus(within))) {
        windows.removeLast();
        windows.add(new Window(last.from, latest(at)));
      } else {
        windows.add(new Window(earliest(at), latest(at)));
      }
    }
    return List.copyOf(windows);
  }

  /**
   * @param at when the message was written
   * @param language it seems to be in, or null where nothing tells
   * @param phone of its sender, E.164, or null
   * @return one for each partner, of the latest click that fits; the surest first
   */
  List<Evidence> of(Instant at, String language, String phone, Collection<Click> clicks) {
    List<Click> fitting =
        clicks.stream()
            .filter(click -> !click.at.isBefore(earliest(at)) && !click.at.isAfter(latest(at)))
            .filter(
                click ->
                    click.language == null || language == null || click.language.equals(language))
            .sorted(Comparator.comparing(Click::at).reversed())
            .toList();
    List<Click> fromThePhonesCountry =
        fitting.stream().filter(click -> isFrom(click.country, phone)).toList();
    Map<Long, Evidence> byPartner = new LinkedHashMap<>();
    for (Click click : fromThePhonesCountry.isEmpty() ? fitting : fromThePhonesCountry) {
      byPartner.putIfAbsent(click.partner.id(), evidence(click, at, language, phone));
    }
    return byPartner.values().stream()
        .sorted(Comparator.comparing(Evidence::confidence).reversed())
        .toList();
  }

  private boolean isFrom(String country, String phone) {
    return country != null && phoneNumbers.isOf(country, phone).orElse(false);
  }

  private Evidence evidence(Click click, Instant at, String language, String phone) {
    double age = Math.max(0, Duration.between(click.at, at).toMillis());
    double confidence = BASE + CLOSENESS * (1 - age / Math.max(1, within.toMillis()));
    if (click.language != null && language != null) {
      confidence += LANGUAGE;
    }
    if (isFrom(click.country, phone)) {
      confidence += COUNTRY;
    }
    return new Evidence(
        click.partner,
        "click-guess",
        Certainty.SUSPECTED,
        Math.round(confidence * 100) / 100.0,
        "#" + click.reference,
        click.id);
  }
}
