package io.leadhub.inbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.leadhub.HubSettings;
import io.leadhub.TestSettings;
import io.leadhub.signature.Hmac;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Who is let in at /webhook/…: requests are seen as the {@link WebhookFilter} hands them on. */
@ExtendWith(OutputCaptureExtension.class)
class WebhookDoorsTest {

  private static final DefaultCamelContext CAMEL = new DefaultCamelContext();
  private static final HttpRoutes NO_ROUTES = new HttpRoutes(0, new SimpleMeterRegistry());
  private static final byte[] BODY = "{\"entry\":[]}".getBytes(UTF_8);
  private static final String FORM = "MessageSid=SM1&Body=Hi+%26+bye";
  private static final HubSettings NOTHING = TestSettings.of();
  private static final HubSettings EVERYTHING =
      TestSettings.of(
          "hub.public-url", "https://hub.example.org",
          "hub.meta.app-secret", "app-secret",
          "hub.meta.verify-token", "verify-me",
          "hub.twilio.auth-token", "twilio-token",
          "hub.generic.token", "generic-token",
          "hub.generic.secret", "generic-secret");

  @BeforeAll
  static void startTheRoutes() {
    CAMEL.start();
  }

  @AfterAll
  static void stopTheRoutes() {
    CAMEL.stop();
  }

  @Test
  void metaIsLetInByItsSignature() throws Exception {
    MockHttpServletRequest request = post("/webhook/whatsapp", BODY);
    request.addHeader("X-Hub-Signature-256", sha256("app-secret", BODY));
    assertThat(new MetaWebhook(EVERYTHING).verified(filtered(request))).isEqualTo(BODY);
  }

  @Test
  void metaIsRefusedWithAWrongSignatureOrNone() throws Exception {
    MetaWebhook meta = new MetaWebhook(EVERYTHING);
    MockHttpServletRequest wrong = post("/webhook/whatsapp/meta", BODY);
    wrong.addHeader("X-Hub-Signature-256", sha256("another-secret", BODY));
    HttpServletRequest none = filtered(post("/webhook/whatsapp/meta", BODY));
    HttpServletRequest filteredWrong = filtered(wrong);
    assertRefused(401, () -> meta.verified(filteredWrong));
    assertRefused(401, () -> meta.verified(none));
  }

  @Test
  void metaIsRefusedWhileThereIsNoSecretAndTheLogSaysWhichOneToSet(CapturedOutput log)
      throws Exception {
    MockHttpServletRequest request = post("/webhook/whatsapp/meta", BODY);
    request.addHeader("X-Hub-Signature-256", sha256("app-secret", BODY));
    HttpServletRequest filtered = filtered(request);
    assertRefused(403, () -> new MetaWebhook(NOTHING).verified(filtered));
    assertThat(log).contains("set hub.meta.app-secret (META_APP_SECRET)");
  }

  @Test
  void metasHandshakeIsAnsweredWithItsChallenge() throws Exception {
    assertThat(new MetaWebhook(EVERYTHING).handshake(filtered(handshake("verify-me"))))
        .isEqualTo("11 58/2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1",
        "hub.mode=unsubscribe&hub.verify_token=verify-me&hub.challenge=1",
        "hub.mode=subscribe&hub.verify_token=verify-me",
        "hub.mode=subscribe&hub.verify_token=&hub.challenge=1",
        "hub.verify_token=verify-me&hub.challenge=1",
        ""
      })
  void aHandshakeThatIsNotMetasIsRefused(String query) throws Exception {
    HttpServletRequest request = filtered(handshakeWith(query));
    assertRefused(403, () -> new MetaWebhook(EVERYTHING).handshake(request));
  }

  @Test
  void aHandshakeIsRefusedWhileThereIsNoTokenAndTheLogSaysWhichOneToSet(CapturedOutput log)
      throws Exception {
    HttpServletRequest request = filtered(handshake(""));
    assertRefused(403, () -> new MetaWebhook(NOTHING).handshake(request));
    assertThat(log).contains("set hub.meta.verify-token (META_VERIFY_TOKEN)");
  }

  @ParameterizedTest
  @CsvSource({
    "/webhook/whatsapp/twilio, ",
    "/webhook/whatsapp, ",
    "/webhook/whatsapp/twilio, a=%27b&c"
  })
  void twilioIsLetInByTheSignatureOfTheAddressItWasGiven(String path, String query)
      throws Exception {
    MockHttpServletRequest request = form(path);
    request.setQueryString(query);
    String url = "https://hub.example.org" + path + (query == null ? "" : "?" + query);
    request.addHeader("X-Twilio-Signature", twilio(url));
    assertThat(new TwilioWebhook(EVERYTHING).verified(filtered(request)))
        .isEqualTo(FORM.getBytes(UTF_8));
  }

  @Test
  void twilioIsRefusedWhenItSignedAnotherAddressOrNothing() throws Exception {
    TwilioWebhook twilio = new TwilioWebhook(EVERYTHING);
    MockHttpServletRequest elsewhere = form("/webhook/whatsapp/twilio");
    elsewhere.addHeader("X-Twilio-Signature", twilio("https://hub.example.org/webhook/whatsapp"));
    HttpServletRequest wrong = filtered(elsewhere);
    HttpServletRequest none = filtered(form("/webhook/whatsapp/twilio"));
    assertThat(assertRefused(401, () -> twilio.verified(wrong))).contains("HUB_PUBLIC_URL");
    assertRefused(401, () -> twilio.verified(none));
  }

