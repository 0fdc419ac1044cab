package io.leadhub.reply;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.DeliveryException;
import io.leadhub.durable.RetryAtException;
import io.leadhub.durable.RetryException;
import io.leadhub.outbound.ErrorTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Finds the reply that a provider later says has failed. */
@Component("failedReplies")
public class FailedReplies {

  /** A status may come before our own call is kept; looked for so often, it is not ours. */
  private static final int LOOKS = 6;

  private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(10);

  /**
   * A reply that was sent and failed.
   *
   * @param messageId the message's, as its provider calls it
   * @param reply as {@link ReplyDesk#reply} made it
   * @param asTemplate whether it went out as a template
   * @param reason why it failed, a sentence
   */
  public record Failed(
      long deliveryId,
      String messageId,
      Map<String, Object> reply,
      boolean asTemplate,
      String reason) {}

  /**
   * @param remoteId the message that it sent last, or null
   * @param arrived whether the provider told that it was delivered: then it did not fail, whatever
   *     comes later
   */
  private record Delivery(
      long id,
      String state,
      String remoteId,
      byte[] payload,
      boolean asTemplate,
      boolean arrived) {}

  private final JdbcTemplate jdbc;
  private final ObjectMapper json;

  FailedReplies(JdbcTemplate jdbc, ObjectMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /**
   * @param status a failed one, in the shape that all providers share
   * @param attempt 1 for the first look
   * @return null when the message is not one of ours, its failure is known, or another one was sent
   *     since
   * @throws RetryException while its sending may not be kept yet
   * @throws RetryAtException while what became of its sending is still being found out
   */
  public Failed find(Map<String, Object> status, int attempt) {
    Delivery delivery = delivery(status);
    if (delivery == null && attempt < LOOKS) {
      throw new RetryException("A message failed that is not known as sent yet: looked for again.");
    }
    if (delivery == null || delivery.arrived) {
      return null;
    }
    String messageId = status.get("messageId").toString();
    boolean isItsLast = messageId.equals(delivery.remoteId);
    if (delivery.state.matches("due|running") && !isItsLast) {
      throw new RetryAtException("A message failed that is still being sent.", LOOK_AGAIN_AFTER);
    }
    if (!delivery.state.equals("done") || !isItsLast) {
      return null;
    }
    Map<String, Object> reply = reply(delivery);
    boolean asTemplate = delivery.asTemplate || "template".equals(reply.get("use"));
    return new Failed(delivery.id, messageId, reply, asTemplate, reason(status));
  }

  /** Whether it came too late for free text, and its template has not been tried. */
  public boolean needsTemplate(Failed failed, ErrorTable errors, Map<String, Object> status) {
    return !failed.asTemplate
        && failed.reply.get("template") != null
        && errors.isOutsideWindow(code(status));
  }

  /** What becomes of it otherwise, by the provider's table. */
  public DeliveryException meaning(Failed failed, ErrorTable errors, Map<String, Object> status) {
    return errors.toldLater(code(status), failed.reason);
  }

  private static String code(Map<String, Object> status) {
    Object code = status.get("errorCode");
    return code == null ? null : code.toString();
  }

  private Delivery delivery(Map<String, Object> status) {
    return jdbc
        .query(
            """
            select d.id, d.state, d.remote_id, coalesce(d.edited_payload, e.payload) as payload,
                   exists (select 1 from messages t
                           where t.provider = ? and t.provider_message_id = ? and t.direction = 'out'
                             and t.template is not null) as as_template,
                   exists (select 1 from message_statuses s
                           where s.provider = ? and s.provider_message_id = ?
                             and s.status in ('delivered', 'read', 'played')) as arrived
            from deliveries d join events e on e.id = d.event_id
            where d.discarded_at is null and d.id = coalesce(
                (select m.delivery_id from messages m
                 where m.provider = ? and m.provider_message_id = ? and m.direction = 'out'),
                (select o.id from events k join deliveries o on o.event_id = k.id
                 where k.topic = concat('send.', ?) and k.event_key = ? limit 1))
            """,
            (row, index) ->
                new Delivery(
                    row.getLong("id"),
                    row.getString("state"),
                    row.getString("remote_id"),
                    row.getBytes("payload"),
                    row.getBoolean("as_template"),
                    row.getBoolean("arrived")),
            status.get("provider"),
            status.get("messageId"),
            status.get("provider"),
            status.get("messageId"),
            status.get("provider"),
            status.get("messageId"),
            status.get("provider"),
            status.get("ourKey"))
        .stream()
        .findFirst()
        .orElse(null);
  }

  private Map<String, Object> reply(Delivery delivery) {
    try {
      return json.readValue(delivery.payload, new TypeReference<>() {});
    } catch (IOException e) {
      throw new UncheckedIOException("delivery " + delivery.id + " holds no reply", e);
    }
  }

  private static String reason(Map<String, Object> status) {
    Object error = status.get("error");
    return "The provider took the message and could not deliver it"
        + (error == null ? "." : ": " + error);
  }
}
