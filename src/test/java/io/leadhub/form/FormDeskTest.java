package io.leadhub.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.BadSettingException;
import io.leadhub.HubSettings;
import io.leadhub.TestSettings;
import io.leadhub.attribution.CodeExtractor;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.form.FormPage.Problem;
import io.leadhub.locale.Languages;
import io.leadhub.locale.PhoneNumbers;
import io.leadhub.visitor.ChatLink;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

class FormDeskTest {

  private static final Instant NOW = Instant.parse("2026-11-26T10:15:00Z");

  private static final Map<String, String> FILLED_IN =
      Map.of(
          "submission", "s-1",
          "name", "Dana",
          "country", "TH",
          "phone", "081 234 5678",
          "message", "A scooter for Friday?");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private FormDesk desk = desk();

  @Test
  void whatWasTypedBecomesAMessageInTheShapeOfAllProviders() {
    FormPage page = desk.read(sent(FILLED_IN));

    assertThat(page.page()).isEqualTo("whatsapp");
    assertThat(page.status()).isEqualTo(303);
    assertThat(page.message())
        .containsEntry("provider", "form")
        .containsEntry("channel", null)
        .containsEntry("kind", "form")
        .containsEntry("phone", "+66812345678")
        .containsEntry("sender", "+66812345678")
        .containsEntry("name", "Dana")
        .containsEntry("text", "A scooter for Friday?")
        .containsEntry("code", "HOTEL1")
        .containsEntry("at", NOW.toString())
        .containsEntry("receivedAt", NOW.toString())
        .containsEntry("media", null);
    assertThat(page.partnerName()).isEqualTo("Hotel");
  }

  @Test
  void aFormIsCompleteOnlyWhenItIsKeptAndLostWhenItIsNot() {
    MockHttpServletRequest kept = sent(FILLED_IN);
    desk.read(kept);
    assertThat(counted("complete")).isZero();
    desk.kept(kept);
    assertThat(counted("complete")).isEqualTo(1);

    MockHttpServletRequest lost = sent(FILLED_IN);
    desk.read(lost);
    assertThat(desk.notKept(lost).partnerName()).isEqualTo("Hotel");
    assertThat(counted("lost")).isEqualTo(1);
    assertThat(counted("complete")).isEqualTo(1);
  }

  @Test
  void aPageThatFailsIsNoLostForm() {
    MockHttpServletRequest kept = sent(FILLED_IN);
    desk.read(kept);
    desk.kept(kept);
    desk.notKept(kept);
    desk.notKept(opened("HOTEL1", ""));

    assertThat(counted("lost")).isZero();
  }

  private double counted(String outcome) {
    return meters.counter("leadhub.forms", "outcome", outcome).count();
  }

  @Test
  void theSameFormSentTwiceIsTheSameMessageAndAChangedOneIsAnother() {
    Object first = desk.read(sent(FILLED_IN)).message().get("messageId");

    assertThat(desk.read(sent(FILLED_IN)).message().get("messageId")).isEqualTo(first);
    assertThat(desk.read(sent(with("message", "And a helmet?"))).message().get("messageId"))
        .isNotEqualTo(first);
    assertThat(desk.read(sent(with("submission", "s-2"))).message().get("messageId"))
        .isNotEqualTo(first);
  }

  @Test
  void everythingThatIsWrongIsToldAtOnceAndWhatWasTypedStays() {
    FormPage page =
        desk.read(
            sent(
                Map.of(
                    "submission", "s-1",
                    "name", " ",
                    "country", "RU",
                    "phone", "081 234 5678",
                    "message", "x".repeat(2_001))));

    assertThat(page.page()).isEqualTo("form");
    assertThat(page.status()).isEqualTo(422);
    assertThat(page.message()).isNull();
    assertThat(page.problems())
        .containsExactly(
            new Problem("name", "missing"),
            new Problem("phone", "wrong"),
            new Problem("message", "long"));
    assertThat(page.typed())
        .containsEntry("phone", "081 234 5678")
        .containsEntry("country", "RU")
        .containsEntry("message", "x".repeat(2_001));
    assertThat(page.submission()).isEqualTo("s-1");
  }

  @Test
  void anEmptyFormMissesNameAndPhoneOnly() {
    assertThat(desk.read(sent(Map.of())).problems())
        .containsExactly(new Problem("name", "missing"), new Problem("phone", "missing"));
  }

  @Test
  void aLineBreakCountsOnceThoughBrowsersSendTwoCharacters() {
    FormPage page = desk.read(sent(with("message", "a\r\n".repeat(1_000))));

    assertThat(page.problems()).isEmpty();
    assertThat((String) page.message().get("text")).doesNotContain("\r").startsWith("a\na\n");
  }

