package io.leadhub.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.HubSettings;
import io.leadhub.TestSettings;
import io.leadhub.locale.Languages;
import io.leadhub.locale.PhoneNumbers;
import io.leadhub.web.LeadLedger.Attribution;
import io.leadhub.web.LeadLedger.Click;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A lead's story, from its click to the last word of a person. */
class LeadStoriesTest {

  private static final Instant TEN = Instant.parse("2026-11-26T03:00:00Z");

  private final HubSettings settings = TestSettings.of("hub.time-zone", "Asia/Bangkok");
  private final LeadStories stories =
      new LeadStories(settings, new Languages(new PhoneNumbers(), settings));

  @Test
  void itIsToldInSentencesWithTimesInTheHubsZone() {
    List<String> told =
        stories.tell(
            lead(3, TEN.plusSeconds(86_400)),
            List.of(new Click(TEN, "HOTEL1", "lobby", "phone")),
            List.of(message(TEN.plusSeconds(60), "Hello\n{0} code АВС123")),
            List.of(
                decision(TEN.plusSeconds(61), "HOTEL1", "keyword", null, "АВС123", null, null),
                decision(TEN.plusSeconds(600), "BLOG22", "person", null, null, "Anna", "a mix-up")),
            "en",
            "ru");

    assertThat(told)
        .containsExactly(
            "26 Nov 2026, 10:00: HOTEL1's link was opened (lobby, phone)",
            "10:01: the customer wrote «Hello {0} code АВС123»",
            "10:01: credited to HOTEL1: the code stands after its keyword as «АВС123»",
            "10:10: assigned to BLOG22 by Anna: a mix-up",
            "27 Nov 2026, 10:00: the latest of 3 messages");
  }

  @Test
  void suggestionsAreToldAsWhatAPersonHasToChooseFrom() {
    List<String> told =
        stories.tell(
            lead(1, TEN),
            List.of(),
            List.of(),
            List.of(
                notCounted("HOTEL1", "code", null, "suggested"),
                notCounted("BLOG22", "click-guess", 0.82, "suggested"),
                notCounted("BLOG22", "form", null, "suggested"),
                notCounted("HOTEL1", "code", null, "first-touch")),
            null,
            null);

    assertThat(told.get(0)).contains("suggested HOTEL1", "«words»", "has to choose");
    assertThat(told.get(1)).contains("BLOG22", "82 %");
    assertThat(told.get(2)).contains("BLOG22", "form");
    assertThat(told.get(3)).contains("«words» speaks for HOTEL1", "keeps the lead");
  }

  @ParameterizedTest
  @CsvSource({
    "en, 'credited to HOTEL1: the customer came through that form', whose form",
    "ru, 'засчитан партнёру HOTEL1: клиент пришёл через его форму', отправили его форму",
    "th, 'นับให้ HOTEL1: ลูกค้ามาจากแบบฟอร์มนั้น', แบบฟอร์มของ HOTEL1"
  })
  void aFormIsToldWithThePlaceWhereItsLinkHangs(
      String language, String credited, String suggested) {
    List<String> told =
        stories.tell(
            lead(1, TEN),
            List.of(),
            List.of(),
            List.of(form(null, null), form(null, "{0} lobby"), form("suggested", "lobby")),
            language,
            null);

    assertThat(told.get(0)).endsWith(": " + credited);
    assertThat(told.get(1)).endsWith(": " + credited + " ({0} lobby)");
    assertThat(told.get(2)).contains(suggested + " (lobby)");
  }

