package io.leadhub.sandbox;

import io.leadhub.HubSettings;
import io.leadhub.signature.Hmac;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;

/**
 * Pretends to be Meta's Graph API: takes WhatsApp messages and tells of its number. Its base
 * address plays the versioned root.
 */
@SandboxController
@ConditionalOnProperty("hub.sandbox.meta")
final class SandboxMeta {

  private final CloudApi api;
  private final String authorization;

  SandboxMeta(SandboxJournal journal, HubSettings settings) {
    this.api = new CloudApi(journal, SandboxJournal.META);
    this.authorization = "Bearer " + settings.meta().accessToken();
  }

  @PostMapping("/sandbox/meta/{phoneNumberId}/messages")
  Map<String, Object> send(
      @PathVariable("phoneNumberId") String phoneNumberId,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String shown,
      @RequestBody(required = false) byte[] body) {
    check(phoneNumberId, shown);
    return api.take(phoneNumberId, body);
  }

  @GetMapping("/sandbox/meta/{phoneNumberId}")
  Map<String, Object> number(
      @PathVariable("phoneNumberId") String phoneNumberId,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String shown) {
    check(phoneNumberId, shown);
    return CloudApi.number(phoneNumberId);
  }

  private void check(String phoneNumberId, String shown) {
    if (!Hmac.same(authorization, shown)) {
      throw CloudApi.refusal(401, 190, "Invalid OAuth access token - Cannot parse access token");
    }
    if (!phoneNumberId.matches("\\d+")) {
      throw CloudApi.refusal(
          400,
          100,
          "Unsupported post request. Object with ID '" + phoneNumberId + "' does not exist");
    }
  }
}
