package io.leadhub.lead;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.RejectException;
import io.leadhub.locale.PhoneNumbers;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Checks the canonical message that a provider's mapping made, and makes it uniform. */
@Component("messageReader")
public class MessageReader {

  private static final int LONGEST_NAME = 255;

  private static final List<String> CHANGE_FIELDS =
      List.of(
          "provider",
          "change",
          "id",
          "messageId",
          "channel",
          "kind",
          "text",
          "emoji",
          "waUserId",
          "newWaUserId");

  private final PhoneNumbers phoneNumbers;
  private final ObjectMapper json;

  MessageReader(PhoneNumbers phoneNumbers, ObjectMapper json) {
    this.phoneNumbers = phoneNumbers;
    this.json = json;
  }

  /**
   * @param message as the jq mapping made it; its {@code receivedAt} stands in for the time where
   *     the provider tells none
   * @throws RejectException in words a person can act on, when no lead can come of it
   */
  public InboundMessage read(Map<String, Object> message) {
    Object malformed = message.get("malformed");
    if (malformed != null) {
      throw new RejectException("One message of a webhook could not be read: " + malformed);
    }
    String phone = phone(text(message, "phone"));
    String waUserId = stripped(text(message, "waUserId"));
    if (phone == null && waUserId == null) {
      throw new RejectException(
          "The message tells neither the sender's phone number nor a WhatsApp user id.");
    }
    return new InboundMessage(
        required(message, "provider"),
        limited("channel", text(message, "channel"), 64),
        limited("messageId", required(message, "messageId"), 255),
        limited("kind", required(message, "kind"), 40),
        phone,
        waUserId,
        cut(text(message, "name"), LONGEST_NAME),
        text(message, "text"),
        at(text(message, "at"), Instant.parse(required(message, "receivedAt"))),
        asJson(message.get("referral")),
        limited("code", text(message, "code"), 32),
        asJson(message.get("media")));
  }

  /**
   * A change of a message or of its sender, with every field that the routes' SQL names, null where
   * it tells nothing: {@code phone} and {@code newPhone} in E.164, {@code at} an Instant, never
   * later than the change came.
   *
   * @throws RejectException when a number or a time in it is none
   */
  public Map<String, Object> readChange(Map<String, Object> change, Instant receivedAt) {
    Map<String, Object> read = new HashMap<>();
    CHANGE_FIELDS.forEach(field -> read.put(field, text(change, field)));
    read.put("phone", phone(text(change, "phone")));
    read.put("newPhone", phone(text(change, "newPhone")));
    read.put("at", at(text(change, "at"), receivedAt));
    return read;
  }

  /** Many messages; one that is rejected rejects them all. */
  public List<InboundMessage> readAll(List<Map<String, Object>> messages) {
    return messages.stream().map(this::read).toList();
  }

  private String phone(String written) {
    if (written == null) {
      return null;
    }
    return phoneNumbers
        .normalise(written)
        .orElseThrow(
            () -> new RejectException("The sender's number “" + written + "” is no phone number."));
  }

  /** The database's comparison does not see spaces at the end; ours would. */
  private static String stripped(String id) {
    return id == null ? null : id.strip();
  }

  /** As wide as the column: better a dead letter that says so than a database error ten times. */
  private static String limited(String field, String value, int length) {
    if (value != null && value.length() > length) {
      throw new RejectException(
          "The message's " + field + " has more than " + length + " characters.");
    }
    return value;
  }

  /** A time that lies ahead would keep the lead open until then. */
  private static Instant at(String written, Instant receivedAt) {
    try {
      Instant at = written == null ? receivedAt : Instant.parse(written);
      return at.isAfter(receivedAt) ? receivedAt : at;
    } catch (DateTimeParseException e) {
      throw new RejectException("“" + written + "” is no time of the form 2026-01-31T12:00:00Z.");
    }
  }

  private static String required(Map<String, Object> message, String field) {
    String value = text(message, field);
    if (value == null) {
      throw new RejectException(
          "The message has no " + field + "; the provider's mapping gives it.");
    }
    return value;
  }

  /** NUL is legal in JSON and in nothing behind us. */
  private static String text(Map<String, Object> message, String field) {
    Object value = message.get(field);
    String text = value == null ? "" : value.toString().replace("\0", "");
    return text.isBlank() ? null : text;
  }

  private static String cut(String text, int length) {
    return text == null || text.codePointCount(0, text.length()) <= length
        ? text
        : text.substring(0, text.offsetByCodePoints(0, length));
  }

  private String asJson(Object value) {
    try {
      return value == null ? null : json.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what came from JSON can't be written as JSON", e);
    }
  }
}
