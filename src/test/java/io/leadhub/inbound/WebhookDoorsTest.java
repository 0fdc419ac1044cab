package io.leadhub.inbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.leadhub.HubSettings;
import io.leadhub.TestSettings;
import io.leadhub.signature.Hmac;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.yaml.snakeyaml.Yaml;

/** Who is let in at /webhook/…: requests are seen as the {@link WebhookFilter} hands them on. */
@ExtendWith(OutputCaptureExtension.class)
class WebhookDoorsTest {

  private static final DefaultCamelContext CAMEL = new DefaultCamelContext();
  private static final HttpRoutes NO_ROUTES = new HttpRoutes(0, new SimpleMeterRegistry());
  private static final byte[] BODY = "{\"entry\":[]}".getBytes(UTF_8);
  private static final String FORM = "MessageSid=SM1&Body=Hi+%26+bye";
  private static final HubSettings NOTHING = TestSettings.of();
  private static final String[] SECRETS = {
    "hub.public-url", "https://hub.example.org",
    "hub.meta.app-secret", "app-secret",
    "hub.meta.verify-token", "verify-me",
    "hub.twilio.auth-token", "twilio-token",
    "hub.d360.webhook-token", "dialog-token",
    "hub.wati.webhook-token", "wati+token/=",
    "hub.generic.token", "generic-token",
    "hub.generic.secret", "generic-secret"
  };
  private static final HubSettings EVERYTHING = TestSettings.of(SECRETS);

  private static final Map<String, String> ACME =
      Map.of(
          "provider", "Acme",
          "token", "acme.token",
          "secret", "acme.secret",
          "previousSecret", "acme.old",
          "signatureHeader", "X-Acme-Signature");

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
  void whileASecretIsReplacedTheOldAndTheNewOneAreGood() throws Exception {
    String[] both = {
      "hub.public-url", "https://hub.example.org",
      "hub.meta.app-secret", "new-secret",
      "hub.meta.previous-app-secret", "app-secret",
      "hub.twilio.auth-token", "new-token",
      "hub.twilio.previous-auth-token", "twilio-token",
      "hub.d360.webhook-token", "new-token",
      "hub.d360.previous-webhook-token", "old-token",
      "hub.wati.webhook-token", "new-token",
      "hub.wati.previous-webhook-token", "old-token"
    };
    HubSettings rotating = TestSettings.of(both);
    for (String secret : List.of("new-secret", "app-secret")) {
      MockHttpServletRequest meta = post("/webhook/whatsapp/meta", BODY);
      meta.addHeader("X-Hub-Signature-256", sha256(secret, BODY));
      assertThat(new MetaWebhook(rotating).verified(filtered(meta))).isEqualTo(BODY);
    }
    for (String secret : List.of("new-token", "twilio-token")) {
      MockHttpServletRequest twilio = form("/webhook/whatsapp/twilio");
      String url = "https://hub.example.org/webhook/whatsapp/twilio";
      twilio.addHeader("X-Twilio-Signature", twilio(secret, url));
      assertThat(new TwilioWebhook(rotating).verified(filtered(twilio))).isNotEmpty();
    }
    for (String token : List.of("new-token", "old-token")) {
      MockHttpServletRequest d360 = bearer("/webhook/whatsapp/360dialog", token);
      MockHttpServletRequest wati = bearer("/webhook/whatsapp/wati", token);
      assertThat(door("360dialog", both).verified(filtered(d360))).isEqualTo(BODY);
      assertThat(door("wati", both).verified(filtered(wati))).isEqualTo(BODY);
    }
    HttpServletRequest neither = filtered(bearer("/webhook/whatsapp/wati", "older-token"));
    assertRefused(401, () -> door("wati", both).verified(neither));
  }

  /** The one before is to fade away: it does not open a door by itself. */
  @Test
  void theSecretBeforeAloneLetsNobodyIn() throws Exception {
    String[] before = {
      "hub.meta.previous-app-secret", "app-secret",
      "hub.twilio.previous-auth-token", "twilio-token",
      "hub.d360.previous-webhook-token", "old-token",
      "hub.wati.previous-webhook-token", "old-token"
    };
    HubSettings old = TestSettings.of(before);
    MockHttpServletRequest request = bearer("/webhook/whatsapp/meta", "old-token");
    request.addHeader("X-Hub-Signature-256", sha256("app-secret", BODY));
    HttpServletRequest filtered = filtered(request);
    assertRefused(403, () -> new MetaWebhook(old).verified(filtered));
    assertRefused(403, () -> new TwilioWebhook(old).verified(filtered));
    assertRefused(403, () -> door("360dialog", before).verified(filtered));
    assertRefused(403, () -> door("wati", before).verified(filtered));
  }

