package io.leadhub.inbound;

import io.leadhub.signature.Hmac;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.http.HttpStatus;

/**
 * Lets in who shows a token, in the address ({@code ?token=…}) or as {@code Authorization: Bearer
 * …}: for providers that sign nothing.
 */
final class TokenDoor {

  private static final String BEARER = "Bearer ";

  private final List<String> tokens;

  /**
   * @param tokens more than one while an old one is being replaced; blank ones never match
   */
  TokenDoor(List<String> tokens) {
    this.tokens = tokens.stream().filter(token -> !token.isBlank()).toList();
  }

  /**
   * @throws WebhookRefusedException when no token is shown, or another one
   */
  void check(HttpServletRequest request) {
    String bearer = bearer(request.getHeader("Authorization"));
    if (!isOurs(bearer) && !isOurs(request.getParameter("token"))) {
      throw new WebhookRefusedException(
          HttpStatus.UNAUTHORIZED, "Show the token as ?token=… or as Authorization: Bearer ….");
    }
  }

  /** What an Authorization header shows; null when it is missing or of another scheme. */
  static String bearer(String header) {
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? header.substring(BEARER.length())
        : null;
  }

  private boolean isOurs(String shown) {
    return tokens.stream().anyMatch(token -> Hmac.same(token, shown));
  }
}