  @Test
  void aFieldThatPeopleDoNotSeeGivesARobotAwayAndItIsNotTold() {
    FormPage page = desk.read(sent(with("topic", "cheap watches")));

    assertThat(page.page()).isEqualTo("whatsapp");
    assertThat(page.status()).isEqualTo(303);
    assertThat(page.message()).isNull();
    assertThat(meters.counter("leadhub.forms", "outcome", "robot").count()).isEqualTo(1);
  }

  /** Nobody is sent on there, so a person whose browser filled it in would wait for an answer. */
  @Test
  void withoutANumberTheFormIsShownAgainInsteadOfThanks() {
    desk = desk("hub.whatsapp.number", "");

    FormPage page = desk.read(sent(with("topic", "cheap watches")));

    assertThat(page.page()).isEqualTo("form");
    assertThat(page.status()).isEqualTo(422);
    assertThat(page.trouble()).isEqualTo("lost");
    assertThat(page.message()).isNull();
    assertThat(page.typed()).containsEntry("name", "Dana");
  }

  @Test
  void whoSendsTooOftenIsToldWhenToTryAgain() {
    desk = desk("hub.form.most-per-hour", "1");
    desk.read(sent(FILLED_IN));

    FormPage page = desk.read(sent(with("message", "Again")));

    assertThat(page.status()).isEqualTo(429);
    assertThat(page.trouble()).isEqualTo("busy");
    assertThat(page.retryAfter()).isBetween(1L, 3_601L);
    assertThat(page.message()).isNull();
    assertThat(page.typed()).containsEntry("message", "Again");
  }

  @Test
  void whoCorrectsAMistakeOftenIsNotSlowedDown() {
    desk = desk("hub.form.most-per-hour", "1");
    desk.read(sent(with("phone", "1")));
    desk.read(sent(with("phone", "12")));

    assertThat(desk.read(sent(FILLED_IN)).status()).isEqualTo(303);
  }

  @Test
  void moreThanTheFormTakesIsRefusedOnTheForm() {
    MockHttpServletRequest request = request("HOTEL1", "");
    request.setAttribute(Submission.class.getName(), Submission.of(request, null));

    FormPage page = desk.read(request);

    assertThat(page.status()).isEqualTo(413);
    assertThat(page.trouble()).isEqualTo("large");
  }

