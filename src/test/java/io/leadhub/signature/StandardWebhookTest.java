package io.leadhub.signature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StandardWebhookTest {

  /** The example that the libraries of standard-webhooks and Svix are tested with. */
  @Test
  void theReferenceExampleIsSignedAsExpected() {
    assertThat(
            new StandardWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
                .sign(
                    "msg_p5jXN8AQM9LWM0D4loKWxJek",
                    "1614265330",
                    "{\"test\": 2432232314}".getBytes(UTF_8)))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  /** Computed with openssl dgst -sha256 -mac HMAC. */
  @Test
  void theBytesOfTheBodyAreSigned() {
    assertThat(
            new StandardWebhook("whsec_bGVhZGh1Yi13ZWJob29rLXNlY3JldC0wMDE=")
                .sign("msg_7", "1763823261", "{\"name\":\"Дана 👋\"}".getBytes(UTF_8)))
        .isEqualTo("v1,TrVujYEbAKh0OqDCBjZuJg5wn07i39O3UDlyXzaiDvA=");
  }

  @Test
  void idAndTimeAreSignedToo() {
    StandardWebhook webhook = new StandardWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    byte[] body = "{}".getBytes(UTF_8);
    assertThat(webhook.sign("msg_1", "1763823261", body))
        .isNotEqualTo(webhook.sign("msg_2", "1763823261", body))
        .isNotEqualTo(webhook.sign("msg_1", "1763823262", body));
  }
}
