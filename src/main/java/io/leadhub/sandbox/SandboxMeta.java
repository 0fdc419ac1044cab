package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.HubSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;

/**
 * Pretends to be Meta's Graph API: takes WhatsApp messages. Its base address plays the versioned
 * root.
 */
@SandboxController
@ConditionalOnProperty("hub.sandbox.meta")
final class SandboxMeta {

  private static final int LONGEST_TEXT = 4096;

  private final SandboxJournal journal;
  private final String authorization;

  SandboxMeta(SandboxJournal journal, HubSettings settings) {
    this.journal = journal;
    this.authorization = "Bearer " + settings.meta().accessToken();
  }

  @PostMapping("/sandbox/meta/{phoneNumberId}/messages")
  Map<String, Object> send(
      @PathVariable("phoneNumberId") String phoneNumberId,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String shown,
      @RequestBody(required = false) byte[] body) {
    if (!MessageDigest.isEqual(bytes(shown), bytes(authorization))) {
      throw refusal(401, 190, "Invalid OAuth access token - Cannot parse access token");
    }
    if (!phoneNumberId.matches("\\d+")) {
      throw refusal(
          400,
          100,
          "Unsupported post request. Object with ID '" + phoneNumberId + "' does not exist");
    }
    ObjectNode message =
        RequestJson.read(body).orElseThrow(() -> invalid("The body must be a JSON object"));
    if (!"whatsapp".equals(message.path("messaging_product").asText())) {
      throw invalid("The parameter messaging_product is required.");
    }
    if (message.has("status")) {
      return Map.of("success", true); // a read receipt or "typing": nothing anybody would see
    }
    return accept(phoneNumberId, message);
  }

  private Map<String, Object> accept(String phoneNumberId, ObjectNode message) {
    String to = present(message, "to").or(() -> present(message, "recipient")).orElse("");
    if (to.isEmpty()) {
      throw invalid("The parameter to is required.");
    }
    String text = text(message);
    message.put("phone_number_id", phoneNumberId);
    journal.keep(SandboxJournal.META, to, text, message);
    String id = "wamid.SANDBOX" + UUID.randomUUID().toString().replace("-", "").toUpperCase();
    String contact = message.has("to") ? "wa_id" : "user_id";
    return Map.of(
        "messaging_product",
        "whatsapp",
        "contacts",
        List.of(Map.of("input", to, contact, to.replace("+", ""))),
        "messages",
        List.of(Map.of("id", id, "message_status", "accepted")));
  }

  private static String text(JsonNode message) {
    String type = present(message, "type").orElse("text");
    JsonNode content = message.path(type);
    if (!content.isObject()) {
      throw invalid("The parameter " + type + " is required.");
    }
    return switch (type) {
      case "text" -> body(content);
      case "template" ->
          "[template] "
              + present(content, "name")
                  .orElseThrow(() -> invalid("The parameter template['name'] is required."));
      default -> "[" + type + "] " + content.path("caption").asText(content.path("link").asText());
    };
  }

  private static String body(JsonNode content) {
    String text =
        present(content, "body")
            .orElseThrow(() -> invalid("The parameter text['body'] is required."));
    if (text.length() > LONGEST_TEXT) {
      throw invalid("Param text['body'] must be at most 4096 characters long.");
    }
    return text;
  }

  private static Optional<String> present(JsonNode object, String field) {
    return Optional.of(object.path(field).asText()).filter(value -> !value.isBlank());
  }

  private static Refusal invalid(String message) {
    return refusal(400, 100, "(#100) " + message);
  }

  private static Refusal refusal(int status, int code, String message) {
    return new Refusal(
        status,
        "Meta: " + message,
        Map.of(
            "error",
            Map.of(
                "message",
                message,
                "type",
                "OAuthException",
                "code",
                code,
                "fbtrace_id",
                "ASandbox" + Long.toString(System.nanoTime(), 36))));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
