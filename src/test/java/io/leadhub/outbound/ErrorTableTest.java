package io.leadhub.outbound;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.api.client.auth.oauth2.TokenRequest;
import com.google.api.client.auth.oauth2.TokenResponseException;
import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpResponseException;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.testing.http.MockHttpTransport;
import com.google.api.client.testing.http.MockLowLevelHttpResponse;
import com.google.auth.oauth2.ServiceAccountCredentials;
import com.sun.net.httpserver.HttpServer;
import io.leadhub.durable.DeliveryException;
import io.leadhub.durable.PauseException;
import io.leadhub.durable.ReconcileException;
import io.leadhub.durable.RejectException;
import io.leadhub.durable.RetryAtException;
import io.leadhub.durable.RetryException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.telegram.TelegramException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of {@code routes/errors.camel.yaml}, asked with the exceptions that clients throw. */
class ErrorTableTest {

  private static final String SECRET = "EAAG-t0p-secret";
  private static final Map<String, Class<? extends DeliveryException>> OUTCOMES =
      Map.of(
          "retryAt", RetryAtException.class,
          "retry", RetryException.class,
          "reconcile", ReconcileException.class,
          "reject", RejectException.class,
          "pause", PauseException.class);

  private static final DefaultCamelContext CAMEL = new DefaultCamelContext();

  @BeforeAll
  static void loadTheTables() throws Exception {
    PluginHelper.getRoutesLoader(CAMEL)
        .loadRoutes(ResourceHelper.resolveResource(CAMEL, "file:routes/errors.camel.yaml"));
    CAMEL.start();
  }

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  @ParameterizedTest
  @MethodSource("metaCodes")
  void whatMetaAnswers(int code, String outcome) {
    for (int status : new int[] {400, 401, 403, 429, 500}) {
      assertThat(table("meta").classify(meta(status, code)))
          .as("code %d under HTTP %d", code, status)
          .isInstanceOf(OUTCOMES.get(outcome));
    }
  }

  static Stream<Arguments> metaCodes() {
    return Stream.of(
            codes("retryAt", 4, 613, 80007, 130429, 131048, 131056, 131064, 133016),
            codes("reconcile", 1, 2, 131000, 131016, 131057, 133004, 135000),
            codes("reject", 131047, 470, 131026, 131021, 131030, 131062, 137000),
            codes("reject", 130497, 131049, 131050, 130472, 131063, 131052, 131053),
            codes("reject", 132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016),
            codes("reject", 132018, 132068, 132069, 100, 131008, 131009, 131051),
            codes("pause", 190, 0, 3, 10, 200, 250, 299, 131005),
            codes("pause", 368, 131031, 131042, 131045, 131037, 133010))
        .flatMap(codes -> codes);
  }

  @ParameterizedTest
  @MethodSource("metaCodes")
  void whatMetaTellsLaterMeansTheSame(int code, String outcome) {
    assertThat(table("meta").toldLater(Integer.toString(code), "No luck"))
        .isInstanceOf(OUTCOMES.get(outcome))
        .hasMessage("No luck");
  }

  @Test
  void whatIsToldLaterWithACodeThatNobodyKnowsOrWithNoneIsRejected() {
    assertThat(table("meta").toldLater("999999", "No luck")).isInstanceOf(RejectException.class);
    assertThat(table("meta").toldLater(null, "No luck")).isInstanceOf(RejectException.class);
  }

  @ParameterizedTest
  @MethodSource("twilioCodes")
  void whatTwilioAnswers(int code, String outcome) {
    for (int status : new int[] {400, 401, 403, 429, 500}) {
      assertThat(table("twilio").classify(twilio(status, code)))
          .as("code %d under HTTP %d", code, status)
          .isInstanceOf(OUTCOMES.get(outcome));
    }
  }

  static Stream<Arguments> twilioCodes() {
    return Stream.of(
            codes("retryAt", 20429, 63017, 63018, 63038),
            codes("reconcile", 63009, 63010, 63012),
            codes("reject", 63016, 21211, 21614, 63003, 63024, 63032, 63033, 63014, 21610, 63015),
            codes(
                "reject", 21408, 21617, 21654, 21655, 21656, 63005, 63006, 63013, 63019, 63021,
                63027),
            codes("reject", 63028, 63030, 63034, 63040, 63041, 63042, 63049),
            codes("pause", 20003, 21606, 63001, 63002, 63007, 63008, 63020))
        .flatMap(codes -> codes);
  }

