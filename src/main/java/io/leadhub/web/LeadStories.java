package io.leadhub.web;

import io.leadhub.HubSettings;
import io.leadhub.locale.Languages;
import io.leadhub.web.LeadLedger.Attribution;
import io.leadhub.web.LeadLedger.Click;
import java.text.MessageFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.ResourceBundle;
import org.springframework.stereotype.Component;

/** Tells in words how a lead came to be whose it is. */
@Component
class LeadStories {

  private static final int LONGEST_QUOTE = 200;
  private static final List<Locale> LANGUAGES =
      List.of(Locale.ENGLISH, Locale.forLanguageTag("ru"), Locale.forLanguageTag("th"));

  private record Sentence(Instant at, String words) {}

  private final ZoneId zone;
  private final Languages languages;

  LeadStories(HubSettings settings, Languages languages) {
    this.zone = settings.timeZone();
    this.languages = languages;
  }

  /**
   * @param language asked for, such as {@code ru}, or null
   * @param accepted an Accept-Language header, which counts where no language is asked for, or null
   * @return sentences in the order of what happened, each with its time in {@code hub.time-zone};
   *     the date stands where a day begins
   */
  List<String> tell(
      LeadsApi.Lead lead,
      List<Click> clicks,
      List<LeadsApi.Message> messages,
      List<Attribution> attributions,
      String language,
      String accepted) {
    Texts texts = new Texts(locale(language, accepted));
    List<Sentence> sentences = new ArrayList<>();
    clicks.forEach(click -> sentences.add(new Sentence(click.at(), texts.click(click))));
    messages.stream()
        .filter(message -> message.direction().equals("in"))
        .findFirst()
        .ifPresent(first -> sentences.add(new Sentence(first.at(), texts.message(first))));
    attributions.forEach(one -> sentences.add(new Sentence(one.at(), texts.decision(one))));
    if (lead.messageCount() > 1) {
      String count = Integer.toString(lead.messageCount());
      sentences.add(new Sentence(lead.lastMessageAt(), texts.of("messages", count)));
    }
    sentences.sort(Comparator.comparing(Sentence::at));
    return withTimes(sentences, texts.locale);
  }

  private Locale locale(String language, String accepted) {
    if (language == null && accepted != null) {
      try {
        Locale wanted = Locale.lookup(LanguageRange.parse(accepted), LANGUAGES);
        if (wanted != null) {
          return wanted;
        }
      } catch (IllegalArgumentException e) {
        // a header that is none asks for nothing
      }
    }
    return Locale.forLanguageTag(languages.of(language));
  }

  private List<String> withTimes(List<Sentence> sentences, Locale locale) {
    DateTimeFormatter full = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", locale);
    DateTimeFormatter time = DateTimeFormatter.ofPattern("HH:mm", locale);
    List<String> told = new ArrayList<>();
    LocalDate day = null;
    for (Sentence sentence : sentences) {
      ZonedDateTime at = sentence.at.atZone(zone);
      told.add((at.toLocalDate().equals(day) ? time : full).format(at) + ": " + sentence.words);
      day = at.toLocalDate();
    }
    return told;
  }

  /** The words of one language, from {@code story.properties}. */
  private static final class Texts {

    final Locale locale;
    private final ResourceBundle words;

    Texts(Locale locale) {
      this.locale = locale;
      this.words =
          ResourceBundle.getBundle(
              "web/story",
              locale,
              ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_DEFAULT));
    }

    String of(String key, Object... values) {
      return new MessageFormat(words.getString(key), locale).format(values);
    }

    String click(Click click) {
      String device = of("device." + click.device());
      return of(
          "click",
          click.partnerCode(),
          click.placement() == null ? device : click.placement() + ", " + device);
    }

    String message(LeadsApi.Message message) {
      return message.text() == null
          ? of("message.kind", message.kind())
          : of("message", quote(message.text()));
    }

    String decision(Attribution one) {
      boolean person = one.rule().equals("person");
      String told =
          of(
              person ? byAPerson(one) : byARule(one),
              partner(one.partnerCode()),
              quote(one.evidence()),
              percent(one.confidence()),
              partner(one.by()),
              partner(one.evidencePartnerCode()),
              one.placement() == null ? "" : " (" + quote(one.placement()) + ")");
      return person && one.reason() != null ? told + ": " + one.reason() : told;
    }

    private static String byAPerson(Attribution one) {
      return one.partnerCode() == null ? "person.nobody" : "person";
    }

    private String byARule(Attribution one) {
      if (one.reason() == null) {
        return orPlain(one.rule(), one.rule() + "." + one.certainty());
      }
      String key = "against." + one.reason();
      return orPlain(key, key + "." + one.rule());
    }

    /** The nearer words, where there are any. */
    private String orPlain(String plain, String nearer) {
      return words.containsKey(nearer) ? nearer : plain;
    }

    private static String partner(String code) {
      return code == null ? "—" : code;
    }

    private static String percent(Double confidence) {
      return confidence == null ? "—" : Long.toString(Math.round(confidence * 100));
    }

    private static String quote(String text) {
      if (text == null) {
        return "—";
      }
      String line = text.strip().replaceAll("\\s+", " ");
      return line.codePointCount(0, line.length()) <= LONGEST_QUOTE
          ? line
          : line.substring(0, line.offsetByCodePoints(0, LONGEST_QUOTE)) + "…";
    }
  }
}
