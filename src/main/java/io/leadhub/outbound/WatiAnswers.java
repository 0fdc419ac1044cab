package io.leadhub.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.ReconcileException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.springframework.stereotype.Component;

/**
 * Reads what Wati answers: HTTP 200 tells only that the call was understood, see
 * https://docs.wati.io/reference/errors
 */
@Component("watiAnswers")
public class WatiAnswers {

  private static final int OK = 200;

  private final ObjectMapper json;
  private final SentMessages sentMessages;

  WatiAnswers(ObjectMapper json, SentMessages sentMessages) {
    this.json = json;
    this.sentMessages = sentMessages;
  }

  /**
   * @param answer to a message or a template
   * @return how Wati calls it, by an id that its events tell; null when it says none
   * @throws HttpOperationFailedException with status 200 when Wati did not send it
   * @throws ReconcileException when the answer can't be read: it may have been sent
   */
  public String sent(String answer) throws HttpOperationFailedException {
    JsonNode told = read(answer, "Wati's answer can't be read, so it may have sent the message.");
    JsonNode receiver = told.path("receivers").path(0);
    boolean refused =
        !isYes(told.path("result"))
            || (receiver.has("isValidWhatsAppNumber")
                && !receiver.path("isValidWhatsAppNumber").asBoolean())
            || !receiver.path("errors").isEmpty();
    if (refused) {
      throw new HttpOperationFailedException("wati", OK, "not sent", null, Map.of(), answer);
    }
    return Stream.of(
            told.path("message").path("whatsappMessageId"),
            told.path("message").path("localMessageId"),
            receiver.path("localMessageId"),
            told.path("message").path("id"))
        .map(id -> id.asText(""))
        .filter(id -> !id.isEmpty())
        .findFirst()
        .orElse(null);
  }

  /** {@code true}, {@code "true"}, {@code "success"}, and {@code "PENDING"} for what is queued. */
  private static boolean isYes(JsonNode result) {
    return List.of("true", "success", "pending").contains(result.asText("").toLowerCase());
  }

  /** The path of what was said with a customer. */
  public String conversation(Map<String, Object> reply) {
    Object target = Objects.requireNonNullElse(reply.get("phone"), reply.get("waUserId"));
    String plain = target.toString().replaceFirst("^\\+", "");
    return "/api/v1/getMessages/" + URLEncoder.encode(plain, StandardCharsets.UTF_8);
  }

  /**
   * @param answer Wati's list of messages with the customer, both ways
   * @param reply as {@link SentMessages#find} reads it
   * @param since when the reply was ordered; nothing older is it
   * @param deliveryId whose message it is
   * @return the message's id, or null when it is not there
   * @throws ReconcileException when the answer is no list: nobody can tell yet
   */
  public String find(String answer, Map<String, Object> reply, Instant since, Long deliveryId) {
    String unclear = "Wati did not list its messages, so nothing is sent again yet.";
    JsonNode items = read(answer, unclear).path("messages").path("items");
    if (!items.isArray()) {
      throw new ReconcileException(unclear);
    }
    List<SentMessages.Sent> sent = new ArrayList<>();
    for (JsonNode item : items) {
      // A template is listed as a broadcast, which has no owner.
      if (item.path("owner").asBoolean()
          || item.path("eventType").asText().equals("broadcastMessage")) {
        boolean failed = item.path("statusString").asText().equalsIgnoreCase("FAILED");
        sent.add(new SentMessages.Sent(id(item), words(item), createdAt(item), failed));
      }
    }
    return sentMessages.find("wati", sent, reply, since, deliveryId);
  }

  private static String id(JsonNode item) {
    return Stream.of("whatsappMessageId", "localMessageId", "id")
        .map(name -> item.path(name).asText(""))
        .filter(id -> !id.isEmpty() && !id.equals("null"))
        .findFirst()
        .orElse("");
  }

  /** A template's words are in another field. */
  private static String words(JsonNode item) {
    String text = item.path("text").asText("");
    return text.isEmpty() || text.equals("null") ? item.path("finalText").asText("") : text;
  }

  private static Instant createdAt(JsonNode item) {
    try {
      return OffsetDateTime.parse(item.path("created").asText()).toInstant();
    } catch (DateTimeException e) {
      return Instant.MAX;
    }
  }

  private JsonNode read(String answer, String unclear) {
    try {
      JsonNode read = json.readTree(answer == null ? "" : answer);
      if (read.isObject()) {
        return read;
      }
    } catch (IOException e) {
      // Said below.
    }
    throw new ReconcileException(unclear);
  }
}
