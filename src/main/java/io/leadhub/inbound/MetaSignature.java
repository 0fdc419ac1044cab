package io.leadhub.inbound;

import io.leadhub.signature.Hmac;
import java.util.List;

/**
 * Says whether Meta signed a webhook: {@code X-Hub-Signature-256: sha256=<lowercase hex>}, the
 * HMAC-SHA256 of the raw bytes with the app secret. See
 * https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
public final class MetaSignature {

  private final List<Hmac> keys;

  /**
   * @param secrets app secrets, more than one while an old one is being replaced; blank ones never
   *     match
   */
  public MetaSignature(List<String> secrets) {
    keys = Hmac.sha256(secrets);
  }

  /**
   * @param body the bytes as they arrived: Meta escapes letters and slashes, and signs the escapes
   * @param header the value of X-Hub-Signature-256, or null
   */
  public boolean matches(byte[] body, String header) {
    return keys.stream().anyMatch(key -> key.signed(body, header));
  }
}
