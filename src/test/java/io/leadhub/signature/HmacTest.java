package io.leadhub.signature;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HmacTest {

  private static final byte[] MESSAGE = "what do ya want for nothing?".getBytes(US_ASCII);
  private static final String SHA256 =
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

  /** RFC 4231, test case 2. */
  @Test
  void sha256IsAsTheStandardSays() {
    assertThat(Hmac.sha256("Jefe".getBytes(US_ASCII)).hex(MESSAGE)).isEqualTo(SHA256);
    assertThat(Hmac.sha256("Jefe".getBytes(US_ASCII)).base64(MESSAGE))
        .isEqualTo("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
  }

  /** RFC 2202, test case 2. */
  @Test
  void sha1IsAsTheStandardSays() {
    assertThat(Hmac.sha1(List.of("Jefe")).get(0).hex(MESSAGE))
        .isEqualTo("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  }

  @Test
  void aSecretThatIsNotSetSignsNothing() {
    assertThat(Hmac.sha256(Arrays.asList(null, "", " "))).isEmpty();
    assertThat(Hmac.sha1(Collections.singletonList(null))).isEmpty();
    assertThat(Hmac.sha256(Arrays.asList("", "Jefe"))).hasSize(1);
  }

  @Test
  void aHeaderHasToSayExactlyWhatWasSigned() {
    Hmac hmac = Hmac.sha256(List.of("Jefe")).get(0);
    assertThat(hmac.signed(MESSAGE, "sha256=" + SHA256)).isTrue();
    assertThat(hmac.signed(MESSAGE, SHA256)).isFalse();
    assertThat(hmac.signed(MESSAGE, "sha256=" + SHA256 + " ")).isFalse();
    assertThat(hmac.signed(MESSAGE, "")).isFalse();
    assertThat(hmac.signed(MESSAGE, null)).isFalse();
    assertThat(hmac.signed(new byte[0], "sha256=" + SHA256)).isFalse();
  }

  @Test
  void nullEqualsNothing() {
    assertThat(Hmac.same("a", "a")).isTrue();
    assertThat(Hmac.same("a", "b")).isFalse();
    assertThat(Hmac.same("a", "")).isFalse();
    assertThat(Hmac.same("", null)).isFalse();
  }
}