  @ParameterizedTest
  @CsvSource({
    "en, suspected to be HOTEL1's",
    "ru, предположительно HOTEL1",
    "th, คาดว่าเป็นของ HOTEL1"
  })
  void whatIsOnlySuspectedIsToldSoWhateverTheRule(String language, String words) {
    for (String rule : List.of("keyword", "code", "typo", "click-guess", "repeat")) {
      Attribution suspected =
          new Attribution(TEN, "HOTEL1", rule, "suspected", 0.5, "words", null, null, null, null);
      assertThat(
              stories.tell(lead(1, TEN), List.of(), List.of(), List.of(suspected), language, null))
          .singleElement()
          .asString()
          .contains(words);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void everyRuleAndEveryReasonHasItsWordsInEveryLanguage(String language) {
    List<Attribution> all = new ArrayList<>();
    for (String rule :
        List.of(
            "keyword",
            "code",
            "typo",
            "click-reference",
            "ad",
            "click-guess",
            "form",
            "repeat",
            "person")) {
      all.add(decision(TEN, "HOTEL1", rule, 0.5, "words", "Anna", null));
    }
    all.add(decision(TEN, null, "person", null, null, "Anna", "because"));
    for (String reason :
        List.of(
            "self-referral",
            "first-touch",
            "weaker-source",
            "only-suspected",
            "suggested",
            "decided-by-a-person")) {
      all.add(notCounted("HOTEL1", "keyword", null, reason));
    }
    for (String rule : List.of("ad", "click-guess", "form", "repeat")) {
      all.add(notCounted("HOTEL1", rule, 0.5, "suggested"));
    }
    for (String device : List.of("phone", "tablet", "desktop", "other")) {
      assertThat(
              stories.tell(
                  lead(1, TEN),
                  List.of(new Click(TEN, "HOTEL1", null, device)),
                  List.of(message(TEN, null)),
                  all,
                  language,
                  null))
          .hasSize(all.size() + 2)
          .noneMatch(sentence -> sentence.contains("{") || sentence.contains("null"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"story_ru", "story_th"})
  void aLanguageHasTheTextsOfEnglish(String name) throws IOException {
    assertThat(texts(name).stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(texts("story").stringPropertyNames());
  }

  @ParameterizedTest
  @CsvSource({
    "ru, , написал",
    ", 'ru-RU,ru;q=0.9,en;q=0.8', написал",
    ", 'fr, th;q=0.5', ลูกค้า",
    "th, en, ลูกค้า",
    ", fr, wrote",
    ", ';;;', wrote",
    "xx, , wrote",
  })
  void theLanguageIsTheOneAskedForOrAcceptedOrTheDefault(
      String language, String accepted, String word) {
    assertThat(
            stories.tell(
                lead(1, TEN),
                List.of(),
                List.of(message(TEN, "Hello")),
                List.of(),
                language,
                accepted))
        .singleElement()
        .asString()
        .contains(word);
  }

  private static Properties texts(String name) throws IOException {
    Properties texts = new Properties();
    try (InputStreamReader in =
        new InputStreamReader(
            LeadStories.class.getResourceAsStream("/web/" + name + ".properties"),
            StandardCharsets.UTF_8)) {
      texts.load(in);
    }
    return texts;
  }

  private static Attribution decision(
      Instant at,
      String code,
      String rule,
      Double confidence,
      String evidence,
      String by,
      String reason) {
    return new Attribution(at, code, rule, "sure", confidence, evidence, null, by, reason, null);
  }

  private static Attribution form(String reason, String placement) {
    return new Attribution(
        TEN, "HOTEL1", "form", "sure", null, null, "HOTEL1", null, reason, placement);
  }

  private static Attribution notCounted(
      String spokeFor, String rule, Double confidence, String reason) {
    return new Attribution(
        TEN, null, rule, null, confidence, "words", spokeFor, null, reason, null);
  }

  private static LeadsApi.Lead lead(int messages, Instant last) {
    return new LeadsApi.Lead(
        42, null, null, null, null, "open", "whatsapp", null, null, null, messages, TEN, last);
  }

  private static LeadsApi.Message message(Instant at, String text) {
    return new LeadsApi.Message(
        "1",
        "meta",
        "in",
        text == null ? "image" : "text",
        text,
        at,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
