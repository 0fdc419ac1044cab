package io.leadhub.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.ReconcileException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Finds in Twilio's list of messages the one that a delivery may have sent. */
@Component("twilioMessages")
public class TwilioMessages {

  /** Twilio's clock and the database's may differ, and Twilio tells whole seconds. */
  private static final Duration CLOCK_SLACK = Duration.ofMinutes(1);

  /**
   * The list comes newest first and is only of one sender and one customer, so what was sent since
   * the reply was ordered is on its first page.
   */
  private static final int PAGE_SIZE = 200;

  private final ObjectMapper json;
  private final JdbcTemplate jdbc;

  TwilioMessages(ObjectMapper json, JdbcTemplate jdbc) {
    this.json = json;
    this.jdbc = jdbc;
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
   * @param reply the lead it is for, and its text
   * @param since when the reply was ordered; nothing older is it
   * @return the message's sid, or null when it is not there
   * @throws ReconcileException when the answer is no list: nobody can tell yet
   */
  public String find(String answer, Map<String, Object> reply, Instant since) {
    for (JsonNode message : messages(answer)) {
      String sid = message.path("sid").asText();
      if (message.path("body").asText().strip().equals(reply.get("text").toString().strip())
          && !createdAt(message).isBefore(since.minus(CLOCK_SLACK))
          && !belongsToAnotherLead(sid, reply.get("leadId"))) {
        return sid;
      }
    }
    return null;
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

  /** One whose time can't be read may be ours: better one reply too few than two. */
  private static Instant createdAt(JsonNode message) {
    try {
      String date = message.path("date_created").asText();
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
    } catch (DateTimeException e) {
      return Instant.MAX;
    }
  }

  /** The same words may have gone to the same customer for an earlier lead. */
  private boolean belongsToAnotherLead(String sid, Object leadId) {
    return !jdbc.queryForList(
            """
            select id from messages
            where provider = 'twilio' and provider_message_id = ? and direction = 'out'
              and lead_id <> ?
            """,
            sid,
            leadId)
        .isEmpty();
  }
}
