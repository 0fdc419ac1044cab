package io.leadhub.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.ReconcileException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Finds in Twilio's list of messages the one that a delivery may have sent. */
@Component("twilioMessages")
public class TwilioMessages {

  /**
   * The list comes newest first and is only of one sender and one customer, so what was sent since
   * the reply was ordered is on its first page.
   */
  private static final int PAGE_SIZE = 200;

  private final ObjectMapper json;
  private final SentMessages sentMessages;

  TwilioMessages(ObjectMapper json, SentMessages sentMessages) {
    this.json = json;
    this.sentMessages = sentMessages;
  }

  /**
   * Everything from that sender to that customer. Not by DateSent, which knows only days and is
   * empty while a message is queued.
   *
   * @param form what was posted to send the message
   */
  public String query(String form) {
    return Stream.of(form.split("&"))
            .filter(field -> field.startsWith("From=") || field.startsWith("To="))
            .collect(Collectors.joining("&"))
        + "&PageSize="
        + PAGE_SIZE;
  }

  /**
   * @param answer Twilio's list of messages
   * @param reply as {@link SentMessages#find} reads it
   * @param since when the reply was ordered; nothing older is it
   * @param deliveryId whose message it is
   * @return the message's sid, or null when it is not there
   * @throws ReconcileException when the answer is no list: nobody can tell yet
   */
  public String find(String answer, Map<String, Object> reply, Instant since, Long deliveryId) {
    List<SentMessages.Sent> sent = new ArrayList<>();
    for (JsonNode message : messages(answer)) {
      sent.add(
          new SentMessages.Sent(
              message.path("sid").asText(),
              message.path("body").asText(),
              createdAt(message),
              List.of("failed", "undelivered").contains(message.path("status").asText())));
    }
    return sentMessages.find("twilio", sent, reply, since, deliveryId);
  }

  private JsonNode messages(String answer) {
    try {
      JsonNode messages = json.readTree(answer == null ? "" : answer).path("messages");
      if (messages.isArray()) {
        return messages;
      }
    } catch (IOException e) {
      // Said below.
    }
    throw new ReconcileException("Twilio did not list its messages, so nothing is sent again yet.");
  }

  private static Instant createdAt(JsonNode message) {
    try {
      String date = message.path("date_created").asText();
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    } catch (DateTimeException e) {
      return Instant.MAX;
    }
  }
}
