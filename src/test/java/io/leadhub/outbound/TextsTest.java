package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import freemarker.template.Configuration;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The texts that partners and customers read, as files that people edit while the hub runs. */
class TextsTest {

  private final Configuration texts = new DestinationClients().hubFreemarker();

  TextsTest() throws IOException {}

  @Test
  void anEditedTextIsUsedWithoutARestartAndAnUneditedOneIsParsedOnce() throws Exception {
    Path file = Path.of("target", "edited.ftl");
    Files.writeString(file, "Hello ${name}");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    assertThat(words(file)).isEqualTo("Hello Dana");
    assertThat(texts.getTemplate(file.toString())).isSameAs(texts.getTemplate(file.toString()));

    Files.writeString(file, "Welcome ${name}");

    await().until(() -> words(file).equals("Welcome Dana"));
  }

  @ParameterizedTest
  @CsvSource({
    "en, token",
    "en, quality",
    "en, template",
    "en, account",
    "en, error",
    "en, silence",
    "en, silence-over",
    "en, budget",
    "en, a notice of tomorrow",
    "ru, token",
    "ru, quality",
    "ru, template",
    "ru, account",
    "ru, error",
    "ru, silence",
    "ru, silence-over",
    "ru, budget",
    "ru, a notice of tomorrow",
    "th, token",
    "th, quality",
    "th, template",
    "th, account",
    "th, error",
    "th, silence",
    "th, silence-over",
    "th, budget",
    "th, a notice of tomorrow",
  })
  void theOwnerReadsEveryNoticeInEveryLanguageAndNothingInItIsMarkup(String language, String notice)
      throws Exception {
    String told = "<i>" + "x".repeat(5000);
    Map<String, Object> facts =
        Map.of("provider", "<p>", "channel", "<c>", "event", "<e>", "text", told, "since", "<s>");
    for (Map<String, Object> body :
        List.of(
            Map.<String, Object>of("notice", notice),
            Map.of("notice", notice, "subject", told, "facts", facts))) {
      StringWriter words = new StringWriter();
      texts
          .getTemplate("routes/out/telegram-owner." + language + ".ftlh")
          .process(Map.of("body", body), words);

      assertThat(words.toString().strip()).isNotEmpty().hasSizeLessThan(4096);
      assertThat(words.toString().replaceAll("</?(b|code)>", "")).doesNotContain("<", "&amp;lt;");
    }
  }

  private String words(Path file) throws Exception {
    StringWriter words = new StringWriter();
    texts.getTemplate(file.toString()).process(Map.of("name", "Dana"), words);
    return words.toString();
  }
}
