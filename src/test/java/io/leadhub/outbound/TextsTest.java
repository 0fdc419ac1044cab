package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import freemarker.cache.FileTemplateLoader;
import freemarker.cache.MultiTemplateLoader;
import freemarker.cache.TemplateLoader;
import freemarker.template.Configuration;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    "en, we will answer you here shortly., we answer at 09:00 on 24.11.",
    "ru, мы скоро ответим вам здесь., мы ответим 24.11 в 09:00.",
    "th, เราจะตอบกลับที่นี่ในไม่ช้า, เราจะตอบกลับวันที่ 24.11 เวลา 09:00 น."
  })
  void theReplyTellsWhenSomebodyIsThere(String language, String open, String closed)
      throws Exception {
    Path reply = Path.of("routes/out/reply." + language + ".ftl");
    Map<String, Object> lead = new HashMap<>(Map.of("id", 42, "name", "Dana"));
    assertThat(words(reply, Map.of("body", lead)).strip()).contains("Dana").contains(open);

    lead.putAll(Map.of("opensAt", "09:00", "opensOn", "24.11", "opensIn", 1L));
    assertThat(words(reply, Map.of("body", lead))).contains(closed).doesNotContain(open);
  }

  @Test
  void aPartnersCustomersReadItsOwnWords(@TempDir Path own) throws Exception {
    Path partner = Files.createDirectories(own.resolve("routes/out/partner"));
    Files.writeString(partner.resolve("HOTEL.en.ftl"), "Sea View thanks you, ${body.name}.");
    TemplateLoader shipped = texts.getTemplateLoader();
    texts.setTemplateLoader(
        new MultiTemplateLoader(
            new TemplateLoader[] {new FileTemplateLoader(own.toFile()), shipped}));
    Path reply = Path.of("routes/out/reply.en.ftl");

    assertThat(words(reply, lead("HOTEL")).strip()).isEqualTo("Sea View thanks you, Dana.");
    assertThat(words(reply, lead("OTHER"))).contains("Thank you for your message");
  }

  private static Map<String, Object> lead(String partnerCode) {
    return Map.of("body", Map.of("id", 42, "name", "Dana", "partnerCode", partnerCode));
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void theNoticeSaysWhereALeadIsOnlySuspectedToBeThePartners(String language) throws Exception {
    Path notice = Path.of("routes/out/telegram." + language + ".ftlh");
    Map<String, Object> lead = new HashMap<>(Map.of("id", 42, "partnerCode", "HOTEL1"));
    String before = words(notice, Map.of("body", lead));
    lead.put("certainty", "sure");
    assertThat(words(notice, Map.of("body", lead))).isEqualTo(before);

    lead.put("certainty", "suspected");
    assertThat(words(notice, Map.of("body", lead)).lines().count())
        .isEqualTo(before.lines().count() + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "en, keyword, it was not written clearly.",
    "en, typo, it was not written clearly.",
    "en, click-guess, only your link was opened shortly before.",
    "en, repeat, the customer was suspected to be yours before.",
    "ru, code, это не было написано ясно.",
    "ru, click-guess, незадолго до сообщения открывали только вашу ссылку.",
    "ru, repeat, клиент и раньше предположительно приходил от вас.",
    "th, typo, ข้อความไม่ได้ระบุไว้ชัดเจน",
    "th, click-guess, ก่อนหน้านั้นไม่นานมีการเปิดเพียงลิงก์ของคุณ",
    "th, repeat, ก่อนหน้านี้ก็คาดว่าลูกค้าเป็นของคุณ"
  })
  void theNoticeSaysWhyALeadIsOnlySuspected(String language, String rule, String why)
      throws Exception {
    Map<String, Object> lead =
        Map.of("id", 42, "name", "Dana", "certainty", "suspected", "attributedBy", rule);

    List<String> lines =
        words(Path.of("routes/out/telegram." + language + ".ftlh"), Map.of("body", lead))
            .lines()
            .toList();

    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).endsWith(": " + why);
    assertThat(lines.get(2)).endsWith(": Dana");
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void theFormerPartnerReadsTheLeadsNumberAndNothingAboutTheCustomer(String language)
      throws Exception {
    Map<String, Object> lead =
        Map.of("id", 42, "previousPartnerCode", "A<B", "name", "Dana", "phone", "+66812345678");
    assertThat(
            words(Path.of("routes/out/telegram-moved." + language + ".ftlh"), Map.of("body", lead)))
        .contains("42", "<code>A&lt;B</code>")
        .doesNotContain("Dana", "66812345678");
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
    return words(file, Map.of("name", "Dana"));
  }

  private String words(Path file, Map<String, ?> model) throws Exception {
    StringWriter words = new StringWriter();
    texts.getTemplate(file.toString()).process(model, words);
    return words.toString();
  }
}
