package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.HubSettings;
import io.leadhub.signature.Hmac;
import io.leadhub.signature.StandardWebhook;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;

/** Pretends to be the business's CRM: takes webhooks signed as Standard Webhooks says. */
@SandboxController
@ConditionalOnProperty("hub.sandbox.webhook")
final class SandboxWebhook {

  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  private final SandboxJournal journal;
  private final List<StandardWebhook> secrets;

  SandboxWebhook(SandboxJournal journal, HubSettings settings) {
    this.journal = journal;
    this.secrets =
        settings.webhooks().stream()
            .filter(webhook -> webhook.url().endsWith(SandboxEnvironment.WEBHOOK_PATH))
            .map(webhook -> new StandardWebhook(webhook.secret()))
            .toList();
  }

  @PostMapping(SandboxEnvironment.WEBHOOK_PATH)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void receive(
      @RequestHeader(name = "webhook-id", defaultValue = "") String id,
      @RequestHeader(name = "webhook-timestamp", defaultValue = "") String timestamp,
      @RequestHeader(name = "webhook-signature", defaultValue = "") String signatures,
      @RequestBody(required = false) byte[] body) {
    if (id.isBlank() || timestamp.isBlank() || signatures.isBlank()) {
      throw refusal(400, "webhook-id, webhook-timestamp or webhook-signature is missing");
    }
    if (!timestamp.matches("\\d{1,12}") || isStale(Long.parseLong(timestamp))) {
      throw refusal(401, "webhook-timestamp is not of the last five minutes");
    }
    byte[] content = body == null ? new byte[0] : body;
    if (secrets.stream().noneMatch(key -> isSigned(key, id, timestamp, content, signatures))) {
      throw refusal(401, "webhook-signature is wrong");
    }
    ObjectNode event =
        RequestJson.read(content).orElseThrow(() -> refusal(400, "the body is not a JSON object"));
    journal.keep(SandboxJournal.WEBHOOK, id, event.path("type").asText(), event);
  }

  private static boolean isStale(long timestamp) {
    Duration age = Duration.between(Instant.ofEpochSecond(timestamp), Instant.now()).abs();
    return age.compareTo(TOLERANCE) > 0;
  }

  private static boolean isSigned(
      StandardWebhook key, String id, String timestamp, byte[] body, String signatures) {
    String expected = key.sign(id, timestamp, body);
    return Arrays.stream(signatures.split(" ")).anyMatch(shown -> Hmac.same(expected, shown));
  }

  private static Refusal refusal(int status, String message) {
    return new Refusal(status, "Webhook: " + message, Map.of("error", message));
  }
}
