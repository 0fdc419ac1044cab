package io.leadhub.inbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TwilioSignatureTest {

  private static final String TOKEN = "twilio-auth-token-1";
  private static final String FORM = "application/x-www-form-urlencoded; charset=UTF-8";
  private static final String URL = "https://hub.example.org/webhooks/twilio/acme?src=wa";

  private static final byte[] HELLO =
      bytes(
          "MessageSid=SM00000000000000000000000000000001&From=whatsapp%3A%2B15550002222"
              + "&To=whatsapp%3A%2B15550001111"
              + "&Body=Hi+%26+50%25+off+%E2%80%93+%D7%A9%D7%9C%D7%95%D7%9D"
              + "&NumMedia=0&ProfileName=Dana+Levi&WaId=15550002222");
  private static final String HELLO_SIGNED = "hz+5zEwlEqMUemnCqTQvlaP+ilk=";
  private static final String HELLO_SIGNED_WITH_PORT = "Yq7DDW6MjVf8FSB/Y4NHy3tGb+k=";

  private static final byte[] JSON = bytes("{\"hello\":\"world\"}");
  private static final String JSON_URL =
      "https://hub.example.org/webhooks/twilio/acme"
          + "?bodySHA256=93a23971a914e5eacbf0a8d25154cda309c3c1c72fbb9914d47c60f3cb681588";
  private static final String JSON_SIGNED = "hwkmgw1E+UMHnB991xnLEUwfnBg=";

  private final TwilioSignature signature = new TwilioSignature(List.of(TOKEN));

  @Test
  void aSignedFormMatches() {
    assertThat(signature.matches(URL, HELLO, FORM, HELLO_SIGNED)).isTrue();
  }

  @Test
  void itMatchesWhenTwilioSignedThePortToo() {
    assertThat(signature.matches(URL, HELLO, FORM, HELLO_SIGNED_WITH_PORT)).isTrue();
  }

  @Test
  void itMatchesWhenTwilioLeftThePortOut() {
    String withPort = URL.replace(".org/", ".org:443/");
    assertThat(signature.matches(withPort, HELLO, FORM, HELLO_SIGNED)).isTrue();
    assertThat(signature.matches(withPort, HELLO, FORM, HELLO_SIGNED_WITH_PORT)).isTrue();
    String odd = URL.replace(".org/", ".org:8443/");
    assertThat(signature.matches(odd, HELLO, FORM, HELLO_SIGNED)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://hub.example.org/in,        http://hub.example.org:80/in",
    "http://hub.example.org:80/in,     http://hub.example.org/in",
    "https://hub.example.org,          https://hub.example.org:443",
    "https://hub.example.org?a=1,      https://hub.example.org:443?a=1",
    "https://u:42@hub.example.org/in,  https://u:42@hub.example.org:443/in",
    "https://u:p@hub.example.org:1/in, https://u:p@hub.example.org/in",
    "https://[2001:db8::1]/in,         https://[2001:db8::1]:443/in",
    "https://h.example.org/in?at=1:2,  https://h.example.org:443/in?at=1:2"
  })
  void thePortIsFoundInEveryKindOfUrl(String url, String signedUrl) {
    assertThat(signature.matches(url, bytes("A=b"), FORM, sign(signedUrl + "Ab"))).isTrue();
  }

  @Test
  void theSchemesOwnPortIsNotTheOtherSchemes() {
    String signed = sign("http://hub.example.org:443/inAb");
    assertThat(signature.matches("http://hub.example.org/in", bytes("A=b"), FORM, signed))
        .isFalse();
  }

  @Test
  void aQuoteInTheQueryMayBeSignedInEitherSpelling() {
    String plain = "https://hub.example.org/in?name=O'Hara";
    String escaped = "https://hub.example.org/in?name=O%27Hara";
    assertThat(signature.matches(plain, bytes("A=b"), FORM, sign(escaped + "Ab"))).isTrue();
    assertThat(signature.matches(escaped, bytes("A=b"), FORM, sign(plain + "Ab"))).isTrue();
    assertThat(signature.matches(plain, bytes("A=b"), FORM, sign(plain + "Ab"))).isTrue();
  }

  @Test
  void theRestOfTheQueryIsSignedAsItWasSent() {
    String sent = "https://hub.example.org/in?q=a%20b";
    assertThat(
            signature.matches(sent, bytes("A=b"), FORM, sign("https://hub.example.org/in?q=a bAb")))
        .isFalse();
    assertThat(signature.matches(sent, bytes("A=b"), FORM, sign(sent + "Ab"))).isTrue();
  }

  @Test
  void aRepeatedNameCountsOnceForEachDifferentValue() {
    byte[] repeated = bytes("Tag=b&Tag=a&Tag=a");
    assertThat(signature.matches(URL, repeated, FORM, "ZPmpNAN6RyW7Uvzvksw5OSmhxoQ=")).isTrue();
  }

  @Test
  void anEmptyValueIsSignedByItsNameAndSpacesStay() {
    byte[] body = bytes("b=+x+&a=&B=1");
    assertThat(signature.matches(URL, body, FORM, sign(URL + "B1ab x "))).isTrue();
  }

  @Test
  void theOrderOfFieldsDoesNotMatter() {
    byte[] turned = bytes("b=2&a=1");
    assertThat(signature.matches(URL, turned, FORM, sign(URL + "a1b2"))).isTrue();
  }

  @Test
  void aFieldMoreAFieldLessOrAnotherUrlIsRefused() {
    byte[] more = bytes(new String(HELLO, UTF_8) + "&Extra=1");
    byte[] less = bytes(new String(HELLO, UTF_8).replace("&NumMedia=0", ""));
    assertThat(signature.matches(URL, more, FORM, HELLO_SIGNED)).isFalse();
    assertThat(signature.matches(URL, less, FORM, HELLO_SIGNED)).isFalse();
    assertThat(signature.matches(URL.replace("acme", "other"), HELLO, FORM, HELLO_SIGNED))
        .isFalse();
    assertThat(signature.matches(URL.replace("https", "http"), HELLO, FORM, HELLO_SIGNED))
        .isFalse();
  }

  @Test
  void jsonIsSignedByItsHashInTheQuery() {
    assertThat(signature.matches(JSON_URL, JSON, "application/json", JSON_SIGNED)).isTrue();
  }

  @Test
  void otherJsonThanTheHashedIsRefused() {
    byte[] other = bytes("{\"hello\":\"World\"}");
    assertThat(signature.matches(JSON_URL, other, "application/json", JSON_SIGNED)).isFalse();
  }

  @Test
  void jsonWithoutAHashIsRefused() {
    assertThat(signature.matches(URL, JSON, "application/json", sign(URL))).isFalse();
    String bare = "https://hub.example.org/in";
    assertThat(signature.matches(bare, JSON, null, sign(bare))).isFalse();
  }

  @Test
  void aFormCannotBePassedOffAsJson() {
    assertThat(signature.matches(URL, HELLO, "application/json", HELLO_SIGNED)).isFalse();
    assertThat(signature.matches(URL, HELLO, null, HELLO_SIGNED)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-Urlencoded;charset=utf-8"
      })
  void aFormIsKnownByItsMediaType(String contentType) {
    assertThat(signature.matches(URL, HELLO, contentType, HELLO_SIGNED)).isTrue();
  }

  @Test
  void aMissingOrOtherHeaderIsRefused() {
    assertThat(signature.matches(URL, HELLO, FORM, null)).isFalse();
    assertThat(signature.matches(URL, HELLO, FORM, "")).isFalse();
    assertThat(signature.matches(URL, HELLO, FORM, HELLO_SIGNED.toLowerCase())).isFalse();
    assertThat(signature.matches(URL, HELLO, FORM, HELLO_SIGNED.replace("=", ""))).isFalse();
  }

  @Test
  void whileATokenIsReplacedTheOldAndTheNewOneMatch() {
    assertThat(
            new TwilioSignature(List.of("twilio-auth-token-2", TOKEN))
                .matches(URL, HELLO, FORM, HELLO_SIGNED))
        .isTrue();
    assertThat(
            new TwilioSignature(List.of("twilio-auth-token-2"))
                .matches(URL, HELLO, FORM, HELLO_SIGNED))
        .isFalse();
  }

  @Test
  void withoutATokenNothingMatches() {
    assertThat(new TwilioSignature(List.of()).matches(URL, HELLO, FORM, HELLO_SIGNED)).isFalse();
    assertThat(
            new TwilioSignature(Arrays.asList("", " ", null))
                .matches(URL, HELLO, FORM, HELLO_SIGNED))
        .isFalse();
  }

  @Test
  void aUrlThatIsNoneIsRefusedWithoutAnError() {
    for (String url : List.of("", "/webhooks/twilio", "hub.example.org", "https://")) {
      assertThat(signature.matches(url, HELLO, FORM, HELLO_SIGNED)).isFalse();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** What Twilio's rule gives for an already glued text. */
  private static String sign(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(bytes(TOKEN), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(bytes(text)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
