package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A visitor leaves a number on a partner's form, as the browser sends it. */
class FormTest extends Journey {

  private static final Pattern SUBMISSION =
      Pattern.compile("name=\"submission\" value=\"([0-9a-f-]{36})\"");

  @Test
  void aFormBecomesALeadOfThePartnerWhoseFormItIsAndOpensWhatsApp() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");

    Hub.Answer answer = sends(hotel.code(), "lang=en&placement=lobby", filledIn(dana));

    assertThat(answer.status()).isEqualTo(303);
    assertThat(whatsAppText(answer))
        .isEqualTo("Hello! My name is Dana.\nCode: " + hotel.code() + "\n\nA scooter for Friday?");
    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(lead.path("attributedBy").asText()).isEqualTo("form");
    assertThat(lead.path("source").asText()).isEqualTo("form");
    assertThat(lead.path("name").asText()).isEqualTo("Dana");
    assertThat(lead.path("firstMessage").asText()).isEqualTo("A scooter for Friday?");
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
    assertThat(world.sent(dana)).as("nothing sends by a form").isEmpty();
    JsonNode story = hub.story(lead);
    assertThat(story.at("/messages/0/placement").asText()).isEqualTo("lobby");
    assertThat(story.at("/attributions/0/placement").asText()).isEqualTo("lobby");
    assertThat(story.path("story").toString()).contains("came through that form (lobby)");
  }

  @Test
  void whoGoesOnInWhatsAppIsTheSameLeadAndIsAnsweredThere() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    Hub.Answer answer = sends(hotel.code(), "lang=en", filledIn(dana));
    hub.isQuiet();

    hub.isToldByMeta(dana.writes(whatsAppText(answer)));

    JsonNode lead = hub.onlyLead(dana);
    assertThat(lead.path("messageCount").asInt()).isEqualTo(2);
    assertThat(hub.story(lead).path("messages").findValues("placement"))
        .as("of a form without one, and of WhatsApp")
        .isNotEmpty()
        .allMatch(JsonNode::isNull);
    assertThat(lead.path("source").asText()).isEqualTo("form");
    assertThat(lead.path("partnerCode").asText()).isEqualTo(hotel.code());
    assertThat(world.sent(dana)).hasSize(1);
    assertThat(world.sent(dana).get(0).text()).startsWith("Hello, Dana!");
  }

  @Test
  void aFormThatIsSentTwiceIsOneMessage() {
    Hub.Partner hotel = hub.partner("en", 1);
    Customer dana = Customer.named("Dana");
    Map<String, String> form = filledIn(dana);

    assertThat(sends(hotel.code(), "", form).status()).isEqualTo(303);
    assertThat(sends(hotel.code(), "", form).status()).isEqualTo(303);

    assertThat(hub.onlyLead(dana).path("messageCount").asInt()).isEqualTo(1);
    assertThat(world.telegram(hotel.chats().get(0))).hasSize(1);
  }

  @Test
  void aLocalNumberInThaiDigitsIsTheSamePerson() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    Map<String, String> form = filledIn(dana);
    String local = "0" + dana.phone().substring(2);
    form.put(
        "phone",
        local
            .chars()
            .mapToObj(digit -> Character.toString('๐' + digit - '0'))
            .collect(Collectors.joining()));

    assertThat(sends(hotel.code(), "lang=th", form).status()).isEqualTo(303);

    assertThat(hub.onlyLead(dana).path("phone").asText()).isEqualTo(dana.number());
  }

  @ParameterizedTest
  @CsvSource({
    "en, Please tell us your name., no such phone number",
    "ru, 'Напишите, как вас зовут.', нет такого номера",
    "th, กรุณากรอกชื่อ, ไม่มีเบอร์นี้"
  })
  void whatIsWrongIsToldInTheLanguageOfThePageAndNothingIsKept(
      String language, String noName, String wrongPhone) {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    Map<String, String> form = filledIn(dana);
    form.put("name", "");
    form.put("phone", "12345");
    form.put("message", "\"><script>alert(1)</script>");
    long messages = hub.count("messages");

    Hub.Answer answer = sends(hotel.code(), "lang=" + language, form);

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body())
        .contains("<html lang=\"" + language + "\">")
        .contains("<li><a href=\"#name\">" + noName)
        .contains("<li><a href=\"#phone\">")
        .contains(wrongPhone)
        .contains("value=\"12345\"")
        .contains("aria-describedby=\"phone-hint phone-problem\" aria-invalid=\"true\"")
        .contains("&lt;script&gt;alert(1)")
        .doesNotContain("<script")
        .contains("value=\"" + form.get("submission") + "\"");
    hub.isQuiet();
    assertThat(hub.count("messages")).isEqualTo(messages);
  }

  @Test
  void aRobotIsSentOnLikeAnybodyAndNothingIsKept() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer robot = Customer.named("Robot");
    Map<String, String> form = filledIn(robot);
    form.put("topic", "cheap watches");

    Hub.Answer answer = sends(hotel.code(), "", form);

    assertThat(answer.status()).isEqualTo(303);
    assertThat(answer.header("Location")).startsWith("https://wa.me/15550001111?text=");
    hub.isQuiet();
    assertThat(hub.leads(robot)).isEmpty();
  }

  @Test
  void aFormThatIsSentTooOftenSaysWhenToTryAgainAndLosesNoWord() {
    Hub.Partner hotel = hub.partner("en", 0);
    Customer dana = Customer.named("Dana");
    Map<String, String> form = filledIn(dana);
    for (int i = 0; i < 5; i++) {
      assertThat(sends(hotel.code(), "", form).status()).isEqualTo(303);
    }

    Hub.Answer answer = sends(hotel.code(), "lang=en", form);

    assertThat(answer.status()).isEqualTo(429);
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 61);
    assertThat(answer.body()).contains("Not sent yet").contains("A scooter for Friday?");
    assertThat(answer.body())
        .as("the way to the chat")
        .contains(
            "href=\"https://wa.me/15550001111?text=Hello%21%20Code%3A%20" + hotel.code() + "\"");
  }

  @Test
  void moreThanAFormHoldsIsRefusedInWords() {
    Hub.Partner hotel = hub.partner("en", 0);
    Map<String, String> form = filledIn(Customer.named("Dana"));
    form.put("message", "x".repeat(70_000));

    Hub.Answer answer = sends(hotel.code(), "lang=en", form);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body()).contains("more than the form can take");
  }

  /** The server itself would take its parameters, such as lang, from a body of up to 2 MB. */
  @Test
  void whatIsTooLargeIsNotReadBySomebodyElse() {
    Hub.Partner hotel = hub.partner("en", 0);
    Map<String, String> form = filledIn(Customer.named("Dana"));
    form.put("message", "x".repeat(70_000));
    form.put("lang", "ru");

    Hub.Answer answer = sends(hotel.code(), "", form);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.body()).contains("<html lang=\"en\">");
  }

  @ParameterizedTest
  @CsvSource({
    "en, This link leads nowhere",
    "ru, Эта ссылка больше никуда",
    "th, ลิงก์นี้ใช้ไม่ได้แล้ว"
  })
  void aCodeOfNobodyIsToldInWordsAndLeadsToTheBusiness(String language, String title) {
    for (Hub.Answer answer :
        new Hub.Answer[] {
          hub.get("/form/NOBODY9?lang=" + language),
          sends("NOBODY9", "lang=" + language, filledIn(Customer.named("Dana")))
        }) {
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.body())
          .contains("<h1>" + title)
          .contains("href=\"https://wa.me/15550001111?text=");
    }
  }

  @Test
  void thePartnerWhoRestsHasNoForm() {
    Hub.Partner hotel = hub.partner("en", 0);
    hub.jdbc().update("update partners set active = false where id = ?", hotel.id());

    assertThat(hub.get("/form/" + hotel.code()).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/form/%D0%9C%D0%90%D0%A8%D0%90",
        "/form/%E0%B8%A3%E0%B9%89",
        "/form/..%2f..%2fapi",
        "/form/%00",
        "/form/%FF%FE",
        "/form/X;jsessionid=1",
        "/form/X?lang=%00&placement=%3Cscript%3E&embed=%E0"
      })
  void anAddressThatMeansNothingIsAnsweredCalmly(String path) {
    assertThat(hub.get(path).status()).isBetween(400, 499);
    assertThat(hub.get(path).body()).doesNotContain("<script");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/form", "/form/", "/form/a/b", "/form/NOBODY9/"})
  void anAddressOfNobodysFormLeadsToTheBusinessToo(String path) {
    Hub.Answer answer = hub.get(path, "Accept-Language", "ru");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(answer.body())
        .contains("Эта ссылка больше никуда не ведёт")
        .contains("href=\"https://wa.me/15550001111?text=%D0%97%D0%B4%D1%80");
  }

  @Test
  void aCodeInAnotherScriptIsFound() {
    String code = "ดี" + System.nanoTime();
    hub.apiPost("/partners", "{\"code\":\"" + code + "\",\"name\":\"Good\"}");

    assertThat(hub.get("/form/" + URLEncoder.encode(code, StandardCharsets.UTF_8)).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "ru", "th"})
  void thePageIsSmallIsKeptByNobodyAndMayDoNothingButSendItself(String language) {
    Hub.Partner hotel = hub.partner("en", 0);

    Hub.Answer page =
        hub.get("/form/" + hotel.code() + "?lang=" + language, "X-Secret", "must-not-come-back");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(15 * 1024);
    assertThat(page.header("Content-Type")).isEqualToIgnoringCase("text/html;charset=utf-8");
    assertThat(page.header("Content-Language")).isEqualTo(language);
    assertThat(page.header("Cache-Control")).isEqualTo("no-store");
    assertThat(page.header("Content-Security-Policy"))
        .startsWith("default-src 'none'")
        .contains("frame-ancestors 'none'");
    assertThat(page.headers().toString()).doesNotContain("must-not-come-back");
    assertThat(page.body()).doesNotContain("<script").doesNotContain("target=");
  }

  @Test
  void onlyAPageThatIsToBeEmbeddedMayStandInAFrame() {
    Hub.Partner hotel = hub.partner("en", 0);

    Hub.Answer page = hub.get("/form/" + hotel.code() + "?embed=1&lang=ru&placement=my%20site");

    assertThat(page.header("Content-Security-Policy")).contains("frame-ancestors *");
    assertThat(page.body())
        .contains(
            "<form method=\"post\" action=\"?lang=ru&amp;placement=my%20site&amp;embed=1\""
                + " novalidate target=\"_top\">");
  }

  @Test
  void whoOnlyAsksWhetherThePageIsThereIsAnsweredWithoutIt() {
    Hub.Partner hotel = hub.partner("en", 0);

    Hub.Answer answer =
        hub.send(
            HttpRequest.newBuilder(hub.address("/form/" + hotel.code()))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void everyFormThatIsOpenedIsAnother() {
    Hub.Partner hotel = hub.partner("en", 0);

    assertThat(submission(hub.get("/form/" + hotel.code()).body()))
        .isNotEqualTo(submission(hub.get("/form/" + hotel.code()).body()));
  }

  private static String submission(String page) {
    Matcher found = SUBMISSION.matcher(page);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  static Map<String, String> filledIn(Customer customer) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("submission", UUID.randomUUID().toString());
    form.put("topic", "");
    form.put("name", customer.name());
    form.put("country", "TH");
    form.put("phone", "0" + customer.phone().substring(2));
    form.put("message", "A scooter for Friday?");
    return form;
  }

  private Hub.Answer sends(String code, String query, Map<String, String> form) {
    return sends(hub, code, query, form);
  }

  static Hub.Answer sends(Hub hub, String code, String query, Map<String, String> form) {
    String body =
        form.entrySet().stream()
            .map(
                field ->
                    field.getKey()
                        + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return hub.postAs("application/x-www-form-urlencoded", "/form/" + code + "?" + query, body);
  }

  private static String whatsAppText(Hub.Answer answer) {
    String location = answer.header("Location");
    assertThat(location).startsWith("https://wa.me/15550001111?text=").doesNotContain("+");
    return URLDecoder.decode(
        location.substring(location.indexOf("text=") + 5), StandardCharsets.UTF_8);
  }
}
