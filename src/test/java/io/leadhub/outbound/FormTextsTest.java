package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import freemarker.template.Configuration;
import io.leadhub.form.FormPage;
import io.leadhub.form.FormPage.Problem;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What visitors read on the contact form, in all its states. */
class FormTextsTest {

  private static final String CHAT = "https://wa.me/66812340000?text=Hello";

  private final Configuration texts = new DestinationClients().hubFreemarker();

  FormTextsTest() throws IOException {}

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void everythingThatCanBeWrongIsSaidInWordsOfItsOwn(String language) throws Exception {
    List<String> said = new ArrayList<>();
    for (String trouble : List.of("busy", "lost", "large")) {
      said.add(between(form(language, trouble, List.of()), "<p class=\"hint\">", "</p>\n"));
    }
    for (Problem problem :
        List.of(
            new Problem("name", "missing"),
            new Problem("name", "long"),
            new Problem("phone", "missing"),
            new Problem("phone", "wrong"),
            new Problem("message", "long"))) {
      String page = form(language, null, List.of(problem));
      String words = between(page, "<a href=\"#" + problem.field() + "\">", "</a>");
      assertThat(page)
          .contains("<p class=\"bad\" id=\"" + problem.field() + "-problem\">" + words + "</p>");
      said.add(words);
    }
    assertThat(said).doesNotHaveDuplicates().noneMatch(String::isBlank);
  }

  @ParameterizedTest
  @CsvSource({"en, Thank you", "ru, Спасибо", "th, ขอบคุณ"})
  void whoIsNotSentOnIsThankedByName(String language, String thanks) throws Exception {
    assertThat(page("form-thanks." + language + ".ftlh", language, null, List.of(), null))
        .contains("<html lang=\"" + language + "\">")
        .contains("<h1>" + thanks)
        .contains("&lt;Dana&gt;")
        .doesNotContain("<Dana>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void withoutANumberNothingIsSaidOfOpeningWhatsApp(String language) throws Exception {
    String with = form(language, null, List.of());
    String without = page("form." + language + ".ftlh", language, null, List.of(), null);

    assertThat(between(with, "<button>", "</button>")).contains("WhatsApp");
    assertThat(between(without, "<button>", "</button>")).doesNotContain("WhatsApp");
    assertThat(page("click-unknown." + language + ".ftlh", language, null, List.of(), null))
        .doesNotContain("wa.me");
  }

  @ParameterizedTest
  @CsvSource({
    "en, Recommended by A, We keep your number, can see it",
    "ru, По рекомендации: A, Номер мы сохраним, Его увидит",
    "th, แนะนำโดย A, เราจะเก็บเบอร์ของคุณ, จะเห็นเบอร์นี้"
  })
  void theFormSaysWhoseItIsAndWhatHappensWithTheNumber(
      String language, String from, String number, String whoSeesIt) throws Exception {
    assertThat(form(language, null, List.of()))
        .contains(from + " &lt;b&gt; Hotel")
        .containsPattern(number + ".*A &lt;b&gt; Hotel")
        .contains(whoSeesIt);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void whoeverCanNotSendTheFormNowFindsTheWayToTheChatWhereThereIsOne(String language)
      throws Exception {
    for (String trouble : List.of("busy", "lost")) {
      assertThat(form(language, trouble, List.of())).containsOnlyOnce("href=\"" + CHAT + "\"");
      assertThat(page("form." + language + ".ftlh", language, trouble, List.of(), null))
          .doesNotContain("wa.me");
    }
    assertThat(form(language, "large", List.of())).doesNotContain("wa.me");
    assertThat(form(language, null, List.of())).doesNotContain("wa.me");
  }

  @Test
  void whatWasTypedStaysAsItWas() throws Exception {
    assertThat(form("en", "lost", List.of()))
        .contains("value=\"&lt;Dana&gt;\"")
        .contains("rows=\"4\" maxlength=\"2000\">\nA &amp; B\n\nC</textarea>");
  }

  private String form(String language, String trouble, List<Problem> problems) throws Exception {
    return page("form." + language + ".ftlh", language, trouble, problems, "66812340000");
  }

  private String page(
      String template, String language, String trouble, List<Problem> problems, String number)
      throws Exception {
    FormPage page =
        new FormPage(
            "form",
            200,
            language,
            "HOTEL1",
            "A <b> Hotel",
            trouble,
            problems,
            Map.of("name", "<Dana>", "country", "TH", "phone", "081", "message", "A & B\n\nC"),
            List.of(),
            "s-1",
            false,
            null,
            number,
            null,
            null);
    StringWriter written = new StringWriter();
    texts
        .getTemplate("routes/in/" + template)
        .process(Map.of("body", page, "variables", Map.of("chat", CHAT)), written);
    return written.toString();
  }

  private static String between(String text, String start, String end) {
    var found = Pattern.compile(Pattern.quote(start) + "(.*?)" + Pattern.quote(end)).matcher(text);
    assertThat(found.find()).as(start).isTrue();
    return found.group(1);
  }
}
