package io.leadhub.sandbox;

import io.leadhub.HubSettings;
import io.leadhub.signature.Hmac;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;

/** Pretends to be 360dialog: Meta's messages behind a key of its own, which stands for a number. */
@SandboxController
@ConditionalOnProperty("hub.sandbox.d360")
@RequestMapping("/sandbox/360dialog")
final class Sandbox360dialog {

  private static final String KEY = "D360-API-KEY";

  private final CloudApi api;
  private final String apiKey;
  private final String phoneNumberId;

  Sandbox360dialog(SandboxJournal journal, HubSettings settings) {
    this.api = new CloudApi(journal, SandboxJournal.D360);
    this.apiKey = settings.d360().apiKey();
    this.phoneNumberId = settings.d360().phoneNumberId();
  }

  @PostMapping("/messages")
  Map<String, Object> send(
      @RequestHeader(name = KEY, defaultValue = "") String shown,
      @RequestBody(required = false) byte[] body) {
    check(shown);
    return api.take(phoneNumberId, body);
  }

  @GetMapping("/health_status")
  Map<String, Object> health(@RequestHeader(name = KEY, defaultValue = "") String shown) {
    check(shown);
    return CloudApi.number(phoneNumberId);
  }

  /** The gateway answers in words of its own, not in Meta's. */
  private void check(String shown) {
    if (!Hmac.same(apiKey, shown)) {
      throw new Refusal(
          401,
          "360dialog: Invalid api key",
          Map.of(
              "meta",
              Map.of("http_code", 401, "developer_message", "Invalid api key", "success", false)));
    }
  }
}
