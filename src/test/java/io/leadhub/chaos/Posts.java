package io.leadhub.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.signature.Hmac;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What each provider posts, signed as it signs. */
final class Posts {

  static final String PUBLIC_URL = "https://leads.example.com";
  static final String META_SECRET = "chaos-app-secret";
  static final String TWILIO_TOKEN = "chaos-twilio-token";
  static final String LEAD_TOKEN = "chaos-lead-token";

  /** A provider that hears nothing for so long posts again. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern ESCAPE = Pattern.compile("%([0-9a-fA-F]{2})");

  /** A body for one of the doors. */
  record Post(String provider, byte[] body) {

    /** The same bytes, now to this node. */
    HttpRequest to(HubProcess node) {
      return switch (provider) {
        case "meta" ->
            request(node, "/webhook/whatsapp/meta", "application/json")
                .header("X-Hub-Signature-256", "sha256=" + Hmac.sha256(utf8(META_SECRET)).hex(body))
                .build();
        case "twilio" ->
            request(node, "/webhook/whatsapp/twilio", "application/x-www-form-urlencoded")
                .header("X-Twilio-Signature", twilioSignature())
                .build();
        case "360dialog", "wati" ->
            request(node, "/webhook/whatsapp/" + provider, "application/json")
                .header("Authorization", "Bearer " + LEAD_TOKEN)
                .build();
        default ->
            request(node, "/webhook/lead", "application/json")
                .header("Authorization", "Bearer " + LEAD_TOKEN)
                .build();
      };
    }

    private HttpRequest.Builder request(HubProcess node, String path, String type) {
      URI address = node.url(path);
      return HttpRequest.newBuilder(address)
          .timeout(PATIENCE)
          .header("Content-Type", type)
          .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    /** https://www.twilio.com/docs/usage/security#validating-requests */
    private String twilioSignature() {
      Map<String, Set<String>> fields = new TreeMap<>();
      for (String field : new String(body, StandardCharsets.ISO_8859_1).split("&")) {
        String[] pair = field.split("=", 2);
        if (!field.isEmpty()) {
          fields
              .computeIfAbsent(decoded(pair[0]), name -> new TreeSet<>())
              .add(pair.length == 1 ? "" : decoded(pair[1]));
        }
      }
      StringBuilder signed = new StringBuilder(PUBLIC_URL + "/webhook/whatsapp/twilio");
      fields.forEach((name, values) -> values.forEach(v -> signed.append(name).append(v)));
      return Hmac.sha1(List.of(TWILIO_TOKEN)).get(0).base64(utf8(signed.toString()));
    }
  }

  private Posts() {}

  static Post of(String provider, List<History.Message> messages, String code) {
    return switch (provider) {
      case "meta" -> meta(messages, code);
      case "twilio" -> twilio(messages.get(0), code);
      default -> generic(messages.get(0), code);
    };
  }

  private static Post meta(List<History.Message> messages, String code) {
    ObjectNode envelope = JSON.createObjectNode().put("object", "whatsapp_business_account");
    ObjectNode value = valueIn(envelope);
    ArrayNode list = value.putArray("messages");
    for (History.Message message : messages) {
      ObjectNode one = list.addObject();
      one.put("from", message.phone().substring(1)).put("id", message.id());
      one.put("timestamp", Long.toString(Instant.now().getEpochSecond())).put("type", "text");
      one.putObject("text").put("body", "Code: " + code + ". Message " + message.id());
    }
    return new Post("meta", utf8(envelope.toString()));
  }

  /** Meta tells what became of a message that we sent. */
  static Post metaStatus(String status) {
    ObjectNode envelope = JSON.createObjectNode().put("object", "whatsapp_business_account");
    try {
      valueIn(envelope).putArray("statuses").add(JSON.readTree(status));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
    return new Post("meta", utf8(envelope.toString()));
  }

  private static ObjectNode valueIn(ObjectNode envelope) {
    ObjectNode value =
        envelope
            .putArray("entry")
            .addObject()
            .put("id", "1")
            .putArray("changes")
            .addObject()
            .put("field", "messages")
            .putObject("value");
    value.put("messaging_product", "whatsapp");
    value.putObject("metadata").put("phone_number_id", "200000000000002");
    return value;
  }

  private static Post twilio(History.Message message, String code) {
    Map<String, String> form =
        Map.of(
            "MessageSid",
            message.id(),
            "From",
            "whatsapp:" + message.phone(),
            "WaId",
            message.phone().substring(1),
            "To",
            "whatsapp:+15550001111",
            "Body",
            "Code: " + code + ". Message " + message.id(),
            "NumMedia",
            "0",
            "SmsStatus",
            "received",
            "MessageType",
            "text");
    return new Post(
        "twilio",
        utf8(
            form.entrySet().stream()
                .map(
                    field ->
                        field.getKey()
                            + "="
                            + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"))));
  }

  private static Post generic(History.Message message, String code) {
    ObjectNode body = JSON.createObjectNode().put("from", message.phone());
    body.put("id", message.id()).put("body", "Code: " + code + ". Message " + message.id());
    return new Post("generic", utf8(body.toString()));
  }

  /**
   * What a part of a form stands for, whatever it holds: an escape is a byte, a broken one is what
   * it looks like.
   *
   * @param bytes one character each
   */
  private static String decoded(String bytes) {
    String plain =
        ESCAPE
            .matcher(bytes.replace('+', ' '))
            .replaceAll(
                escape ->
                    Matcher.quoteReplacement(
                        Character.toString(Integer.parseInt(escape.group(1), 16))));
    return new String(plain.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
