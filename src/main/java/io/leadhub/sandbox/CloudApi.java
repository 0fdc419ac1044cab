package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What Meta's API takes and answers, and 360dialog's, which passes it on. */
final class CloudApi {

  private static final int LONGEST_TEXT = 4096;

  private final SandboxJournal journal;
  private final String provider;

  /**
   * @param provider whose calls they are in the journal
   */
  CloudApi(SandboxJournal journal, String provider) {
    this.journal = journal;
    this.provider = provider;
  }

  /**
   * Takes one message.
   *
   * @throws Refusal in Meta's words, when it is none
   */
  Map<String, Object> take(String phoneNumberId, byte[] body) {
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

  /** What is told of a number that all is well with. */
  static Map<String, Object> number(String id) {
    return Map.of(
        "id",
        id,
        "quality_rating",
        "GREEN",
        "messaging_limit_tier",
        "TIER_1K",
        "health_status",
        Map.of("can_send_message", "AVAILABLE"));
  }

  private Map<String, Object> accept(String phoneNumberId, ObjectNode message) {
    String to = present(message, "to").or(() -> present(message, "recipient")).orElse("");
    if (to.isEmpty()) {
      throw invalid("The parameter to is required.");
    }
    String text = text(message);
    message.put("phone_number_id", phoneNumberId);
    journal.keep(provider, to, text, message);
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

  static Refusal refusal(int status, int code, String message) {
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
}
