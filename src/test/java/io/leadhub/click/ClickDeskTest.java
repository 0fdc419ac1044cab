package io.leadhub.click;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.leadhub.HubSettings;
import io.leadhub.TestSettings;
import io.leadhub.attribution.ClickReference;
import io.leadhub.attribution.CodeExtractor;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.durable.Spool;
import io.leadhub.locale.Languages;
import io.leadhub.locale.PhoneNumbers;
import io.leadhub.visitor.ChatLink;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;

/** What is understood of a request for a partner's link. */
@ExtendWith(OutputCaptureExtension.class)
class ClickDeskTest {

  private static final String ANDROID =
      "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

  private static final Instant NOW = Instant.parse("2026-11-26T08:00:00.123456Z");

  private final CodeExtractor codes = mock(CodeExtractor.class);
  private final Spool spool = mock(Spool.class);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/w/hotel1");

  @BeforeEach
  void somebodyOpensTheHotelsLink() {
    when(spool.state()).thenReturn(new Spool.State(500, 9, NOW, 1_000));
    when(codes.resolve(any())).thenReturn(Optional.empty());
    when(codes.resolve("hotel1"))
        .thenReturn(Optional.of(new Entry(7, "HOTEL1", "Grand Hotel", "ru", null)));
    request.setServletPath("/w/hotel1");
    request.addHeader("User-Agent", ANDROID);
  }

  @Test
  void aPersonGoesOnToWhatsAppAndTheClickTellsAllThatIsKnown() {
    request.addHeader("Accept-Language", "fr-FR, ru;q=0.9, en;q=0.8");
    request.addHeader("Referer", "https://Blog.Example.com/cars?user=42");
    request.addHeader("X-Country", "th");
    request.setParameter("placement", "lobby");

    Visit visit = desk("hub.clicks.country-header", "X-Country").visit(request, "/w");

    assertThat(visit.answer()).isEqualTo("chat");
    assertThat(visit.partnerName()).isEqualTo("Grand Hotel");
    assertThat(ClickReference.in(visit.click().reference())).hasSize(1);
    assertThat(visit.click())
        .isEqualTo(
            new Click(
                visit.click().reference(),
                7L,
                "hotel1",
                "HOTEL1",
                "lobby",
                "ru",
                "TH",
                "phone",
                "blog.example.com",
                "2026-11-26T08:00:00.123456Z"));
    assertThat(counted("chat", "person")).isEqualTo(1);
  }

  @Test
  void eachClickHasAReferenceOfItsOwn() {
    ClickDesk desk = desk();
    assertThat(desk.visit(request, "/w").click().reference())
        .isNotEqualTo(desk.visit(request, "/w").click().reference());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "WhatsApp/2.23.20.0",
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
        "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
        "Viber",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
        "curl/8.5.0",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
        "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        "http.rb/5.1.1 (Mastodon/4.2.0; +https://mastodon.example/) Bot",
        "WhatsApp/2", // Signal's previews call themselves so
        "facebookexternalhit/1.1;line-poker/1.0",
        "Mozilla/5.0 (compatible; Checker; +mailto:ops@example.com)",
        "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
        "axios/1.7.9",
        "Bookmarks/1 CFNetwork/1568.300.101 Darwin/24.2.0",
        "Dalvik/2.1.0 (Linux; U; Android 14; SM-S918B Build/UP1A)"
      })
  void aProgramThatPreviewsTheLinkReadsThePartnersPageAndIsNoClick(String program) {
    request.removeHeader("User-Agent");
    request.addHeader("User-Agent", program);

    Visit visit = desk().visit(request, "/w");

    assertThat(visit.answer()).isEqualTo("page");
    assertThat(visit.partnerName()).isEqualTo("Grand Hotel");
    assertThat(visit.click()).isNull();
    assertThat(counted("page", "program")).isEqualTo(1);
  }

  @Test
  void whoeverAsksForHeadersOnlyOrDoesNotSayWhatTheyAreIsNoClick() {
    request.setMethod("HEAD");
    assertThat(desk().visit(request, "/w").click()).isNull();
    request.setMethod("GET");
    request.removeHeader("User-Agent");
    assertThat(desk().visit(request, "/w").click()).isNull();
  }

