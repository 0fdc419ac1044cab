package io.leadhub.lead;

import io.leadhub.durable.RetryException;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What changes of messages and contacts need, and SQL in a route says badly. */
@Component("messageChanges")
public class MessageChanges {

  /**
   * A change may come before the message it is about is kept; looked for so often, it never will.
   */
  private static final int LOOKS = 6;

  private final JdbcTemplate jdbc;

  MessageChanges(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param attempt 1 for the first look
   * @throws RetryException when the message it is about is not kept, and may still come
   */
  public void awaitMessage(Map<String, Object> change, int attempt) {
    boolean kept =
        jdbc.queryForObject(
            """
            select exists (select 1 from messages where provider = ? and provider_message_id = ?)
            """,
            Boolean.class,
            change.get("provider"),
            change.get("messageId"));
    if (!kept && attempt < LOOKS) {
      throw new RetryException("The message that was changed is not kept yet: looked for again.");
    }
  }

  /**
   * The same for a change that is about a person.
   *
   * @param attempt 1 for the first look
   * @throws RetryException when nobody of that number or user id is kept, and may still come
   */
  public void awaitContact(Map<String, Object> change, int attempt) {
    boolean named = change.get("phone") != null || change.get("waUserId") != null;
    if (named && attempt < LOOKS && !isKept(change)) {
      throw new RetryException("The contact that changed is not kept yet: looked for again.");
    }
  }

  private boolean isKept(Map<String, Object> change) {
    return jdbc.queryForObject(
        "select exists (select 1 from contacts where phone = ? or wa_user_id = ?)",
        Boolean.class,
        change.get("phone"),
        change.get("waUserId"));
  }

  /**
   * Some inboxes show what the hub sends as if a person had: known by its id, once that is kept.
   *
   * @param attempt 1 for the first look
   * @throws RetryException while a reply to that contact is being sent
   */
  public void awaitOwnReply(Map<String, Object> answer, int attempt) {
    boolean sending =
        jdbc.queryForObject(
            """
            select exists (
              select 1 from contacts c
              join leads l on l.contact_id = c.id
              join deliveries d on d.subscriber = ? and d.ordering_key = concat('lead/', l.id)
                and d.state = 'running'
              where c.phone = ? or c.wa_user_id = ?)
            """,
            Boolean.class,
            answer.get("provider"),
            answer.get("phone"),
            answer.get("waUserId"));
    if (sending && attempt < LOOKS) {
      throw new RetryException(
          "A reply of ours is being sent: whose answer this is, is not clear.");
    }
  }

  /**
   * Gives a contact its new number or user id. Where they belong to a contact already, that one
   * takes over the leads: both are the same person.
   */
  @Transactional
  public void move(Map<String, Object> change) {
    Long old = find(change.get("phone"), change.get("waUserId"));
    if (old == null) {
      return;
    }
    Object phone = change.get("newPhone");
    Object waUserId = change.get("newWaUserId");
    Long taken = find(phone, waUserId);
    if (taken == null || taken.equals(old)) {
      jdbc.update(
          """
          update contacts set phone = coalesce(?, phone), wa_user_id = coalesce(?, wa_user_id)
          where id = ?
          """,
          phone,
          waUserId,
          old);
    } else {
      jdbc.update("update leads set contact_id = ? where contact_id = ?", taken, old);
      jdbc.update(
          """
          update contacts c join contacts o on o.id = ?
          set c.opted_out_at = coalesce(c.opted_out_at, o.opted_out_at),
              c.name = coalesce(c.name, o.name)
          where c.id = ?
          """,
          old,
          taken);
    }
  }

  private Long find(Object phone, Object waUserId) {
    return jdbc
        .queryForList(
            """
            select id from contacts where phone = ? or wa_user_id = ?
            order by phone <=> ? desc limit 1 for update
            """,
            Long.class,
            phone,
            waUserId,
            phone)
        .stream()
        .findFirst()
        .orElse(null);
  }
}
