package io.leadhub.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.leadhub.cost.Cost;
import io.leadhub.cost.CostMeter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/api/leads")
@Tag(name = "Leads")
class LeadsApi {

  record Lead(
      long id,
      String phone,
      String waUserId,
      String name,
      String partnerCode,
      String status,
      String source,
      String attributedBy,
      String firstMessage,
      int messageCount,
      Instant createdAt,
      Instant lastMessageAt) {}

  /**
   * @param author of one that went out: {@code hub}, or {@code person} of the business
   * @param template the approved template it was sent as, or null
   * @param status of one that went out: the furthest that the provider told, whatever came when
   * @param error why it failed, or null
   * @param reaction what the other side answered it with, an emoji
   */
  record Message(
      String messageId,
      String provider,
      String direction,
      String kind,
      String text,
      Instant at,
      String author,
      String template,
      String status,
      Instant statusAt,
      String error,
      String reaction,
      Instant editedAt,
      Instant deletedAt) {}

  /**
   * @param referral the ad that the customer came from, as the provider told it, or null
   * @param optedOutAt since when the contact wants no automatic messages, or null
   */
  record LeadStory(
      @JsonUnwrapped Lead lead,
      @JsonRawValue @Schema(type = "object") String referral,
      Instant optedOutAt,
      List<Message> messages,
      List<DeliveriesApi.Delivery> deliveries,
      Cost cost) {}

  private static final String LEADS =
      """
      select l.id, c.phone, c.wa_user_id, c.name, l.partner_code, l.status, l.source, l.attributed_by,
             l.first_message, l.message_count, l.created_at, l.last_message_at
      from leads l
      join contacts c on c.id = l.contact_id
      """;

  private final JdbcTemplate jdbc;
  private final CostMeter meter;

  LeadsApi(JdbcTemplate jdbc, CostMeter meter) {
    this.jdbc = jdbc;
    this.meter = meter;
  }

  @GetMapping
  @Operation(
      summary =
          "Leads, newest first; a partner's, of a status, of a phone number, since an instant")
  Page<Lead> list(
      @RequestParam(required = false) String partner,
      @RequestParam(required = false) String status,
      @RequestParam(required = false) String phone,
      @RequestParam(required = false) Instant since,
      @RequestParam(required = false) Long cursor,
      @RequestParam(defaultValue = "50") int limit) {
    Conditions where =
        new Conditions()
            .and("l.partner_code = ?", partner)
            .and("l.status = ?", status)
            .and("c.phone = ?", phone)
            .and("l.created_at >= ?", since)
            .and("l.id < ?", cursor);
    int size = Conditions.pageSize(limit);
    List<Lead> found =
        jdbc.query(
            LEADS + where.sql() + " order by l.id desc limit " + (size + 1),
            LeadsApi::lead,
            where.values());
    return Page.of(found, size, Lead::id);
  }

  @GetMapping("/{id}")
  @Operation(
      summary =
          "One lead with its messages, with where it was delivered, and what messages to it cost")
  LeadStory one(@PathVariable long id) {
    Lead lead =
        jdbc.query(LEADS + "where l.id = ?", LeadsApi::lead, id).stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new ResponseStatusException(
                        HttpStatus.NOT_FOUND, "There is no lead " + id + "."));
    List<Message> messages =
        jdbc.query(
            """
            select m.provider_message_id, m.provider, m.direction, m.kind, m.text, m.at, m.author,
                   m.template, m.reaction, m.edited_at, m.deleted_at, s.status, s.at as status_at,
                   if(s.status = 'failed', s.error, null) as error
            from messages m
            left join message_statuses s on m.direction = 'out' and s.id = (
              select x.id from message_statuses x
              where x.provider = m.provider and x.provider_message_id = m.provider_message_id
              order by field(x.status, 'queued', 'accepted', 'sent', 'failed', 'delivered', 'read',
                             'played') desc, x.id
              limit 1)
            where m.lead_id = ? order by m.at, m.id
            """,
            (row, index) ->
                new Message(
                    row.getString("provider_message_id"),
                    row.getString("provider"),
                    row.getString("direction"),
                    row.getString("kind"),
                    row.getString("text"),
                    row.getObject("at", Instant.class),
                    row.getString("author"),
                    row.getString("template"),
                    row.getString("status"),
                    row.getObject("status_at", Instant.class),
                    row.getString("error"),
                    row.getString("reaction"),
                    row.getObject("edited_at", Instant.class),
                    row.getObject("deleted_at", Instant.class)),
            id);
    return jdbc.queryForObject(
        """
        select l.referral, c.opted_out_at
        from leads l join contacts c on c.id = l.contact_id where l.id = ?
        """,
        (row, index) ->
            new LeadStory(
                lead,
                row.getString("referral"),
                row.getObject("opted_out_at", Instant.class),
                messages,
                DeliveriesApi.about(jdbc, "lead/" + id),
                meter.ofLead(id)),
        id);
  }

  private static Lead lead(ResultSet row, int index) throws SQLException {
    return new Lead(
        row.getLong("id"),
        row.getString("phone"),
        row.getString("wa_user_id"),
        row.getString("name"),
        row.getString("partner_code"),
        row.getString("status"),
        row.getString("source"),
        row.getString("attributed_by"),
        row.getString("first_message"),
        row.getInt("message_count"),
        row.getObject("created_at", Instant.class),
        row.getObject("last_message_at", Instant.class));
  }
}
