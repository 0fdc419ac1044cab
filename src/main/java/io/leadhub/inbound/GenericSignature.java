package io.leadhub.inbound;

import io.leadhub.signature.Hmac;
import java.util.Collections;
import java.util.List;

/**
 * Says whether a post to {@code /webhook/lead} comes from someone who knows the token ({@code
 * Authorization: Bearer <token>}) or the secret ({@code X-LeadHub-Signature: sha256=<lowercase hex
 * HMAC-SHA256 of the raw body>}).
 */
public final class GenericSignature {

  private final String token;
  private final List<Hmac> keys;

  /** A blank token or secret is "not configured" and never matches. */
  public GenericSignature(String token, String secret) {
    this.token = token;
    this.keys = Hmac.sha256(Collections.singletonList(secret));
  }

  /** Either header may be null; one good one is enough. */
  public boolean matches(byte[] body, String authorizationHeader, String signatureHeader) {
    return showsToken(authorizationHeader)
        || keys.stream().anyMatch(key -> key.signed(body, signatureHeader));
  }

  private boolean showsToken(String header) {
    return token != null && !token.isBlank() && Hmac.same(token, TokenDoor.bearer(header));
  }
}