  /** Inside the apps of these people read with the app's name in their User-Agent. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 350.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]",
        "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36 Telegram-Android/11.4",
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36 Viber/23.1",
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/90.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 Chrome/90.0 Mobile Safari/537.36",
        "Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Mobile"
      })
  void peopleWhoReadInsideAnAppAreClicks(String browser) {
    request.removeHeader("User-Agent");
    request.addHeader("User-Agent", browser);
    assertThat(desk().visit(request, "/w").click().device()).isEqualTo("phone");
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-Purpose, prefetch",
    "Sec-Purpose, prefetch;prerender",
    "Purpose, prefetch",
    "X-Purpose, preview",
    "X-Moz, prefetch"
  })
  void aBrowserThatOnlyPreparesIsToldToComeAgainAndIsNoClick(String header, String value) {
    request.addHeader(header, value);
    Visit visit = desk().visit(request, "/w");
    assertThat(visit.answer()).isEqualTo("prefetch");
    assertThat(visit.click()).isNull();
  }

  @Test
  void aCodeThatNobodyHasIsCountedForNobody() {
    request.setServletPath("/w/ЛЕТО\n2026/" + "x".repeat(5_000));

    Visit visit = desk().visit(request, "/w");

    assertThat(visit.answer()).isEqualTo("unknown");
    assertThat(visit.click().partnerId()).isNull();
    assertThat(visit.click().code()).isEqualTo("ЛЕТО2026/" + "x".repeat(23));
    assertThat(counted("unknown", "person")).isEqualTo(1);
  }

  @Test
  void withoutAnyCodeThereIsThePageForUnknownOnes() {
    request.setServletPath("/w");
    assertThat(desk().visit(request, "/w").answer()).isEqualTo("unknown");
    request.setServletPath("/w/");
    assertThat(desk().visit(request, "/w").click().code()).isEmpty();
  }

  @Test
  void withoutANumberPeopleReadTheCodeAndTheLogSaysOnceWhatIsMissing(CapturedOutput log) {
    ClickDesk desk = desk("hub.whatsapp.number", "");
    assertThat(desk.visit(request, "/w").answer()).isEqualTo("page");
    assertThat(desk.visit(request, "/w").click()).isNotNull();
    assertThat(log.toString()).containsOnlyOnce("HUB_WHATSAPP_NUMBER");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "th | ru | th", // what the link says counts before what the browser says
        "en-GB | ru | en",
        "fr | ru | ru",
        " | de-DE, th;q=0.5 | th",
        " | de-DE | en",
        " | | en",
        "<script> | ;;;=,%% | en"
      })
  void theLanguageIsTheLinksElseTheBrowsersElseTheDefault(
      String asked, String preferred, String language) {
    if (asked != null) {
      request.setParameter("lang", asked);
    }
    if (preferred != null) {
      request.addHeader("Accept-Language", preferred);
    }
    assertThat(desk().visit(request, "/w").language()).isEqualTo(language);
  }

  @Test
  void aLanguageThatNothingTellsIsNotKept() {
    request.addHeader("Accept-Language", "de-DE, fr;q=0.5");

    Visit visit = desk().visit(request, "/w");

    assertThat(visit.language()).isEqualTo("en");
    assertThat(visit.click().language()).isNull();
  }

  @Test
  void inAFloodOfClicksPeopleGoOnAndAreCountedButNoMoreIsKept() {
    ClickDesk desk = desk();
    for (int i = 0; i < ClickDesk.MOST_PER_MINUTE; i++) {
      assertThat(desk.visit(request, "/w").click()).isNotNull();
    }

    Visit more = desk.visit(request, "/w");

    assertThat(more.answer()).isEqualTo("chat");
    assertThat(more.click()).isNull();
    assertThat(counted("chat", "person")).isEqualTo(ClickDesk.MOST_PER_MINUTE + 1);
    request.setServletPath("/w/nobody");
    assertThat(desk.visit(request, "/w").click()).as("of others").isNotNull();
  }

  @Test
  void clicksLeaveHalfOfTheSpoolToWebhooks() {
    when(spool.state()).thenReturn(new Spool.State(501, 9, NOW, 1_000));

    Visit visit = desk().visit(request, "/w");

    assertThat(visit.answer()).isEqualTo("chat");
    assertThat(visit.click()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "Reception 2, Reception 2",
    "ล็อบบี้, ล็อบบี้",
    "Ресепшен, Ресепшен",
    "<b>, ",
    "a/b, ",
    "x23456789012345678901234567890123456789012, "
  })
  void aPlacementIsAShortName(String asked, String placement) {
    request.setParameter("placement", asked);
    assertThat(desk().visit(request, "/w").click().placement()).isEqualTo(placement);
  }

  @ParameterizedTest
  @CsvSource({"th, TH", "XX, ", "T1, ", "Thailand, ", "'', "})
  void theCountryIsTwoLettersOfAHeaderThatIsTrusted(String told, String country) {
    request.addHeader("CF-IPCountry", told);
    assertThat(
            desk("hub.clicks.country-header", "CF-IPCountry")
                .visit(request, "/w")
                .click()
                .country())
        .isEqualTo(country);
    assertThat(desk().visit(request, "/w").click().country()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) Mobile/15E148 | tablet",
        "Mozilla/5.0 (Linux; Android 13; SM-X906C) Chrome/131 Safari/537.36 | tablet",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 | phone",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131 Safari/537.36 | desktop",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15 | desktop",
        "Mozilla/5.0 (X11; Linux x86_64) Firefox/133.0 | desktop",
        "Mozilla/5.0 (SMART-TV; Tizen) | other"
      })
  void theDeviceIsOfOneOfFourKinds(String userAgent, String device) {
    request.removeHeader("User-Agent");
    request.addHeader("User-Agent", userAgent);
    assertThat(desk().visit(request, "/w").click().device()).isEqualTo(device);
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com/a?b=c, example.com",
    "android-app://org.telegram.messenger/, org.telegram.messenger",
    "https://user:secret@example.com/, example.com",
    "nonsense, ",
    "'http://exa mple/', ",
    "https://<script>/, "
  })
  void ofAReferrerOnlyTheHostIsKept(String told, String host) {
    request.addHeader("Referer", told);
    assertThat(desk().visit(request, "/w").click().referrer()).isEqualTo(host);
  }

  @Test
  void clicksAreKeptForAsLongAsConfigured() {
    assertThat(desk("hub.clicks.keep", "30d").keptSince())
        .containsEntry("keptSince", NOW.minus(Duration.ofDays(30)));
  }

  private double counted(String answer, String by) {
    return meters.get("leadhub.clicks").tags("answer", answer, "by", by).counter().count();
  }

  private ClickDesk desk(String... settings) {
    String[] all = new String[settings.length + 2];
    all[0] = "hub.whatsapp.number";
    all[1] = "15550001111";
    System.arraycopy(settings, 0, all, 2, settings.length);
    HubSettings hub = TestSettings.of(all);
    return new ClickDesk(
        TestSettings.of(ClickSettings.class, all),
        hub,
        new ChatLink(hub),
        spool,
        codes,
        new Languages(new PhoneNumbers(), hub),
        Clock.fixed(NOW, ZoneOffset.UTC),
        meters);
  }
}
