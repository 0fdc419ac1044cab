package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.HubSettings;
import java.time.Instant;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;

/** Pretends to be Telegram's Bot API: takes messages for chats. */
@SandboxController
@ConditionalOnProperty("hub.sandbox.telegram")
@RequestMapping("/sandbox/telegram/bot{token}")
final class SandboxTelegram {

  private static final int LONGEST_TEXT = 4096;

  private final SandboxJournal journal;
  private final String botToken;

  SandboxTelegram(SandboxJournal journal, HubSettings settings) {
    this.journal = journal;
    this.botToken = settings.telegram().botToken();
  }

  @RequestMapping("/getMe")
  Map<String, Object> getMe(@PathVariable("token") String token) {
    check(token);
    return Map.of("ok", true, "result", me());
  }

  @PostMapping("/sendMessage")
  Map<String, Object> sendMessage(
      @PathVariable("token") String token, @RequestBody(required = false) byte[] body) {
    check(token);
    ObjectNode message =
        RequestJson.read(body).orElseThrow(() -> refusal(400, "Bad Request: object expected"));
    String chat = message.path("chat_id").asText();
    if (chat.isBlank()) {
      throw refusal(400, "Bad Request: chat_id is empty");
    }
    if (!chat.matches("-?\\d{1,18}")) {
      throw refusal(400, "Bad Request: chat not found");
    }
    String text = readable(message);
    long id = journal.keep(SandboxJournal.TELEGRAM, chat, text, message);
    return Map.of(
        "ok",
        true,
        "result",
        Map.of(
            "message_id",
            id,
            "from",
            me(),
            "chat",
            Map.of("id", Long.parseLong(chat), "type", chat.startsWith("-") ? "group" : "private"),
            "date",
            Instant.now().getEpochSecond(),
            "text",
            text));
  }

  @RequestMapping("/{method}")
  Map<String, Object> anyOther(@PathVariable("token") String token) {
    check(token);
    throw refusal(404, "Not Found");
  }

  private static String readable(ObjectNode message) {
    String text = message.path("text").asText();
    if ("HTML".equalsIgnoreCase(message.path("parse_mode").asText())) {
      try {
        text = TelegramHtml.parse(text).text();
      } catch (IllegalArgumentException e) {
        throw refusal(400, "Bad Request: can't parse entities: " + e.getMessage());
      }
    }
    if (text.isBlank()) {
      throw refusal(400, "Bad Request: message text is empty");
    }
    if (text.length() > LONGEST_TEXT) {
      throw refusal(400, "Bad Request: message is too long");
    }
    return text;
  }

  private void check(String token) {
    if (!token.matches("\\d+:[\\w-]+")) {
      throw refusal(404, "Not Found");
    }
    if (!token.equals(botToken)) {
      throw refusal(401, "Unauthorized");
    }
  }

  private static Map<String, Object> me() {
    return Map.of(
        "id",
        100000001L,
        "is_bot",
        true,
        "first_name",
        "LeadHub demo",
        "username",
        "leadhub_demo_bot");
  }

  private static Refusal refusal(int code, String description) {
    return new Refusal(
        code,
        "Telegram: " + description,
        Map.of("ok", false, "error_code", code, "description", description));
  }
}