  @Test
  void dialog360IsLetInByOurTokenInTheAddressOrInAHeader() throws Exception {
    WebhookDoor d360 = door("360dialog", SECRETS);
    MockHttpServletRequest address = post("/webhook/whatsapp/360dialog", BODY);
    address.setQueryString("token=dialog-token");
    assertThat(d360.verified(filtered(address))).isEqualTo(BODY);
    assertThat(d360.verified(filtered(bearer("/webhook/whatsapp/360dialog", "dialog-token"))))
        .isEqualTo(BODY);
  }

  @Test
  void watiIsLetInByATokenWithAnyLetters() throws Exception {
    MockHttpServletRequest request = post("/webhook/whatsapp/wati", BODY);
    request.setQueryString("a=b&token=wati%2Btoken%2F%3D");
    assertThat(door("wati", SECRETS).verified(filtered(request))).isEqualTo(BODY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "token=", "token=wrong", "token=dialog-token2", "Token=dialog-token", "token"})
  void whoShowsAnotherTokenOrNoneIsRefused(String query) throws Exception {
    MockHttpServletRequest request = post("/webhook/whatsapp/360dialog", BODY);
    request.setQueryString(query);
    request.addHeader("Authorization", "Basic dialog-token");
    HttpServletRequest filtered = filtered(request);
    assertRefused(401, () -> door("360dialog", SECRETS).verified(filtered));
    assertRefused(401, () -> door("wati", SECRETS).verified(filtered));
  }

  /** A form's field is no part of the address. */
  @Test
  void aTokenInTheBodyIsNoToken() throws Exception {
    MockHttpServletRequest request =
        post("/webhook/whatsapp/360dialog", "token=dialog-token".getBytes(UTF_8));
    request.setContentType("application/x-www-form-urlencoded");
    request.setParameter("token", "dialog-token");
    HttpServletRequest filtered = filtered(request);
    assertRefused(401, () -> door("360dialog", SECRETS).verified(filtered));
  }

  @Test
  void withoutATokenNobodyIsLetInAndTheLogSaysWhichOneToSet(CapturedOutput log) throws Exception {
    HttpServletRequest request = filtered(bearer("/webhook/whatsapp/360dialog", ""));
    assertRefused(403, () -> door("360dialog").verified(request));
    assertRefused(403, () -> door("wati").verified(request));
    assertThat(log)
        .contains("set hub.d360.webhook-token (D360_WEBHOOK_TOKEN)")
        .contains("set hub.wati.webhook-token (WATI_WEBHOOK_TOKEN)");
  }

  /** The hash is of this very secret and body, in both ways to write it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "696e20d350da89e2152a74974cd63cbb3a84781ec1ed31762a9d515f0d37bc31",
        "aW4g01DaieIVKnSXTNY8uzqEeB7B7TF2Kp1RXw03vDE="
      })
  void where360dialogSignsItsSignatureCountsBesideTheToken(String signature) throws Exception {
    WebhookDoor d360 =
        door(
            "360dialog",
            "hub.d360.webhook-token",
            "dialog-token",
            "hub.d360.signature-secret",
            "dialog360-platform-secret-1");
    MockHttpServletRequest signed = bearer("/webhook/whatsapp/360dialog", "dialog-token");
    signed.setContent(MetaSignatureTest.HELLO);
    signed.addHeader("x-360dialog-signature", signature);
    assertThat(d360.verified(filtered(signed))).isEqualTo(MetaSignatureTest.HELLO);

    MockHttpServletRequest changed = bearer("/webhook/whatsapp/360dialog", "dialog-token");
    changed.addHeader("x-360dialog-signature", signature);
    HttpServletRequest wrong = filtered(changed);
    assertRefused(401, () -> d360.verified(wrong));
    HttpServletRequest none = filtered(bearer("/webhook/whatsapp/360dialog", "dialog-token"));
    assertRefused(401, () -> d360.verified(none));
    MockHttpServletRequest untold = post("/webhook/whatsapp/360dialog", MetaSignatureTest.HELLO);
    untold.addHeader("x-360dialog-signature", signature);
    HttpServletRequest withoutToken = filtered(untold);
    assertRefused(401, () -> d360.verified(withoutToken));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.77, true",
    "192.0.3.1, false",
    "2001:db8::1, true",
    "2001:db9::1, false",
    "203.0.113.5, true",
    "203.0.113.6, false",
    "hub.example.org, false",
    "unknown, false",
    "'', false"
  })
  void whereNetworksAreNamedOthersAreRefused(String address, boolean letIn) throws Exception {
    String[] settings = networks("192.0.2.0/24", "2001:db8::/32", "203.0.113.5");
    List<ThrowingCallable> knocks = knocks(settings, address);
    for (ThrowingCallable knock : knocks) {
      if (letIn) {
        assertThatCode(knock).doesNotThrowAnyException();
      } else {
        assertThat(assertRefused(403, knock))
            .isEqualTo("Webhooks are not taken from this address.");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.0/33", "300.1.1.1", "hub.example.org", "192.0.2.0/", "cafe", ""})
  void aNetworkThatIsNoneStopsTheStartAndSaysWhichKeyItWas(String network) {
    assertThatThrownBy(() -> new MetaWebhook(TestSettings.of(networks(network))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("hub.meta.networks holds “" + network + "”, which is no network");
    assertThatThrownBy(() -> door("wati", networks(network)))
        .hasMessageContaining("hub.wati.networks holds “" + network + "”");
  }

  /** What would be stripped is signed, so it is there until the signature was compared. */
  @Test
  void aBodyWithNulCharactersIsComparedAndKeptAsItCame() throws Exception {
    byte[] body = "{\"entry\":[],\"x\":\"a\0b\"}".getBytes(UTF_8);
    MockHttpServletRequest request = post("/webhook/whatsapp/meta", body);
    request.addHeader("X-Hub-Signature-256", sha256("app-secret", body));
    assertThat(new MetaWebhook(EVERYTHING).verified(filtered(request))).isEqualTo(body);

    MockHttpServletRequest stripped =
        post("/webhook/whatsapp/meta", "{\"entry\":[],\"x\":\"ab\"}".getBytes(UTF_8));
    stripped.addHeader("X-Hub-Signature-256", sha256("app-secret", body));
    HttpServletRequest filtered = filtered(stripped);
    assertRefused(401, () -> new MetaWebhook(EVERYTHING).verified(filtered));
  }