  @Test
  void aMessageThatCouldNotBeKeptIsStillOnTheForm() {
    FormPage page = desk.notKept(sent(FILLED_IN));

    assertThat(page.status()).isEqualTo(503);
    assertThat(page.trouble()).isEqualTo("lost");
    assertThat(page.retryAfter()).isPositive();
    assertThat(page.submission()).isEqualTo("s-1");
    assertThat(page.typed()).containsEntry("name", "Dana").containsEntry("phone", "081 234 5678");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOBODY",
        "",
        "a/HOTEL1",
        "HOTEL1/x",
        "%D0%9C",
        "HOTEL1%20OR%201=1",
        "..",
        "%F0%9F%98%80"
      })
  void aCodeOfNobodyHasNoForm(String code) {
    assertThat(desk.open(opened(code, "")).status()).isEqualTo(404);
    MockHttpServletRequest request = request(code, "");
    request.setAttribute(Submission.class.getName(), Submission.of(request, new byte[0]));
    assertThat(desk.read(request).page()).isEqualTo("unknown");
  }

  @Test
  void theCodeOfTheAddressCountsWhateverTheQuerySays() {
    assertThat(desk.open(opened("NOBODY", "code=HOTEL1")).status()).isEqualTo(404);
    assertThat(desk.open(opened("hotel1", "code=NOBODY")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "lang=th, ru, th",
    "lang=de, ru, ru",
    "'', 'ru-RU,ru;q=0.9,en;q=0.8', ru",
    "'', 'de,th;q=0.5', th",
    "'', 'de', en",
    "'', , en"
  })
  void thePageIsInTheLanguageOfTheAddressOrOfTheBrowser(
      String query, String accepted, String language) {
    assertThat(desk.open(opened("HOTEL1", query, "Accept-Language", accepted)).language())
        .isEqualTo(language);
  }

  @ParameterizedTest
  @CsvSource({
    "lang=en, , , TH", // the business's own, by its number
    "lang=ru, , , RU",
    "lang=th, , , TH",
    "lang=en, en-GB, , GB",
    "lang=ru, 'ru-KZ,ru', , KZ",
    "lang=en, en-US, DE, DE",
    "lang=en, en-US, XX, US",
    "lang=en, en-US, T1, US"
  })
  void theCountryIsGuessed(String query, String accepted, String header, String country) {
    FormPage page =
        desk.open(opened("HOTEL1", query, "Accept-Language", accepted, "X-Country", header));

    assertThat(page.typed()).containsEntry("country", country);
    assertThat(page.countries()).extracting(Countries.Country::region).contains(country);
  }

  @Test
  void countriesStandInTheAlphabetOfThePage() {
    desk = desk("hub.form.countries[0]", "TH", "hub.form.countries[1]", "RU");

    assertThat(desk.open(opened("HOTEL1", "lang=en")).countries())
        .extracting(Countries.Country::name)
        .containsExactly("Russia +7", "Thailand +66");
    assertThat(desk.open(opened("HOTEL1", "lang=ru", "Accept-Language", "ru-AM")).countries())
        .extracting(Countries.Country::name)
        .containsExactly("Армения +374", "Россия +7", "Таиланд +66");
  }

  @Test
  void aCountryThatIsNoneStopsTheStart() {
    assertThatThrownBy(() -> desk("hub.form.countries[0]", "TH", "hub.form.countries[1]", "XX"))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("hub.form.countries[1]")
        .hasMessageContaining("XX");
  }

  @Test
  void thePlacementIsKeptWithTheMessageUnlessItIsNone() {
    assertThat(desk.read(sent(FILLED_IN, "placement=lobby%20desk")).message())
        .containsEntry("media", Map.of("placement", "lobby desk"));
    assertThat(desk.read(sent(FILLED_IN, "placement=%3Cb%3E")).message())
        .containsEntry("media", null);
  }

  @Test
  void withoutANumberVisitorsAreThankedInsteadOfSentOn() {
    desk = desk("hub.whatsapp.number", "");

    FormPage page = desk.read(sent(FILLED_IN));

    assertThat(page.page()).isEqualTo("thanks");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.message()).isNotNull();
    assertThat(desk.open(opened("HOTEL1", "lang=en")).typed()).containsEntry("country", "TH");
  }

  private FormDesk desk(String... settings) {
    String[] all = new String[settings.length + 4];
    all[0] = "hub.whatsapp.number";
    all[1] = "66812340000";
    all[2] = "hub.clicks.country-header";
    all[3] = "X-Country";
    System.arraycopy(settings, 0, all, 4, settings.length);
    HubSettings hub = TestSettings.of(all);
    FormSettings form = TestSettings.of(FormSettings.class, all);
    PhoneNumbers phoneNumbers = new PhoneNumbers();
    return new FormDesk(
        codes(),
        new Languages(phoneNumbers, hub),
        phoneNumbers,
        new Countries(phoneNumbers, form, hub, TestSettings.environment(all)),
        new VisitorNumbers(),
        new FormLimits(form),
        new ChatLink(hub),
        Clock.fixed(NOW, ZoneOffset.UTC),
        meters);
  }

  /** Knows one code, in any case. */
  private static CodeExtractor codes() {
    return org.mockito.Mockito.mock(
        CodeExtractor.class,
        call ->
            "HOTEL1".equalsIgnoreCase(call.getArgument(0))
                ? Optional.of(new Entry(1, "HOTEL1", "Hotel", "en", null))
                : Optional.empty());
  }

  private static Map<String, String> with(String field, String value) {
    Map<String, String> fields = new TreeMap<>(FILLED_IN);
    fields.put(field, value);
    return fields;
  }

  private static MockHttpServletRequest sent(Map<String, String> fields) {
    return sent(fields, "");
  }

  private static MockHttpServletRequest sent(Map<String, String> fields, String query) {
    MockHttpServletRequest request = request("HOTEL1", query);
    request.setMethod("POST");
    String body =
        fields.entrySet().stream()
            .map(
                field ->
                    field.getKey()
                        + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    request.setAttribute(
        Submission.class.getName(), Submission.of(request, body.getBytes(StandardCharsets.UTF_8)));
    return request;
  }

  private static MockHttpServletRequest opened(String code, String query, String... headers) {
    MockHttpServletRequest request = request(code, query, headers);
    request.setAttribute(Submission.class.getName(), Submission.of(request, new byte[0]));
    return request;
  }

  private static MockHttpServletRequest request(String code, String query, String... headers) {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/form/" + code);
    request.setQueryString(query);
    UriComponentsBuilder.newInstance()
        .query(query)
        .build()
        .getQueryParams()
        .forEach(
            (name, values) ->
                values.forEach(
                    value ->
                        request.addParameter(
                            name, UriUtils.decode(value, StandardCharsets.UTF_8))));
    for (int i = 0; i < headers.length; i += 2) {
      if (headers[i + 1] != null) {
        request.addHeader(headers[i], headers[i + 1]);
      }
    }
    return request;
  }
}
