package io.leadhub.channel;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Keeps what is heard about channels and accounts. */
@Component("channelNotices")
public class ChannelNotices {

  private final JdbcTemplate jdbc;
  private final ObjectMapper json;
  private final Clock clock;

  ChannelNotices(JdbcTemplate jdbc, ObjectMapper json, Clock clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Keeps a notice once, however often its event is delivered.
   *
   * @param notice {@code provider, notice, channel, subject, event, text, at}
   * @param owner what is to be told to the owner: an array of objects with a {@code key}, or none
   * @return the same
   */
  public List<Map<String, Object>> keep(Map<String, Object> notice, long eventId, JsonNode owner) {
    boolean told = !owner.isEmpty();
    String provider = text(notice.get("provider"), 20);
    String channel = text(notice.get("channel"), 64);
    if (channel != null) {
      jdbc.update(
          "insert ignore into channels (provider, channel) values (?, ?)", provider, channel);
    }
    jdbc.update(
        """
        insert ignore into channel_notices (event_id, provider, channel, notice, subject, event, text, told, at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        eventId,
        provider,
        channel,
        text(notice.get("notice"), 20),
        text(notice.get("subject"), 255),
        text(notice.get("event"), 100),
        text(notice.get("text"), 500),
        told,
        at(notice.get("at")));
    return json.convertValue(owner, new TypeReference<>() {});
  }

  private Instant at(Object told) {
    try {
      return told == null ? clock.instant() : Instant.parse(told.toString());
    } catch (DateTimeException e) {
      return clock.instant();
    }
  }

  private static String text(Object value, int longest) {
    if (value == null) {
      return null;
    }
    String text = value.toString();
    return text.substring(0, Math.min(text.length(), longest));
  }
}