  @Test
  void twilioIsRefusedWhileThereIsNoTokenAndTheLogSaysWhichOneToSet(CapturedOutput log)
      throws Exception {
    HttpServletRequest request = filtered(form("/webhook/whatsapp/twilio"));
    assertRefused(403, () -> new TwilioWebhook(NOTHING).verified(request));
    assertThat(log).contains("set hub.twilio.auth-token (TWILIO_AUTH_TOKEN)");
  }

  @Test
  void anotherSystemIsLetInByItsTokenOrItsSignature() throws Exception {
    GenericWebhook generic = new GenericWebhook(EVERYTHING);
    MockHttpServletRequest token = post("/webhook/lead", BODY);
    token.addHeader("Authorization", "Bearer generic-token");
    MockHttpServletRequest signature = post("/webhook/lead", BODY);
    signature.addHeader("X-LeadHub-Signature", sha256("generic-secret", BODY));
    assertThat(generic.verified(filtered(token))).isEqualTo(BODY);
    assertThat(generic.verified(filtered(signature))).isEqualTo(BODY);
  }

  @Test
  void anotherSystemIsRefusedWithAWrongTokenOrNone() throws Exception {
    GenericWebhook generic = new GenericWebhook(EVERYTHING);
    MockHttpServletRequest wrong = post("/webhook/lead", BODY);
    wrong.addHeader("Authorization", "Bearer another-token");
    HttpServletRequest filteredWrong = filtered(wrong);
    HttpServletRequest none = filtered(post("/webhook/lead", BODY));
    assertRefused(401, () -> generic.verified(filteredWrong));
    assertRefused(401, () -> generic.verified(none));
  }

  @Test
  void aTokenInTheQueryIsNoToken() throws Exception {
    MockHttpServletRequest request = post("/webhook/lead", BODY);
    request.setQueryString("Authorization=Bearer+generic-token");
    HttpServletRequest filtered = filtered(request);
    assertRefused(401, () -> new GenericWebhook(EVERYTHING).verified(filtered));
  }

  @Test
  void anotherSystemIsRefusedWhileNothingIsSetAndTheLogSaysWhatToSet(CapturedOutput log)
      throws Exception {
    MockHttpServletRequest request = post("/webhook/lead", BODY);
    request.addHeader("Authorization", "Bearer ");
    HttpServletRequest filtered = filtered(request);
    assertRefused(403, () -> new GenericWebhook(NOTHING).verified(filtered));
    assertThat(log)
        .contains("hub.generic.token (LEAD_WEBHOOK_TOKEN)")
        .contains("hub.generic.secret (LEAD_WEBHOOK_SECRET)");
  }

  @Test
  void noSecretIsLogged(CapturedOutput log) throws Exception {
    MockHttpServletRequest request = post("/webhook/lead", BODY);
    request.addHeader("Authorization", "Bearer another-token");
    HttpServletRequest filtered = filtered(request);
    assertRefused(401, () -> new GenericWebhook(EVERYTHING).verified(filtered));
    assertThat(log.getAll()).doesNotContain("another-token").doesNotContain("generic-token");
  }

  @Test
  void whoeverFindsAWayAroundTheFilterIsRefused() {
    MockHttpServletRequest request = post("/webhook/lead", BODY);
    request.addHeader("Authorization", "Bearer generic-token");
    request.addHeader("X-Hub-Signature-256", sha256("app-secret", new byte[0]));
    request.addHeader("X-Twilio-Signature", "x");
    assertRefused(404, () -> new GenericWebhook(EVERYTHING).verified(request));
    assertRefused(404, () -> new MetaWebhook(EVERYTHING).verified(request));
    assertRefused(404, () -> new TwilioWebhook(EVERYTHING).verified(request));
  }

  private static String assertRefused(int status, ThrowingCallable knock) {
    WebhookRefusedException refused = catchThrowableOfType(WebhookRefusedException.class, knock);
    assertThat(refused).isNotNull();
    assertThat(refused.getStatus()).isEqualTo(status);
    assertThat(refused.getProblem()).contains("\"status\":" + status);
    return refused.getMessage();
  }

  private static HttpServletRequest filtered(MockHttpServletRequest request) throws Exception {
    MockFilterChain chain = new MockFilterChain();
    new WebhookFilter(CAMEL, NO_ROUTES, EVERYTHING)
        .doFilter(request, new MockHttpServletResponse(), chain);
    return (HttpServletRequest) chain.getRequest();
  }

  private static MockHttpServletRequest handshake(String token) {
    return handshakeWith(
        "hub.mode=subscribe&hub.verify_token=" + token + "&hub.challenge=11%2058%2F2");
  }

  private static MockHttpServletRequest handshakeWith(String query) {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/webhook/whatsapp/meta");
    request.setServletPath("/webhook/whatsapp/meta");
    request.setQueryString(query);
    return request;
  }

  private static MockHttpServletRequest form(String path) {
    MockHttpServletRequest request = post(path, FORM.getBytes(UTF_8));
    request.setContentType("application/x-www-form-urlencoded; charset=UTF-8");
    return request;
  }

  private static MockHttpServletRequest post(String path, byte[] body) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", path);
    request.setServletPath(path);
    request.setContent(body);
    return request;
  }

  private static String sha256(String secret, byte[] body) {
    return "sha256=" + Hmac.sha256(secret.getBytes(UTF_8)).hex(body);
  }

  private static String twilio(String url) {
    return Hmac.sha1(List.of("twilio-token"))
        .get(0)
        .base64((url + "BodyHi & byeMessageSidSM1").getBytes(UTF_8));
  }
}