  @Test
  void aSignatureAloneLetsInWhereNoTokenIsSetAndTheOneBeforeIsGoodBesideIt() throws Exception {
    WebhookDoor door =
        door(ACME, "acme.token", "", "acme.secret", "new-secret", "acme.old", "old-secret");
    for (String secret : List.of("new-secret", "old-secret")) {
      MockHttpServletRequest request = post("/webhook/whatsapp/acme", BODY);
      request.addHeader("X-Acme-Signature", sha256(secret, BODY));
      assertThat(door.verified(filtered(request))).isEqualTo(BODY);
    }
    MockHttpServletRequest another = post("/webhook/whatsapp/acme", BODY);
    another.addHeader("X-Acme-Signature", sha256("another-secret", BODY));
    HttpServletRequest wrong = filtered(another);
    assertThat(assertRefused(401, () -> door.verified(wrong)))
        .isEqualTo("X-Acme-Signature is missing or wrong.");
    HttpServletRequest unsigned = filtered(bearer("/webhook/whatsapp/acme", ""));
    assertRefused(401, () -> door.verified(unsigned));
  }

  @Test
  void theSecretBeforeAloneLetsNobodyInAtADeclaredDoorEither(CapturedOutput log) throws Exception {
    WebhookDoor door = door(ACME, "acme.token", "", "acme.secret", "", "acme.old", "old-secret");
    MockHttpServletRequest request = post("/webhook/whatsapp/acme", BODY);
    request.addHeader("X-Acme-Signature", sha256("old-secret", BODY));
    HttpServletRequest filtered = filtered(request);
    assertThat(assertRefused(403, () -> door.verified(filtered)))
        .isEqualTo("Acme is not configured here.");
    assertThat(log).contains("acme.token").contains(" or ").contains("acme.secret");
  }

  @Test
  void withoutItsSecretTheDoorOfAProviderOfYourOwnIsShutAndTheLogSaysWhichToSet(CapturedOutput log)
      throws Exception {
    Map<?, ?> acme =
        declared(Path.of("src/test/resources/provider/acme/routes/in/acme.camel.yaml"));
    WebhookDoor door = door(acme, "acme.webhook-secret", "${ACME_WEBHOOK_SECRET:}");
    MockHttpServletRequest request = post("/webhook/whatsapp/acme", BODY);
    request.addHeader("X-Acme-Signature", sha256("a", BODY));
    HttpServletRequest filtered = filtered(request);
    assertRefused(403, () -> door.verified(filtered));
    assertThat(log).contains("set acme.webhook-secret (ACME_WEBHOOK_SECRET).");
  }

  /** Where its name is mistyped, the door would lack a lock. */
  @Test
  void aDoorThatNamesASettingThatNobodySetStopsTheStart() {
    assertThatThrownBy(() -> door(ACME, "acme.token", "t", "acme.secret", "s"))
        .hasMessageContaining("A door names the setting acme.old, and there is none.");
  }

