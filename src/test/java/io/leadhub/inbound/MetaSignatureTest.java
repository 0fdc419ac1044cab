package io.leadhub.inbound;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetaSignatureTest {

  static final byte[] HELLO =
      """
      {"object":"whatsapp_business_account","entry":[{"id":"100000000000001","changes":[{\
      "field":"messages","value":{"messaging_product":"whatsapp","metadata":{\
      "display_phone_number":"15550001111","phone_number_id":"200000000000002"},\
      "contacts":[{"profile":{"name":"Dana Levi"},"wa_id":"15550002222"}],\
      "messages":[{"from":"15550002222","id":"wamid.TEST0001","timestamp":"1790000000",\
      "type":"text","text":{"body":"Hello"}}]}}]}]}\
      """
          .getBytes(US_ASCII);
  private static final String HELLO_SIGNED =
      "sha256=627658367f9ee6d9d5e803c8e8c9ad51b42df05482ec28e61f7be1acf47984da";

  private static final byte[] ESCAPED =
      """
      {"text":{"body":"\\u05e9\\u05dc\\u05d5\\u05dd \\ud83d\\udc4b caf\\u00e9 \
      https:\\/\\/wa.me\\/15550001111"}}\
      """
          .getBytes(US_ASCII);
  private static final String ESCAPED_SIGNED =
      "sha256=4bcf9cbe70fb6b4414b18df0e0d545e3d4e18a317ac64f856fb672fee414cb03";

  private final MetaSignature signature = new MetaSignature(List.of("meta-app-secret-1"));

  @Test
  void aSignedBodyMatches() {
    assertThat(HELLO).hasSize(422);
    assertThat(signature.matches(HELLO, HELLO_SIGNED)).isTrue();
  }

  @Test
  void theEscapesThatMetaSendsAreSigned() {
    assertThat(ESCAPED).hasSize(96);
    assertThat(signature.matches(ESCAPED, ESCAPED_SIGNED)).isTrue();
  }

  @Test
  void aBodyWrittenAnewIsRefused() {
    byte[] rewritten =
        "{\"text\":{\"body\":\"שלום 👋 café https://wa.me/15550001111\"}}".getBytes(UTF_8);
    assertThat(signature.matches(rewritten, ESCAPED_SIGNED)).isFalse();
  }

  @Test
  void oneChangedByteIsRefused() {
    byte[] changed = HELLO.clone();
    changed[changed.length - 1] ^= 1;
    assertThat(signature.matches(changed, HELLO_SIGNED)).isFalse();
  }

  @Test
  void aMissingHeaderIsRefused() {
    assertThat(signature.matches(HELLO, null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256=",
        "sha256",
        "627658367f9ee6d9d5e803c8e8c9ad51b42df05482ec28e61f7be1acf47984da",
        "sha1=627658367f9ee6d9d5e803c8e8c9ad51b42df05482ec28e61f7be1acf47984da",
        "SHA256=627658367f9ee6d9d5e803c8e8c9ad51b42df05482ec28e61f7be1acf47984da",
        "sha256=627658367f9ee6d9d5e803c8e8c9ad51b42df05482ec28e61f7be1acf47984d",
        "sha256=627658367f9ee6d9d5e803c8e8c9ad51b42df05482ec28e61f7be1acf47984da0",
        " sha256=627658367f9ee6d9d5e803c8e8c9ad51b42df05482ec28e61f7be1acf47984da",
        "sha256=627658367f9ee6d9d5e803c8e8c9ad51b42df05482ec28e61f7be1acf47984\u20ac"
      })
  void aHeaderOfAnotherFormIsRefused(String header) {
    assertThat(signature.matches(HELLO, header)).isFalse();
  }

  @Test
  void uppercaseHexIsRefused() {
    String header = "sha256=" + HELLO_SIGNED.substring(7).toUpperCase(Locale.ROOT);
    assertThat(signature.matches(HELLO, header)).isFalse();
  }

  @Test
  void theWrongSecretIsRefused() {
    assertThat(new MetaSignature(List.of("meta-app-secret-2")).matches(HELLO, HELLO_SIGNED))
        .isFalse();
  }

  @Test
  void whileASecretIsReplacedTheOldAndTheNewOneMatch() {
    MetaSignature both = new MetaSignature(List.of("meta-app-secret-2", "meta-app-secret-1"));
    assertThat(both.matches(HELLO, HELLO_SIGNED)).isTrue();
  }

  @Test
  void withoutASecretNothingMatches() {
    for (List<String> none : List.of(List.<String>of(), Arrays.asList("", "  ", null))) {
      assertThat(new MetaSignature(none).matches(HELLO, HELLO_SIGNED)).isFalse();
      assertThat(new MetaSignature(none).matches(new byte[0], "sha256=")).isFalse();
    }
  }

  @Test
  void aBlankSecretDoesNotSpoilTheOthers() {
    assertThat(new MetaSignature(List.of("", "meta-app-secret-1")).matches(HELLO, HELLO_SIGNED))
        .isTrue();
  }
}
