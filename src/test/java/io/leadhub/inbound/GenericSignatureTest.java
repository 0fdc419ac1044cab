package io.leadhub.inbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenericSignatureTest {

  private static final byte[] BODY = "{\"from\":\"15550002222\",\"body\":\"Hi\"}".getBytes(UTF_8);

  /** {@code printf '%s' "$BODY" | openssl dgst -sha256 -hmac lead-secret-1} */
  private static final String SIGNED =
      "sha256=0ca2626ced23d4c2ea7e9991e44d55c73fd97aea7638a5854ba496b88e9cb954";

  private final GenericSignature signature = new GenericSignature("lead-token-1", "lead-secret-1");

  @Test
  void theTokenIsEnough() {
    assertThat(signature.matches(BODY, "Bearer lead-token-1", null)).isTrue();
  }

  @Test
  void theSignatureIsEnough() {
    assertThat(signature.matches(BODY, null, SIGNED)).isTrue();
  }

  @Test
  void aGoodSignatureStandsBesideAnAuthorizationMeantForSomeoneElse() {
    assertThat(signature.matches(BODY, "Basic cHJveHk6cHJveHk=", SIGNED)).isTrue();
  }

  @Test
  void theSchemeIsReadInAnyCase() {
    assertThat(signature.matches(BODY, "bearer lead-token-1", null)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "lead-token-1",
        "Basic lead-token-1",
        "Bearer lead-token-2",
        "Bearer lead-token-1x",
        "Bearer Lead-Token-1",
        "Bearer lead-secret-1"
      })
  void anotherAuthorizationIsRefused(String header) {
    assertThat(signature.matches(BODY, header, null)).isFalse();
  }

  @Test
  void aSignatureOfOtherBytesIsRefused() {
    assertThat(signature.matches("{}".getBytes(UTF_8), null, SIGNED)).isFalse();
  }

  @Test
  void uppercaseHexIsRefused() {
    String header = "sha256=" + SIGNED.substring(7).toUpperCase(Locale.ROOT);
    assertThat(signature.matches(BODY, null, header)).isFalse();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  "})
  void aBlankTokenMatchesNoHeader(String blank) {
    GenericSignature signedOnly = new GenericSignature(blank, "lead-secret-1");
    assertThat(signedOnly.matches(BODY, "Bearer ", null)).isFalse();
    assertThat(signedOnly.matches(BODY, "Bearer   ", null)).isFalse();
    assertThat(signedOnly.matches(BODY, null, SIGNED)).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  "})
  void aBlankSecretMatchesNoSignature(String blank) {
    GenericSignature tokenOnly = new GenericSignature("lead-token-1", blank);
    assertThat(tokenOnly.matches(BODY, null, SIGNED)).isFalse();
    assertThat(tokenOnly.matches(BODY, "Bearer lead-token-1", null)).isTrue();
  }
}