  @Test
  void twiliosJsonIsLetInByItsHashInTheAddress() throws Exception {
    byte[] json = "{\"hello\":\"world\"}".getBytes(UTF_8);
    String query = "bodySHA256=93a23971a914e5eacbf0a8d25154cda309c3c1c72fbb9914d47c60f3cb681588";
    MockHttpServletRequest request = post("/webhook/whatsapp/twilio", json);
    request.setContentType("application/json");
    request.setQueryString(query);
    request.addHeader(
        "X-Twilio-Signature",
        Hmac.sha1(List.of("twilio-token"))
            .get(0)
            .base64(("https://hub.example.org/webhook/whatsapp/twilio?" + query).getBytes(UTF_8)));
    assertThat(new TwilioWebhook(EVERYTHING).verified(filtered(request))).isEqualTo(json);
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
    MockHttpServletRequest address = post("/webhook/whatsapp/wati", BODY);
    address.setQueryString("token=another-token");
    HttpServletRequest filteredAddress = filtered(address);
    assertThat(assertRefused(401, () -> door("wati", SECRETS).verified(filteredAddress)))
        .doesNotContain("another-token");
    assertRefused(403, () -> door("wati").verified(filteredAddress));
    assertThat(log.getAll())
        .doesNotContain("another-token")
        .doesNotContain("generic-token")
        .doesNotContain("wati+token");
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
    assertRefused(404, () -> door("360dialog", SECRETS).verified(request));
    assertRefused(404, () -> door("wati", SECRETS).verified(request));
  }

  /** As the route file declares it. */
  private static WebhookDoor door(String provider, String... settings) {
    return door(declared(Path.of("routes/in/" + provider + ".camel.yaml")), settings);
  }

  private static Map<?, ?> declared(Path route) {
    try (Reader file = Files.newBufferedReader(route)) {
      List<?> beans = (List<?>) ((Map<?, ?>) ((List<?>) new Yaml().load(file)).get(0)).get("beans");
      assertThat(((Map<?, ?>) beans.get(0)).get("type")).isEqualTo(WebhookDoor.class.getName());
      return (Map<?, ?>) ((Map<?, ?>) beans.get(0)).get("properties");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WebhookDoor door(Map<?, ?> properties, String... settings) {
    WebhookDoor door = new WebhookDoor(TestSettings.environment(settings));
    PropertyAccessorFactory.forBeanPropertyAccess(door).setPropertyValues(properties);
    return door;
  }

  private static String[] networks(String... networks) {
    List<String> set = new ArrayList<>();
    for (String provider : List.of("meta", "twilio", "d360", "wati")) {
      for (int i = 0; i < networks.length; i++) {
        set.addAll(List.of("hub." + provider + ".networks[" + i + "]", networks[i]));
      }
    }
    set.addAll(
        List.of(
            "hub.public-url", "https://hub.example.org",
            "hub.meta.app-secret", "app-secret",
            "hub.meta.verify-token", "verify-me",
            "hub.twilio.auth-token", "twilio-token",
            "hub.d360.webhook-token", "t",
            "hub.wati.webhook-token", "t"));
    return set.toArray(String[]::new);
  }

  /** One good request to each door, from that address. */
  private static List<ThrowingCallable> knocks(String[] set, String address) throws Exception {
    MockHttpServletRequest any = bearer("/webhook/whatsapp/meta", "t");
    any.addHeader("X-Hub-Signature-256", sha256("app-secret", BODY));
    any.setRemoteAddr(address);
    HttpServletRequest request = filtered(any);
    MockHttpServletRequest form = form("/webhook/whatsapp/twilio");
    form.addHeader(
        "X-Twilio-Signature",
        twilio("twilio-token", "https://hub.example.org/webhook/whatsapp/twilio"));
    form.setRemoteAddr(address);
    HttpServletRequest posted = filtered(form);
    MockHttpServletRequest asked = handshake("verify-me");
    asked.setRemoteAddr(address);
    HttpServletRequest handshake = filtered(asked);
    HubSettings settings = TestSettings.of(set);
    return List.of(
        () -> new MetaWebhook(settings).verified(request),
        () -> new MetaWebhook(settings).handshake(handshake),
        () -> new TwilioWebhook(settings).verified(posted),
        () -> door("360dialog", set).verified(request),
        () -> door("wati", set).verified(request));
  }

  private static MockHttpServletRequest bearer(String path, String token) {
    MockHttpServletRequest request = post(path, BODY);
    request.addHeader("Authorization", "Bearer " + token);
    return request;
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
    return twilio("twilio-token", url);
  }

  private static String twilio(String token, String url) {
    return Hmac.sha1(List.of(token))
        .get(0)
        .base64((url + "BodyHi & byeMessageSidSM1").getBytes(UTF_8));
  }
}
