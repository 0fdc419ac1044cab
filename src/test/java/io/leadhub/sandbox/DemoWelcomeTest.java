package io.leadhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.StandardEnvironment;

class DemoWelcomeTest {

  private static final Pattern CURL =
      Pattern.compile(
          "(?m)^curl -i -H 'Content-Type: application/json'"
              + " -H 'X-Hub-Signature-256: sha256=([0-9a-f]{64})'"
              + " --data-binary '([^']+)' (http://localhost:8080/webhook/whatsapp/meta)$");

  @Test
  void thePrintedLineIsSignedOverExactlyItsBody() throws Exception {
    Matcher curl = CURL.matcher(welcome());

    assertThat(curl.find()).isTrue();
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("demo-app-secret".getBytes(), "HmacSHA256"));
    byte[] signature = mac.doFinal(curl.group(2).getBytes(StandardCharsets.US_ASCII));
    assertThat(curl.group(1)).isEqualTo(HexFormat.of().formatHex(signature));
  }

  @Test
  void thePrintedLineIsRightInATerminalOfAnyEncoding() {
    assertThat(welcome()).matches("\\p{ASCII}+");
  }

  @Test
  void thePrintedMessageIsWhatACustomerOfTheDemoHotelWouldWrite() throws Exception {
    Matcher curl = CURL.matcher(welcome());
    assertThat(curl.find()).isTrue();
    JsonNode value = new ObjectMapper().readTree(curl.group(2)).at("/entry/0/changes/0/value");

    assertThat(value.at("/messages/0/text/body").asText())
        .isEqualTo("Код: HOTEL1. Интересует аренда авто");
    assertThat(value.at("/messages/0/from").asText()).isEqualTo("66812345678");
    assertThat(value.at("/messages/0/id").asText()).startsWith("wamid.DEMO");
    assertThat(value.at("/contacts/0/profile/name").asText()).isEqualTo("Demo Customer");
    assertThat(value.at("/metadata/phone_number_id").asText()).isEqualTo("100000000000001");
    Instant at = Instant.ofEpochSecond(value.at("/messages/0/timestamp").asLong());
    assertThat(Duration.between(at, Instant.now())).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void nothingIsSignedWithARealSecret() {
    String welcome = welcome("META_APP_SECRET", "real-secret");

    assertThat(welcome).doesNotContain("sha256=", "real-secret").contains("demo/send.sh");
  }

  @Test
  void aRealApiTokenIsNotPrinted() {
    assertThat(welcome()).contains("Authorization: Bearer demo'");
    assertThat(welcome("HUB_API_TOKEN", "real-token"))
        .doesNotContain("real-token")
        .contains("<your HUB_API_TOKEN>");
  }

  @Test
  void itSaysWhereToLook() {
    assertThat(welcome("SERVER_PORT", "9090"))
        .contains(
            "http://localhost:9090/sandbox",
            "http://localhost:9090/w/HOTEL1",
            "http://localhost:9090/qr/HOTEL1.png",
            "http://localhost:9090/api/leads",
            "http://localhost:9090/actuator/health");
  }

  private static String welcome(String... exported) {
    StandardEnvironment environment = DemoSettings.environment("demo", exported);
    var settings = DemoSettings.bind(environment);
    return new DemoWelcome(settings, new FirstMessage(settings, environment)).text();
  }
}
