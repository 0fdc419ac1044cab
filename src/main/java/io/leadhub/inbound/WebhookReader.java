package io.leadhub.inbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.RejectException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Reads kept webhooks for the jq mappings, and sorts their results for the topics. */
@Component("webhookReader")
public class WebhookReader {

  /** Fits, with the provider's name before it, the key of an event; a longer one is no real id. */
  private static final int LONGEST_KEY = 150;

  /** As wide as the column; a longer one is no word of a provider's. */
  private static final int LONGEST_STATUS = 40;

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

  /**
   * The fields of a form, decoded; a repeated one is a list. A body that starts like JSON is read
   * as JSON: a form starts with a name.
   *
   * @throws RejectException when it only starts like JSON
   */
  public JsonNode form(byte[] body) {
    String start = new String(body, 0, Math.min(body.length, 64), StandardCharsets.ISO_8859_1);
    String text = start.stripLeading();
    return text.startsWith("{") || text.startsWith("[")
        ? json(body)
        : json.valueToTree(FormBody.toMap(body));
  }

  /**
   * The elements that a mapping made of one webhook, by kind. Each is a map of the fields that the
   * mapping gave, and of those that {@link #sort} adds.
   *
   * @param messages what customers wrote, and what cannot be read ({@code malformed})
   * @param statuses news of messages that were sent
   * @param changes what became of something that was said, or of who said it
   * @param notices about a number, a template or the account
   */
  public record Received(
      List<Map<String, Object>> messages,
      List<Map<String, Object>> statuses,
      List<Map<String, Object>> changes,
      List<Map<String, Object>> notices) {}

  /**
   * Sorts what a mapping made, and completes it so that the same webhook read twice gives the same
   * elements: {@code provider}, where the mapping names none; {@code messageId} of a message and
   * {@code id} of a change or notice, made up where the provider gives none; {@code sender}, whose
   * elements are to stay in order; and {@code receivedAt}.
   *
   * @param mapped an array of canonical elements
   * @param topic the webhook's, {@code webhook.<provider>}
   * @param receivedAt when the webhook came in
   * @param channel our number for elements that tell none, or null
   * @throws RejectException when the mapping did not answer with an array of objects
   */
  public Received sort(
      JsonNode mapped, String topic, long eventId, Instant receivedAt, String channel) {
    if (mapped == null || !mapped.isArray()) {
      throw new RejectException("The provider's jq mapping has to answer with one array.");
    }
    Received received =
        new Received(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (JsonNode node : mapped) {
      if (!node.isObject()) {
        throw new RejectException("The provider's jq mapping has to answer with objects only.");
      }
      Map<String, Object> element = json.convertValue(node, new TypeReference<>() {});
      if (element.get("provider") == null) {
        element.put("provider", topic.substring(topic.indexOf('.') + 1));
      }
      if (element.containsKey("channel") && element.get("channel") == null) {
        element.put("channel", channel == null || channel.isBlank() ? null : channel);
      }
      element.put("receivedAt", receivedAt.toString());
      String place = "webhook-" + eventId + "-";
      if (element.get("malformed") != null) {
        addMessage(element, place, received.messages);
      } else if (element.get("status") != null) {
        addStatus(element, received.statuses);
      } else if (element.get("change") != null) {
        element.put("sender", sender(element));
        addNews(element, place, received.changes, "change", "sender", "messageId", "at");
      } else if (element.get("notice") != null) {
        addNews(
            element,
            place,
            received.notices,
            "notice",
            "channel",
            "subject",
            "event",
            "text",
            "at");
      } else {
        addMessage(element, place, received.messages);
      }
    }
    return received;
  }

  private static void addMessage(
      Map<String, Object> message, String place, List<Map<String, Object>> messages) {
    Object id = message.get("messageId");
    if (id != null && id.toString().length() > LONGEST_KEY) {
      message.put("malformed", "its id has more than " + LONGEST_KEY + " characters");
      id = null;
    }
    message.put("messageId", id == null ? place + messages.size() : id);
    message.put("sender", sender(message));
    messages.add(message);
  }

  /**
   * Only those whose ids fit their key: others were never given to a message of ours. A key of ours
   * that does not fit is somebody else's.
   */
  private static void addStatus(Map<String, Object> status, List<Map<String, Object>> statuses) {
    String word = status.get("status").toString();
    Object id = status.get("messageId");
    if (id == null || word.length() > LONGEST_STATUS || (id + "/" + word).length() > LONGEST_KEY) {
      return;
    }
    if (status.get("ourKey") instanceof String key && key.length() > LONGEST_KEY) {
      status.put("ourKey", null);
    }
    statuses.add(status);
  }

  /**
   * Without an id of the provider's, one is made of what makes it different, so that it is the same
   * when the provider posts it again; without a time, of its place in the webhook.
   */
  private static void addNews(
      Map<String, Object> news,
      String place,
      List<Map<String, Object>> all,
      String... whatMakesItDifferent) {
    Object id = news.get("id");
    if (id == null && news.get("at") == null) {
      news.put("id", place + all.size());
    } else if (id == null) {
      StringBuilder different = new StringBuilder();
      for (String field : whatMakesItDifferent) {
        different.append(news.get(field)).append('\n');
      }
      news.put("id", hash(different.toString()));
    } else if (id.toString().length() > LONGEST_KEY) {
      news.put("id", hash(id.toString()));
    }
    all.add(news);
  }

  private static String hash(String text) {
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static String sender(Map<String, Object> message) {
    Object phone = message.get("phone");
    Object sender = phone == null ? message.get("waUserId") : phone;
    String text = sender == null ? "" : sender.toString();
    return text.substring(0, Math.min(text.length(), LONGEST_KEY));
  }
}
