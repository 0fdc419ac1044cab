package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.HubSettings;
import io.leadhub.signature.Hmac;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Pretends to be Wati: takes texts and templates. What is wrong with a message it tells with HTTP
 * 200, as Wati does.
 */
@SandboxController
@ConditionalOnProperty("hub.sandbox.wati")
@RequestMapping("/sandbox/wati/api")
final class SandboxWati {

  private static final int LONGEST_TEXT = 4096;
  private static final String TARGET = "\\+?\\d{7,15}|[A-Z]{2}\\.(ENT\\.)?[A-Za-z0-9]{1,128}";

  private final SandboxJournal journal;
  private final String authorization;

  SandboxWati(SandboxJournal journal, HubSettings settings) {
    this.journal = journal;
    this.authorization = "Bearer " + settings.wati().apiToken();
  }

  @PostMapping("/v1/sendSessionMessage/{target}")
  Map<String, Object> sendText(
      @PathVariable("target") String target,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String shown,
      @RequestParam Map<String, String> query) {
    check(shown);
    String text = query.getOrDefault("messageText", "");
    if (!target.matches(TARGET)) {
      return failed("Invalid whatsapp number");
    }
    if (text.isBlank()) {
      return failed("messageText is required");
    }
    if (text.length() > LONGEST_TEXT) {
      return failed("messageText must be at most 4096 characters long");
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("target", target);
    query.forEach(body::put);
    journal.keep(SandboxJournal.WATI, target, text, body);
    String id = query.getOrDefault("localMessageId", UUID.randomUUID().toString());
    return Map.of(
        "result",
        true,
        "message",
        Map.of(
            "whatsappMessageId",
            "wamid.SANDBOX" + UUID.randomUUID().toString().replace("-", "").toUpperCase(),
            "localMessageId",
            id,
            "text",
            text));
  }

  @PostMapping("/v2/sendTemplateMessage")
  Map<String, Object> sendTemplate(
      @RequestParam(name = "whatsappNumber", defaultValue = "") String number,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String shown,
      @RequestBody(required = false) byte[] posted) {
    check(shown);
    ObjectNode body = RequestJson.read(posted).orElse(JsonNodeFactory.instance.objectNode());
    String template = body.path("template_name").asText();
    if (template.isBlank() || body.path("broadcast_name").asText().isBlank()) {
      return failed("template_name and broadcast_name are required");
    }
    boolean valid = number.matches(TARGET);
    if (valid) {
      journal.keep(SandboxJournal.WATI, number, "[template] " + template, body);
    }
    return Map.of(
        "result",
        valid,
        "templateName",
        template,
        "receivers",
        List.of(
            Map.of(
                "localMessageId",
                UUID.randomUUID().toString(),
                "waId",
                number,
                "isValidWhatsAppNumber",
                valid,
                "errors",
                List.of())));
  }

  @GetMapping("/v1/getMessageTemplates")
  Map<String, Object> templates(
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String shown) {
    check(shown);
    return Map.of("result", "success", "messageTemplates", List.of());
  }

  private void check(String shown) {
    if (!Hmac.same(authorization, shown)) {
      throw new Refusal(401, "Wati: Unauthorized", Map.of("message", "Unauthorized"));
    }
  }

  private static Map<String, Object> failed(String info) {
    return Map.of("result", false, "info", info);
  }
}
