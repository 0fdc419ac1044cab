package io.leadhub.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What should not come in stays out and hears why; what came in is never lost. */
@ExtendWith(OutputCaptureExtension.class)
class BadInputTest extends Journey {

  private static final int LARGEST = 3 * 1024 * 1024;

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "sha256=", "sha256=abc", "sha1=abc", "x", "WRONG", "UPPER", "PREFIX"})
  void aWebhookOfMetaWithoutItsSignatureIsRefused(String header) {
    String webhook = Hub.metaPost(Customer.named("Eve").writes("Hello"));
    String right = Hub.metaSignature(webhook);
    String sent =
        header == null
            ? null
            : switch (header) {
              case "WRONG" ->
                  right.substring(0, right.length() - 1) + (right.endsWith("0") ? 1 : 0);
              case "UPPER" -> "sha256=" + right.substring(7).toUpperCase();
              case "PREFIX" -> right.substring(0, right.length() - 2);
              default -> header;
            };

    assertRefused(
        "/webhook/whatsapp/meta",
        webhook,
        sent == null ? List.of() : List.of("X-Hub-Signature-256", sent));
  }

  @Test
  void aChangedByteMakesTheSignatureWrong() {
    String webhook = Hub.metaPost(Customer.named("Eve").writes("Hello"));

    assertRefused(
        "/webhook/whatsapp/meta",
        webhook.replace("Hello", "Hallo"),
        List.of("X-Hub-Signature-256", Hub.metaSignature(webhook)));
  }

  @Test
  void aSignatureInTheQueryDoesNotCount() {
    String webhook = Hub.metaPost(Customer.named("Eve").writes("Hello"));

    assertRefused(
        "/webhook/whatsapp/meta?X-Hub-Signature-256=" + Hub.metaSignature(webhook),
        webhook,
        List.of());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "abc=", "OTHER ADDRESS"})
  void aWebhookOfTwilioWithoutItsSignatureIsRefused(String header) {
    String form = "MessageSid=SM1&From=whatsapp%3A%2B66810000001&Body=Hello";
    String sent =
        "OTHER ADDRESS".equals(header)
            ? Hub.twilioSignature("https://evil.example.com/webhook/whatsapp/twilio" + glued(form))
            : header;

    assertRefused(
        "application/x-www-form-urlencoded",
        "/webhook/whatsapp/twilio",
        form,
        sent == null ? List.of() : List.of("X-Twilio-Signature", sent));
  }

  private static String glued(String form) {
    StringBuilder glued = new StringBuilder();
    new TreeMap<>(Hub.formFields(form)).forEach((k, v) -> glued.append(k).append(v));
    return glued.toString();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Bearer ", "Bearer wrong", "Basic am91cm5leQ=="})
  void anotherSystemWithoutTheTokenIsRefused(String header) {
    assertRefused(
        "/webhook/lead",
        "{\"from\":\"+66810000001\",\"body\":\"Hello\"}",
        header == null ? List.of() : List.of("Authorization", header));
  }

  private void assertRefused(String path, String body, List<String> headers) {
    assertRefused("application/json", path, body, headers);
  }

  private void assertRefused(String contentType, String path, String body, List<String> headers) {
    long events = hub.count("events");

    Hub.Answer answer = hub.postAs(contentType, path, body, headers.toArray(String[]::new));

    assertThat(answer.status()).isEqualTo(401);
    assertProblem(answer, 401);
    assertThat(hub.count("events")).isEqualTo(events);
  }

  @Test
  void aDeclaredBodyThatIsTooLargeIsRefusedBeforeItIsSent() throws IOException {
    try (Socket socket = new Socket("localhost", hub.port())) {
      socket.setSoTimeout(60_000);
      socket
          .getOutputStream()
          .write(
              ("POST /webhook/whatsapp/meta HTTP/1.1\r\nHost: localhost\r\n"
                      + "Content-Type: application/json\r\nContent-Length: "
                      + (LARGEST + 1)
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 413".length());
      assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
    }
  }

  @Test
  void anUndeclaredBodyThatIsTooLargeIsRefused() {
    long events = hub.count("events");
    byte[] body = new byte[LARGEST + 1];

    Hub.Answer answer =
        hub.send(
            HttpRequest.newBuilder(hub.address("/webhook/lead"))
                .header("Authorization", "Bearer " + Hub.LEAD_TOKEN)
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build());

    assertThat(answer.status()).isEqualTo(413);
    assertProblem(answer, 413);
    assertThat(hub.count("events")).isEqualTo(events);
  }

  @Test
  void theLargestBodyIsTaken() {
    Customer dana = Customer.named("Dana");
    String webhook = Hub.metaPost(dana.writes("Hello"));

    Hub.Answer answer = hub.isPostedByMeta(webhook + " ".repeat(LARGEST - webhook.length()));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(hub.onlyLead(dana).path("firstMessage").asText()).isEqualTo("Hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"entry\":[", "", "entry=1", "\u0000"})
  void whatIsSignedButNoJsonIsAcceptedAndBecomesADeadLetterWithAReason(String body) {
    long before = hub.lastDelivery();

    assertThat(hub.isPostedByMeta(body).status()).isEqualTo(200);
    hub.isQuiet();

    List<JsonNode> dead = deadLettersSince(before);
    assertThat(dead).hasSize(1);
    assertThat(dead.get(0).path("topic").asText()).isEqualTo("webhook.meta");
    assertThat(dead.get(0).path("subscriber").asText()).isEqualTo("read-meta");
    assertThat(dead.get(0).path("attempts").asInt()).isEqualTo(1);
    assertThat(dead.get(0).path("lastError").asText()).isNotBlank();
  }

  @Test
  void theReasonSaysThatTheBodyIsNoJson() {
    long before = hub.lastDelivery();

    hub.isPostedByMeta("{\"entry\":[");
    hub.isQuiet();

    assertThat(deadLettersSince(before))
        .extracting(letter -> letter.path("lastError").asText())
        .singleElement()
        .asString()
        .startsWith("The webhook's body is no JSON: ");
  }

  @Test
  void jsonOfAnotherFormIsADeadLetterAtOnce() {
    long before = hub.lastDelivery();

    hub.isPostedByMeta("{\"entry\":7}");
    hub.isQuiet();

    List<JsonNode> dead = deadLettersSince(before);
    assertThat(dead).hasSize(1);
    assertThat(dead.get(0).path("attempts").asInt()).isEqualTo(1);
    assertThat(dead.get(0).path("lastError").asText()).contains("entry is not a list");
  }

  @Test
  void anUnknownPathIsAProblemToo() {
    assertProblem(hub.get("/api/nothing", "Authorization", "Bearer " + Hub.API_TOKEN), 404);
    assertProblem(hub.get("/nothing"), 404);
  }

  @Test
  void oneMalformedMessageOfABatchDoesNotLoseTheOthers() {
    long before = hub.lastDelivery();
    Customer first = Customer.named("First");
    Customer last = Customer.named("Last");
    JsonNode post = Hub.parse(Hub.metaPost(first.writes("Hello"), last.writes("Hello")));
    JsonNode value = post.at("/entry/0/changes/0/value");
    ArrayNode messages = (ArrayNode) value.path("messages");
    ObjectNode malformed = new ObjectMapper().createObjectNode();
    malformed
        .put("id", Hub.unique("wamid."))
        .put("type", "text")
        .putObject("text")
        .put("body", "?");
    messages.insert(1, malformed);

    hub.isPostedByMeta(Hub.metaPost((ArrayNode) value.path("contacts"), messages));

    assertThat(hub.onlyLead(first).path("messageCount").asInt()).isEqualTo(1);
    assertThat(hub.onlyLead(last).path("messageCount").asInt()).isEqualTo(1);
    List<JsonNode> dead = deadLettersSince(before);
    assertThat(dead).hasSize(1);
    assertThat(dead.get(0).path("topic").asText()).isEqualTo("message.received");
    assertThat(dead.get(0).path("subscriber").asText()).isEqualTo("lead");
    assertThat(dead.get(0).path("lastError").asText()).contains("the message has no sender");
  }

  @Test
  void theLogDoesNotQuoteTheCustomerWhoseMessageFailed(CapturedOutput log) {
    long before = hub.lastDelivery();
    Customer nobody = new Customer("99999999999999999999", null, "Nobody Knows");

    hub.isToldByMeta(nobody.writes("Do not tell anybody"));
    hub.isQuiet();

    assertThat(deadLettersSince(before))
        .extracting(letter -> letter.path("lastError").asText())
        .containsExactly("The sender's number “99999999999999999999” is no phone number.");
    assertThat(log.toString())
        .contains("is a dead letter")
        .doesNotContain("99999999999999999999", "Nobody Knows", "Do not tell anybody");
  }

  private List<JsonNode> deadLettersSince(long delivery) {
    return Hub.items(hub.api("/deliveries?state=dead&limit=500")).stream()
        .filter(letter -> letter.path("id").asLong() > delivery)
        .toList();
  }

  @Test
  void noAnswerEchoesWhatARequestSaidInItsHeaders() {
    Customer dana = Customer.named("Dana");
    String webhook = Hub.metaPost(dana.writes("Hello"));
    String form =
        "MessageSid=SM" + dana.phone() + "&From=whatsapp%3A%2B" + dana.phone() + "&Body=x";
    String[] told = {
      "Authorization", "Bearer echo-authorization",
      "Cookie", "echo=cookie",
      "X-Whatever", "echo-whatever",
      "CamelHttpResponseCode", "418"
    };
    List<Hub.Answer> answers = new ArrayList<>();
    answers.add(
        hub.post(
            "/webhook/whatsapp/meta?echo=query",
            webhook,
            and(told, "X-Hub-Signature-256", Hub.metaSignature(webhook))));
    answers.add(
        hub.postAs(
            "application/x-www-form-urlencoded",
            "/webhook/whatsapp/twilio",
            form,
            and(
                told,
                "X-Twilio-Signature",
                Hub.twilioSignature(Hub.PUBLIC_URL + "/webhook/whatsapp/twilio" + glued(form)))));
    answers.add(
        hub.get(
            "/webhook/whatsapp/meta?hub.mode=subscribe&hub.challenge=1&hub.verify_token="
                + Hub.VERIFY_TOKEN,
            told));
    assertThat(answers).extracting(Hub.Answer::status).containsOnly(200);
    answers.add(hub.post("/webhook/whatsapp/meta", webhook, told));
    answers.add(hub.post("/webhook/whatsapp/twilio", form, told));
    answers.add(hub.post("/webhook/lead", webhook, told));
    answers.add(hub.post("/webhook/lead", "x".repeat(LARGEST + 1), told));
    answers.add(hub.post("/webhook/nobody", webhook, told));
    answers.add(hub.get("/webhook/whatsapp/meta?hub.mode=subscribe", told));
    answers.add(hub.get("/api/leads", told));
    answers.add(hub.get("/actuator/health", told));
    assertThat(answers).extracting(Hub.Answer::status).doesNotContain(418, 500, 503);

    assertThat(answers)
        .extracting(answer -> answer.headers().toString() + answer.body())
        .noneMatch(all -> all.toLowerCase().contains("echo"))
        .noneMatch(all -> all.contains(Hub.metaSignature(webhook)))
        .noneMatch(all -> all.contains("CamelHttp"));
    assertThat(answers).noneMatch(answer -> answer.headers().containsKey("X-Whatever"));
    assertThat(answers).noneMatch(answer -> answer.headers().containsKey("hub.verify_token"));
    hub.isQuiet();
  }

  private static String[] and(String[] headers, String... more) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void metasHandshakeIsAnsweredWithTheChallengeAsItIs() {
    Hub.Answer answer =
        hub.get(
            "/webhook/whatsapp/meta?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
                + Hub.VERIFY_TOKEN);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("1158201444");
    assertThat(answer.header("Content-Type")).startsWith("text/plain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?hub.mode=subscribe&hub.challenge=4711&hub.verify_token=wrong",
        "?hub.mode=subscribe&hub.challenge=4711",
        "?hub.mode=unsubscribe&hub.challenge=4711&hub.verify_token=" + Hub.VERIFY_TOKEN,
        "?hub.mode=subscribe&hub.verify_token=" + Hub.VERIFY_TOKEN
      })
  void aHandshakeThatIsNotMetasIsRefused(String query) {
    Hub.Answer answer = hub.get("/webhook/whatsapp/meta" + query);

    assertProblem(answer, 403);
    assertThat(answer.body()).doesNotContain("4711");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Bearer", "Bearer wrong", "Basic am91cm5leQ==", "journey-api-token"})
  void theApiAnswersNobodyWithoutTheToken(String header) {
    String[] headers = header == null ? new String[0] : new String[] {"Authorization", header};
    for (String path : List.of("/api/leads", "/api/leads/1", "/api/deliveries", "/api/openapi")) {
      Hub.Answer answer = hub.get(path, headers);
      assertProblem(answer, 401);
      assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    }
    assertProblem(hub.post("/api/partners", "{\"code\":\"EVE66\",\"name\":\"Eve\"}", headers), 401);
    assertThat(hub.jdbc().queryForList("select id from partners where code = 'EVE66'")).isEmpty();
  }

  @Test
  void aNewPartnerIsToldItsLinkQrCodeAndForm() {
    String code = Hub.unique("b-");
    String asked =
        "{\"code\":\"%s\",\"name\":\"Blog\",\"locale\":\"th\",\"timeZone\":\"Asia/Bangkok\",\"telegramChatId\":-100%d}"
            .formatted(code, System.nanoTime());

    Hub.Answer answer = hub.apiPost("/partners", asked);

    String issued = code.toUpperCase();
    assertThat(answer.status()).isEqualTo(201);
    JsonNode partner = answer.json();
    assertThat(partner.path("id").asLong()).isPositive();
    assertThat(partner.path("code").asText()).isEqualTo(issued);
    assertThat(partner.path("name").asText()).isEqualTo("Blog");
    assertThat(partner.path("locale").asText()).isEqualTo("th");
    assertThat(partner.path("timeZone").asText()).isEqualTo("Asia/Bangkok");
    assertThat(partner.path("active").asBoolean()).isTrue();
    assertThat(partner.path("link").asText()).isEqualTo(Hub.PUBLIC_URL + "/w/" + issued);
    assertThat(partner.path("qr").asText()).isEqualTo(Hub.PUBLIC_URL + "/qr/" + issued + ".png");
    assertThat(partner.path("form").asText()).isEqualTo(Hub.PUBLIC_URL + "/form/" + issued);

    Hub.Answer again = hub.apiPost("/partners", asked.replace(code, issued.toLowerCase()));
    assertProblem(again, 409);
    assertThat(again.json().path("detail").asText()).contains(issued);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"code\":\"OK-1\",\"name\":\"N\",\"phone\":\"12\"} | phone must be",
        "{\"code\":\"x\",\"name\":\"Short\"} | code must be 2 to 32",
        "{\"code\":\"OK-1\"} | name",
        "{\"code\":\"OK-1\",\"name\":\"\"} | name",
        "{\"code\":\"OK-1\",\"name\":\"N\",\"locale\":\"english\"} | locale must be",
        "{\"code\":\"OK-1\",\"name\":\"N\",\"timeZone\":\"Asia/Atlantis\"} | timeZone must be",
        "{\"code\":\"OK-1\",\"name\":\"N\",\"telegramChatId\":\"@me\"} | ``",
        "{\"code\": | ``"
      })
  void aPartnerThatCanNotBeIsRefusedInWords(String asked, String detail) {
    Hub.Answer answer = hub.apiPost("/partners", asked);

    assertProblem(answer, 400);
    assertThat(answer.json().path("detail").asText()).contains(detail == null ? "" : detail);
    assertThat(hub.jdbc().queryForList("select id from partners where code = 'OK-1'")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/leads/999999999, 404",
    "/leads/x, 400",
    "/leads?cursor=x, 400",
    "/leads?since=yesterday, 400",
    "/deliveries?state=lost, 400"
  })
  void aQuestionTheApiDoesNotKnowGetsAProblem(String path, int status) {
    assertProblem(hub.api(path), status);
  }

  @Test
  void leadsComeInPagesNewestFirst() {
    Hub.Partner hotel = hub.partner("en", 0);
    List<Customer> guests =
        IntStream.range(0, 5).mapToObj(i -> Customer.named("Guest " + i)).toList();
    for (Customer guest : guests) {
      hub.isToldByMeta(guest.writes("Code: " + hotel.code()));
      hub.isQuiet();
    }

    List<List<String>> pages = new ArrayList<>();
    String next = "";
    while (next != null) {
      JsonNode page = hub.api("/leads?limit=2&partner=" + hotel.code() + next).json();
      pages.add(Hub.list(page.path("items")).stream().map(l -> l.path("name").asText()).toList());
      next = page.path("next").isNull() ? null : "&cursor=" + page.path("next").asText();
    }

    assertThat(pages)
        .containsExactly(
            List.of("Guest 4", "Guest 3"), List.of("Guest 2", "Guest 1"), List.of("Guest 0"));
    assertThat(Hub.items(hub.api("/leads?partner=" + hotel.code() + "&status=closed"))).isEmpty();
    assertThat(Hub.items(hub.api("/leads?partner=" + hotel.code() + "&since=2100-01-01T00:00:00Z")))
        .isEmpty();
  }

  @Test
  void theOpenApiDocumentListsTheAddresses() {
    JsonNode document = hub.api("/openapi").json();

    List<String> paths = new ArrayList<>();
    document.path("paths").fieldNames().forEachRemaining(paths::add);
    assertThat(paths)
        .containsExactlyInAnyOrder(
            "/api/leads",
            "/api/leads/{id}",
            "/api/leads/{id}/attribution",
            "/api/deliveries",
            "/api/deliveries/{id}",
            "/api/deliveries/{id}/replay",
            "/api/deliveries/{id}/discard",
            "/api/deliveries/replay",
            "/api/subscriptions",
            "/api/subscriptions/{topic}/{subscriber}/pause",
            "/api/subscriptions/{topic}/{subscriber}/resume",
            "/api/webhooks/reprocess",
            "/api/partners",
            "/api/partners/{code}",
            "/api/partners/{code}/activate",
            "/api/partners/import",
            "/api/clicks",
            "/api/clicks/summary",
            "/api/costs",
            "/api/channels");
    assertThat(document.path("openapi").asText()).startsWith("3.");
    assertThat(document.at("/components/schemas/ChangedPartner/properties").fieldNames())
        .toIterable()
        .contains("code", "fields", "link", "qr", "qrSvg", "form");
  }

  @Test
  void healthNamesTheDatabaseTheRoutesAndEachDestination() {
    Hub.Answer answer = hub.get("/actuator/health");

    assertThat(answer.status()).isEqualTo(200);
    JsonNode components = answer.json().path("components");
    assertThat(components.at("/db/status").asText()).isEqualTo("UP");
    assertThat(components.at("/routes/status").asText()).isEqualTo("UP");
    JsonNode destinations = components.at("/destinations/components");
    assertThat(new ObjectMapper().convertValue(destinations, Map.class).keySet())
        .hasToString("[360dialog, google-sheets, meta, telegram, twilio, wati, webhook]");
    for (JsonNode destination : destinations) {
      assertThat(destination.path("status").asText()).isEqualTo("UP");
      assertThat(destination.at("/details/mode").asText()).isEqualTo("live");
      assertThat(destination.at("/details/waiting").asInt()).isZero();
    }
    assertThat(hub.get("/actuator/health/readiness").status()).isEqualTo(200);
    assertThat(hub.get("/actuator/health/liveness").status()).isEqualTo(200);
    assertThat(hub.get("/actuator/env").status()).isEqualTo(404);
  }

  private static void assertProblem(Hub.Answer answer, int status) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    JsonNode problem = answer.json();
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("detail").asText()).isNotBlank();
  }
}