  @ParameterizedTest
  @CsvSource({
    "meta, 400, reject",
    "meta, 401, pause",
    "meta, 403, pause",
    "meta, 404, reject",
    "meta, 429, retryAt",
    "meta, 500, reconcile",
    "meta, 502, reconcile",
    "meta, 302, retry",
    "twilio, 400, reject",
    "twilio, 401, pause",
    "twilio, 403, pause",
    "twilio, 404, reject",
    "twilio, 429, retryAt",
    "twilio, 503, reconcile",
    "twilio, 409, retry",
    "webhook, 410, reject",
    "webhook, 429, retryAt",
    "webhook, 503, retryAt",
    "webhook, 500, retry",
    "webhook, 502, retry",
    "webhook, 504, retry",
    "webhook, 301, retry",
    "webhook, 404, retry",
    "webhook, 401, retry"
  })
  void anAnswerWithoutACodeIsLookedUpByItsStatus(String remote, int status, String outcome) {
    for (String body : Arrays.asList(null, "", "<html>", "{}", "[]", "{\"error\":\"no\"}")) {
      assertThat(table(remote).classify(http(status, Map.of(), body)))
          .as(body)
          .isInstanceOf(OUTCOMES.get(outcome));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta", "twilio"})
  void aCodeNobodyKnowsLeavesItToTheStatus(String remote) {
    String body = "{\"code\":987654,\"error\":{\"code\":987654}}";
    assertThat(table(remote).classify(http(400, Map.of(), body)))
        .isInstanceOf(RejectException.class);
    assertThat(table(remote).classify(http(500, Map.of(), body)))
        .isInstanceOf(ReconcileException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "429, Too Many Requests: retry after 7, retryAt",
    "403, Forbidden: bot was blocked by the user, reject",
    "403, Forbidden: user is deactivated, reject",
    "400, Bad Request: chat not found, reject",
    "400, Bad Request: message is too long, reject",
    "400, Bad Request: can't parse entities, reject",
    "401, Unauthorized, pause",
    "404, Not Found, pause",
    "500, Internal Server Error, reconcile",
    "502, Bad Gateway, reconcile",
    "409, Conflict, retry"
  })
  void whatTelegramAnswers(int code, String description, String outcome) {
    assertThat(table("telegram").classify(telegram(code, description, "{}")))
        .isInstanceOf(OUTCOMES.get(outcome));
    assertThat(
            table("telegram")
                .classify(new TelegramException("HTTP " + code, code, "<html></html>")))
        .isInstanceOf(OUTCOMES.get(outcome));
  }

  @ParameterizedTest
  @CsvSource({
    "429, RESOURCE_EXHAUSTED, retryAt",
    "403, PERMISSION_DENIED, pause",
    "404, NOT_FOUND, pause",
    "401, UNAUTHENTICATED, pause",
    "400, INVALID_ARGUMENT, reject",
    "500, INTERNAL, reconcile",
    "503, UNAVAILABLE, reconcile",
    "409, ABORTED, retry"
  })
  void whatGoogleSheetsAnswers(int status, String name, String outcome) {
    assertThat(table("google").classify(google(status, name, new HttpHeaders())))
        .isInstanceOf(OUTCOMES.get(outcome));
    assertThat(table("google").classify(google(status, null, new HttpHeaders())))
        .isInstanceOf(OUTCOMES.get(outcome));
  }

  /** Google's client takes the answer out of its {@code "error"} where it can. */
  @Test
  void googlesNameForAnErrorIsFoundInsideAndOutside() {
    String inside = "{\"code\":403,\"message\":\"no\",\"status\":\"RESOURCE_EXHAUSTED\"}";
    for (String body : List.of(inside, "{\"error\":" + inside + "}")) {
      assertThat(table("google").classify(googleSays(403, new HttpHeaders(), body)))
          .isInstanceOf(RetryAtException.class)
          .hasMessage("Google Sheets answered HTTP 403, code RESOURCE_EXHAUSTED: no");
    }
  }

  @Test
  void anAnswerOfGoogleThatIsNoHttpIsNoAnswer() {
    assertThat(table("google").classify(googleSays(0, new HttpHeaders(), null)))
        .isInstanceOf(ReconcileException.class);
  }

  @Test
  void aGoogleKeyThatWasRevokedPausesTheSheet() {
    assertThat(table("google").classify(tokenRefused(400, "invalid_grant")))
        .isInstanceOf(PauseException.class)
        .hasMessage("Google Sheets answered HTTP 400, code invalid_grant");
    assertThat(table("google").classify(tokenRefused(401, null)))
        .isInstanceOf(PauseException.class);
  }

  @Test
  void whatTheGoogleClientThrowsWhenItsKeyWasRevokedPausesTheSheet() throws Exception {
    HttpServer tokenServer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] answer =
        "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT Signature.\"}"
            .getBytes(StandardCharsets.UTF_8);
    tokenServer.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(400, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    tokenServer.start();
    try {
      ServiceAccountCredentials credentials =
          ServiceAccountCredentials.newBuilder()
              .setClientEmail("hub@example.iam.gserviceaccount.com")
              .setPrivateKey(KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate())
              .setPrivateKeyId("1")
              .setScopes(List.of("https://www.googleapis.com/auth/spreadsheets"))
              .setTokenServerUri(
                  URI.create("http://127.0.0.1:" + tokenServer.getAddress().getPort() + "/token"))
              .build();
      Throwable failure = catchThrowable(credentials::refresh);
      assertThat(failure).isInstanceOf(IOException.class);
      assertThat(table("google").classify(new RuntimeCamelException(failure)))
          .isInstanceOf(PauseException.class)
          .hasMessage("Google Sheets answered HTTP 400, code invalid_grant");
    } finally {
      tokenServer.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Retry-After", "retry-after", "RETRY-AFTER"})
  void theTimeThatARemoteAsksForIsWaited(String header) {
    assertThat(table("meta").classify(http(429, Map.of(header, "17"), "{}")))
        .isInstanceOfSatisfying(
            RetryAtException.class,
            wait -> assertThat(wait.delay()).isEqualTo(Duration.ofSeconds(17)));
  }

  @Test
  void telegramTellsItsTimeInTheBodyAndGoogleInAHeader() {
    assertThat(table("telegram").classify(telegram(429, "Too Many", "{\"retry_after\":31}")))
        .isInstanceOfSatisfying(
            RetryAtException.class,
            wait -> assertThat(wait.delay()).isEqualTo(Duration.ofSeconds(31)));
    assertThat(
            table("google")
                .classify(google(429, "RESOURCE_EXHAUSTED", new HttpHeaders().setRetryAfter("5"))))
        .isInstanceOfSatisfying(
            RetryAtException.class,
            wait -> assertThat(wait.delay()).isEqualTo(Duration.ofSeconds(5)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "1e9", "99999999999", "Wed, 99 Oct 2026 07:28:00 GMT"})
  void whereTheTimeIsNotToldTheDeliveryDecidesHowLongToWait(String value) {
    assertThat(table("twilio").classify(http(429, Map.of("Retry-After", value), "{}")))
        .isInstanceOfSatisfying(RetryAtException.class, wait -> assertThat(wait.delay()).isNull());
    assertThat(table("twilio").classify(http(429, null, null)))
        .isInstanceOf(RetryAtException.class);
  }

  @Test
  void theTimeToWaitMayBeToldAsADate() {
    ZonedDateTime then = ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(90);
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(then);

    assertThat(table("webhook").classify(http(503, Map.of("Retry-After", date), "")))
        .isInstanceOfSatisfying(
            RetryAtException.class,
            wait -> assertThat(wait.delay()).isBetween(ofSeconds(30), ofSeconds(90)));
    assertThat(
            table("webhook")
                .classify(http(503, Map.of("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"), "")))
        .isInstanceOfSatisfying(RetryAtException.class, wait -> assertThat(wait.delay()).isZero());
  }

  @Test
  void noRemoteMakesADeliveryWaitForMoreThanADay() {
    assertThat(table("webhook").classify(http(503, Map.of("Retry-After", "99999999"), "")))
        .isInstanceOfSatisfying(
            RetryAtException.class, wait -> assertThat(wait.delay()).isEqualTo(Duration.ofDays(1)));
  }

  @Test
  void whatMetaItselfCallsTransientIsNoDeadLetter() {
    String answer = "{\"error\":{\"code\":%d,\"message\":\"Busy\",\"is_transient\":true}}";

    assertThat(table("meta").classify(http(400, Map.of(), answer.formatted(999))))
        .isInstanceOf(ReconcileException.class);
    assertThat(table("meta").classify(http(400, Map.of(), answer.formatted(131047))))
        .as("a code that is listed says more")
        .isInstanceOf(RejectException.class);
  }

  @ParameterizedTest
  @MethodSource("neverConnected")
  void withoutAConnectionNothingWasDone(Throwable failure) {
    assertThat(table("meta").classify(new CamelExecutionException("failed", null, failure)))
        .isInstanceOf(RetryException.class)
        .hasMessage("Meta could not be reached (" + failure.getClass().getSimpleName() + ").");
  }

  static Stream<Throwable> neverConnected() {
    return Stream.of(
        new ConnectException("Connection refused"),
        new ConnectTimeoutException("Connect to graph.facebook.com failed"),
        new HttpConnectTimeoutException("HTTP connect timed out"),
        new UnknownHostException("graph.facebook.com"),
        new NoRouteToHostException("No route to host"),
        new SSLHandshakeException("PKIX path building failed"));
  }

  @ParameterizedTest
  @MethodSource("brokenOff")
  void whoeverFallsSilentAfterwardsMayHaveDoneIt(Throwable failure) {
    assertThat(table("telegram").classify(new CompletionException(failure)))
        .isInstanceOf(ReconcileException.class)
        .hasMessage(
            "Telegram did not answer to the end (" + failure.getClass().getSimpleName() + ").");
  }

  static Stream<Throwable> brokenOff() {
    return Stream.of(
        new SocketTimeoutException("Read timed out"),
        new HttpTimeoutException("request timed out"),
        new SocketException("Connection reset"),
        new NoHttpResponseException("failed to respond"),
        new SSLException("closed"),
        new IOException("Telegram's answer does not say that it is done"));
  }

  @Test
  void aFailureOfOursIsLeftToTheDelivery() {
    assertThat(table("meta").classify(new IllegalStateException("jq"))).isNull();
    assertThat(table("telegram").classify(new TelegramException("no answer", 0, null))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "endpoint rate limit exceeded, retryAt",
    "Channel is disabled, pause",
    "Payment required, pause",
    "Invalid parameter, reject"
  })
  void whatTheGatewayOf360dialogSaysInWordsCountsBeforeItsStatus(String words, String outcome) {
    String body = "{\"meta\":{\"http_code\":400,\"developer_message\":\"" + words + "\"}}";
    assertThat(table("360dialog").classify(http(400, Map.of(), body)))
        .isInstanceOf(OUTCOMES.get(outcome));
  }

  @ParameterizedTest
  @CsvSource({
    "200, Ticket has been expired, true",
    "200, Your plan has expired, false",
    "401, Token session has expired, false",
    "200, , false"
  })
  void onlyARefusalOfTheMessageTellsThatTheWindowIsClosed(int status, String info, boolean closed) {
    String body = "{\"result\":false,\"message\":null,\"info\":\"" + info + "\"}";
    assertThat(table("wati").isOutsideWindow(http(status, Map.of(), body))).isEqualTo(closed);
  }

  @Test
  void theReasonTellsStatusCodeAndWordsAndNeverTheAddress() {
    String address = "https://graph.facebook.com/v23.0/1/messages?access_token=" + SECRET;
    HttpOperationFailedException failure =
        new HttpOperationFailedException(
            address,
            400,
            "Bad Request",
            null,
            Map.of("Set-Cookie", SECRET),
            "{\"error\":{\"code\":131030,\"message\":\"Not allowed\",\"fbtrace_id\":\""
                + SECRET
                + "\"}}");
    assertThat(table("meta").classify(failure))
        .hasMessage("Meta answered HTTP 400, code 131030: Not allowed");
    assertThat(
            table("telegram")
                .classify(
                    new RuntimeCamelException(
                        "https://api.telegram.org/bot" + SECRET,
                        new ConnectException("https://api.telegram.org/bot" + SECRET))))
        .hasMessage("Telegram could not be reached (ConnectException).");
    assertThat(
            table("telegram")
                .classify(new SocketTimeoutException("https://api.telegram.org/bot" + SECRET)))
        .hasMessage("Telegram did not answer to the end (SocketTimeoutException).");
  }

  @Test
  void aLongAnswerIsCutBetweenItsCharacters() {
    String long1 = "x".repeat(100_000);
    String emoji = "😀".repeat(100_000);
    for (String words : List.of(long1, emoji, "y" + emoji)) {
      for (String body :
          List.of(
              "{\"code\":1,\"message\":\"" + words + "\"}",
              "{\"code\":\"" + words + "\",\"message\":\"m\"}")) {
        String reason = table("webhook").classify(http(400, Map.of(), body)).getMessage();
        assertThat(reason.codePointCount(0, reason.length())).isEqualTo(501);
        assertThat(reason).startsWith("The receiver answered HTTP 400, code ").endsWith("…");
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(reason)).isTrue();
      }
    }
  }

  @Test
  void theCauseIsKeptForTheLog() {
    HttpOperationFailedException failure = http(400, Map.of(), "{}");
    assertThat(table("meta").classify(failure)).hasCause(failure);
  }

  @ParameterizedTest
  @CsvSource({"199, retry", "200, reject", "250, reject", "299, reject", "300, retry", "20, retry"})
  void aRangeHoldsBothItsEnds(String code, String outcome) {
    ErrorTable table = new ErrorTable();
    table.setReject("200-299");
    assertThat(table.classify(http(418, Map.of(), "{\"code\":\"" + code + "\"}")))
        .isInstanceOf(OUTCOMES.get(outcome));
  }

  private static Stream<Arguments> codes(String outcome, int... codes) {
    return Arrays.stream(codes).mapToObj(code -> Arguments.of(code, outcome));
  }

  private static ErrorTable table(String remote) {
    return CAMEL.getRegistry().lookupByNameAndType(remote + "Errors", ErrorTable.class);
  }

  private static HttpOperationFailedException meta(int status, int code) {
    return http(
        status,
        Map.of(),
        "{\"error\":{\"message\":\"(#%d)\",\"type\":\"OAuthException\",\"code\":%d}}"
            .formatted(code, code));
  }

  private static HttpOperationFailedException twilio(int status, int code) {
    return http(
        status, Map.of(), "{\"code\":%d,\"message\":\"no\",\"status\":%d}".formatted(code, status));
  }

  private static HttpOperationFailedException http(
      int status, Map<String, String> headers, String body) {
    return new HttpOperationFailedException(
        "https://example.org/", status, "", null, headers, body);
  }

  private static TelegramException telegram(int code, String description, String parameters) {
    String body =
        "{\"ok\":false,\"error_code\":%d,\"description\":\"%s\",\"parameters\":%s}"
            .formatted(code, description, parameters);
    return new TelegramException("Telegram answered HTTP " + code, code, body);
  }

  private static RuntimeCamelException google(int status, String name, HttpHeaders headers) {
    return googleSays(
        status,
        headers,
        name == null
            ? "<html></html>"
            : "{\"error\":{\"code\":%d,\"message\":\"no\",\"status\":\"%s\"}}"
                .formatted(status, name));
  }

  private static RuntimeCamelException googleSays(int status, HttpHeaders headers, String body) {
    return new RuntimeCamelException(
        new GoogleJsonResponseException(
            new HttpResponseException.Builder(status, "", headers).setContent(body),
            new GoogleJsonError()));
  }

  /** As it is thrown: its constructor is the library's own. */
  private static RuntimeCamelException tokenRefused(int status, String error) {
    HttpTransport server =
        new MockHttpTransport.Builder()
            .setLowLevelHttpResponse(
                new MockLowLevelHttpResponse()
                    .setStatusCode(status)
                    .setContentType("application/json")
                    .setContent(error == null ? "{}" : "{\"error\":\"" + error + "\"}"))
            .build();
    TokenRequest request =
        new TokenRequest(
            server,
            GsonFactory.getDefaultInstance(),
            new GenericUrl("https://oauth2.example.org/token"),
            "refresh_token");
    Throwable refused = catchThrowable(request::execute);
    assertThat(refused).isInstanceOf(TokenResponseException.class);
    return new RuntimeCamelException(refused);
  }
}
