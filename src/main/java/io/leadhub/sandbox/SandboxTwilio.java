package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.HubSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;

/** Pretends to be Twilio: takes WhatsApp messages and lists them. */
@SandboxController
@ConditionalOnProperty("hub.sandbox.twilio")
final class SandboxTwilio {

  private static final String MESSAGES = "/sandbox/twilio/2010-04-01/Accounts/{sid}/Messages.json";

  private static final String MESSAGE =
      "/sandbox/twilio/2010-04-01/Accounts/{sid}/Messages/{message}.json";

  /** Made up, so that the demo has something to count. */
  private static final String PRICE = "-0.00500";

  private static final int LONGEST_BODY = 1600;
  private static final String CHANNEL = "whatsapp:";
  private static final String ADDRESS = "whatsapp:(\\+\\d{7,15}|[A-Z]{2}\\.[A-Za-z0-9.]{1,132})";

  private final SandboxJournal journal;
  private final String accountSid;
  private final String authorization;

  SandboxTwilio(SandboxJournal journal, HubSettings settings) {
    this.journal = journal;
    this.accountSid = settings.twilio().accountSid();
    this.authorization =
        "Basic "
            + HttpHeaders.encodeBasicAuth(
                accountSid, settings.twilio().authToken(), StandardCharsets.UTF_8);
  }

  @PostMapping(path = MESSAGES, consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
  @ResponseStatus(HttpStatus.CREATED)
  Map<String, Object> send(
      @PathVariable("sid") String sid,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String shown,
      @RequestParam Map<String, String> form) {
    authenticate(sid, shown);
    check(form);
    String to = form.get("To");
    String text = form.containsKey("Body") ? form.get("Body") : "[content] " + content(form);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    form.forEach(body::put);
    long id = journal.keep(SandboxJournal.TWILIO, to.substring(CHANNEL.length()), text, body);
    return message(id, Instant.now(), to, form.get("From"), text, form.containsKey("MediaUrl"));
  }

  @GetMapping("/sandbox/twilio/2010-04-01/Accounts/{sid}.json")
  Map<String, Object> account(
      @PathVariable("sid") String sid,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String shown) {
    authenticate(sid, shown);
    return Map.of("sid", accountSid, "status", "active", "type", "Full");
  }

  /** Newest first, one page. */
  @GetMapping(MESSAGES)
  Map<String, Object> list(
      @PathVariable("sid") String sid,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String shown,
      @RequestParam(name = "To", defaultValue = "") String to,
      @RequestParam(name = "From", defaultValue = "") String from,
      @RequestParam(name = "PageSize", defaultValue = "50") int pageSize) {
    authenticate(sid, shown);
    List<SandboxCall> calls =
        to.startsWith(CHANNEL)
            ? journal.newest(
                SandboxJournal.TWILIO, to.substring(CHANNEL.length()), SandboxJournal.MEMORY)
            : journal.newest(SandboxJournal.TWILIO, SandboxJournal.MEMORY);
    List<Map<String, Object>> messages =
        calls.stream()
            .filter(call -> from.isEmpty() || from.equals(call.body().path("From").asText()))
            .limit(pageSize)
            .map(this::message)
            .toList();
    return Map.of("messages", messages, "page", 0, "page_size", pageSize);
  }

  /** One message, with its price at once. */
  @GetMapping(MESSAGE)
  Map<String, Object> one(
      @PathVariable("sid") String sid,
      @PathVariable("message") String message,
      @RequestHeader(name = HttpHeaders.AUTHORIZATION, defaultValue = "") String shown) {
    authenticate(sid, shown);
    Map<String, Object> answer =
        journal.newest(SandboxJournal.TWILIO, SandboxJournal.MEMORY).stream()
            .filter(call -> sid(call.id()).equals(message))
            .map(this::message)
            .findFirst()
            .orElseThrow(() -> refusal(404, 20404, "There is no message " + message + "."));
    answer.put("price", PRICE);
    answer.put("price_unit", "USD");
    return answer;
  }

  private void authenticate(String sid, String shown) {
    boolean known =
        MessageDigest.isEqual(
            shown.getBytes(StandardCharsets.UTF_8), authorization.getBytes(StandardCharsets.UTF_8));
    if (!known || !sid.equals(accountSid)) {
      throw refusal(401, 20003, "Authenticate");
    }
  }

  private static void check(Map<String, String> form) {
    String from = form.getOrDefault("From", form.getOrDefault("MessagingServiceSid", ""));
    String to = form.getOrDefault("To", "");
    if (from.isBlank()) {
      throw refusal(400, 21603, "A 'From' phone number is required.");
    }
    if (to.isBlank()) {
      throw refusal(400, 21604, "A 'To' phone number is required.");
    }
    if (!to.matches(ADDRESS)) {
      throw refusal(400, 21211, "Invalid 'To' Phone Number: " + to);
    }
    if (form.containsKey("From") && !from.matches(ADDRESS)) {
      throw refusal(400, 21212, "Invalid From Number: " + from);
    }
    if (form.getOrDefault("Body", "").isBlank() && content(form).isBlank()) {
      throw refusal(400, 21602, "Message body is required.");
    }
    if (form.getOrDefault("Body", "").length() > LONGEST_BODY) {
      throw refusal(400, 21617, "The concatenated message body exceeds the 1600 character limit.");
    }
  }

  private static String content(Map<String, String> form) {
    return form.getOrDefault("ContentSid", form.getOrDefault("MediaUrl", ""));
  }

  private Map<String, Object> message(SandboxCall call) {
    JsonNode form = call.body();
    return message(
        call.id(),
        call.at(),
        form.path("To").asText(),
        form.path("From").asText(null),
        call.text(),
        form.has("MediaUrl"));
  }

  private Map<String, Object> message(
      long id, Instant at, String to, String from, String text, boolean hasMedia) {
    String sid = sid(id);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("sid", sid);
    answer.put("account_sid", accountSid);
    answer.put("status", "queued");
    answer.put("direction", "outbound-api");
    answer.put("from", from);
    answer.put("to", to);
    answer.put("body", text);
    answer.put("num_segments", "1");
    answer.put("num_media", hasMedia ? "1" : "0");
    answer.put(
        "date_created", DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atZone(ZoneOffset.UTC)));
    answer.put("error_code", null);
    answer.put("error_message", null);
    answer.put("uri", "/2010-04-01/Accounts/" + accountSid + "/Messages/" + sid + ".json");
    return answer;
  }

  private static String sid(long id) {
    return "SM%032x".formatted(id);
  }

  private static Refusal refusal(int status, int code, String message) {
    return new Refusal(
        status,
        "Twilio: " + message,
        Map.of(
            "code",
            code,
            "message",
            message,
            "more_info",
            "https://www.twilio.com/docs/errors/" + code,
            "status",
            status));
  }
}
