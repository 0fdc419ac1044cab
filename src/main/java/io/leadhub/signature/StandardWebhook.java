package io.leadhub.signature;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The signature of github.com/standard-webhooks/standard-webhooks: HMAC-SHA256 over id, timestamp
 * and body, joined by dots.
 */
public final class StandardWebhook {

  private static final String PREFIX = "whsec_";

  private final Hmac key;

  /**
   * @param secret {@code whsec_} and the key in base64
   */
  public StandardWebhook(String secret) {
    this.key = Hmac.sha256(Base64.getDecoder().decode(secret.substring(PREFIX.length())));
  }

  /**
   * @param timestamp seconds since 1970
   * @return the value of {@code webhook-signature}
   */
  public String sign(String id, String timestamp, byte[] body) {
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
    signed.writeBytes(body);
    return "v1," + key.base64(signed.toByteArray());
  }
}
