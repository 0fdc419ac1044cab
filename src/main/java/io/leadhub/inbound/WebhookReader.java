package io.leadhub.inbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.RejectException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Reads kept webhooks for the jq mappings, and their results for the lead route. */
@Component("webhookReader")
public class WebhookReader {

  /** Fits, with the provider's name before it, the key of an event; a longer one is no real id. */
  private static final int LONGEST_KEY = 150;

  private final ObjectMapper json;

  WebhookReader(ObjectMapper json) {
    this.json = json;
  }

  /**
   * @throws RejectException when the bytes are no JSON: the webhook becomes a dead letter
   */
  public JsonNode json(byte[] body) {
    try {
      JsonNode read = json.readTree(body);
      if (read.isMissingNode()) {
        throw new RejectException("The webhook's body is empty.");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new RejectException("The webhook's body is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new RejectException("The webhook's body is in no known character encoding.", e);
    }
  }

  /** The fields of a form, decoded; a repeated one is a list. */
  public JsonNode form(byte[] body) {
    return json.valueToTree(FormBody.toMap(body));
  }

  /**
   * Completes what a mapping made, so that the same webhook read twice gives the same messages:
   * {@code messageId}, made of the webhook's own event where the provider gives none, {@code
   * sender}, whose messages are to stay in order; and {@code receivedAt}.
   *
   * @param mapped an array of canonical messages
   * @param receivedAt when the webhook came in
   * @throws RejectException when the mapping did not answer with an array
   */
  public List<Map<String, Object>> messages(JsonNode mapped, long eventId, Instant receivedAt) {
    if (mapped == null || !mapped.isArray()) {
      throw new RejectException("The provider's jq mapping has to answer with one array.");
    }
    List<Map<String, Object>> messages = new ArrayList<>();
    for (JsonNode node : mapped) {
      Map<String, Object> message = json.convertValue(node, new TypeReference<>() {});
      String ownId = "webhook-" + eventId + "-" + messages.size();
      Object id = message.get("messageId");
      if (id != null && id.toString().length() > LONGEST_KEY) {
        message.put("malformed", "its id has more than " + LONGEST_KEY + " characters");
        id = null;
      }
      message.put("messageId", id == null ? ownId : id);
      message.put("sender", sender(message));
      message.put("receivedAt", receivedAt.toString());
      messages.add(message);
    }
    return messages;
  }

  /**
   * Those whose ids fit their key; a key of ours that does not fit is somebody else's.
   *
   * @param mapped an array of statuses of messages that were sent
   */
  public List<Map<String, Object>> statuses(JsonNode mapped) {
    List<Map<String, Object>> statuses = new ArrayList<>();
    for (JsonNode node : mapped) {
      Map<String, Object> status = json.convertValue(node, new TypeReference<>() {});
      if (status.get("ourKey") instanceof String key && key.length() > LONGEST_KEY) {
        status.put("ourKey", null);
      }
      if ((status.get("messageId") + "/" + status.get("status")).length() <= LONGEST_KEY) {
        statuses.add(status);
      }
    }
    return statuses;
  }

  private static String sender(Map<String, Object> message) {
    Object phone = message.get("phone");
    Object sender = phone == null ? message.get("waUserId") : phone;
    String text = sender == null ? "" : sender.toString();
    return text.substring(0, Math.min(text.length(), LONGEST_KEY));
  }
}
