package io.leadhub.web;

import io.leadhub.HubSettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets to {@code /api} only who shows the token; without a configured token, nobody. */
@Component
class ApiTokenFilter extends OncePerRequestFilter {

  private static final Logger log = LoggerFactory.getLogger(ApiTokenFilter.class);

  private final String token;

  ApiTokenFilter(HubSettings settings) {
    this.token = settings.apiToken();
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !request.getServletPath().startsWith("/api");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (token.isBlank()) {
      log.error("Refused a request to /api: set hub.api-token (HUB_API_TOKEN).");
    }
    if (token.isBlank() || !isOurs(request.getHeader("Authorization"))) {
      response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
      response.setHeader("WWW-Authenticate", "Bearer");
      response.setContentType("application/problem+json");
      response
          .getWriter()
          .write(
              "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,"
                  + "\"detail\":\"Send Authorization: Bearer and the token of HUB_API_TOKEN.\"}");
      return;
    }
    chain.doFilter(request, response);
  }

  private boolean isOurs(String authorization) {
    return authorization != null
        && MessageDigest.isEqual(
            ("Bearer " + token).getBytes(StandardCharsets.UTF_8),
            authorization.getBytes(StandardCharsets.UTF_8));
  }
}
