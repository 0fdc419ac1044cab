package io.leadhub.web;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import io.leadhub.attribution.CodeExtractor;
import io.leadhub.attribution.PartnerDirectory;
import io.leadhub.cost.Cost;
import io.leadhub.cost.CostMeter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.ProducerTemplate;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
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
      String certainty,
      String firstMessage,
      int messageCount,
      Instant createdAt,
      Instant lastMessageAt) {}

  /** A lead of the list, with what a person may choose from. */
  record Listed(@JsonUnwrapped Lead lead, List<LeadLedger.Suggestion> suggestions) {}

  /**
   * @param partner whose it is, a partner's code; null: nobody's, and must be written so
   * @param by who says so
   * @param reason why, or null
   */
  record Assignment(
      @NotNull(message = "must be a partner's code, or null for nobody")
          @Schema(type = "string", nullable = true)
          JsonNode partner,
      @NotBlank @Size(max = 100) String by,
      @Size(max = 500) String reason) {}

  /** Whose leads are listed. */
  enum Attributed {
    none("l.partner_id is null and (l.attributed_by is null or l.attributed_by <> 'person')"),
    suggested("l.id in (select s.lead_id from suggestions s)"),
    suspected("l.certainty = 'suspected'"),
    sure("l.partner_id is not null and coalesce(l.certainty, 'sure') = 'sure'");

    private final String condition;

    Attributed(String condition) {
      this.condition = condition;
    }
  }

  /**
   * @param author of one that went out: {@code hub}, or {@code person} of the business
   * @param template the approved template it was sent as, or null
   * @param status of one that went out: the furthest that the provider told, whatever came when
   * @param error why it failed, or null
   * @param reaction what the other side answered it with, an emoji
   * @param placement of a form: where its link hangs, as {@code ?placement=} told, or null
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
      Instant deletedAt,
      String placement) {}

  /**
   * @param referral the ad that the customer came from, as the provider told it, or null
   * @param optedOutAt since when the contact wants no automatic messages, or null
   * @param story what happened, a sentence each
   */
  record LeadStory(
      @JsonUnwrapped Lead lead,
      @JsonRawValue @Schema(type = "object") String referral,
      Instant optedOutAt,
      List<LeadLedger.Attribution> attributions,
      List<LeadLedger.Suggestion> suggestions,
      List<String> story,
      List<Message> messages,
      List<DeliveriesApi.Delivery> deliveries,
      Cost cost) {}

  private static final String LEADS =
      """
      select l.id, c.phone, c.wa_user_id, c.name, l.partner_code, l.status, l.source, l.attributed_by,
             l.certainty, l.first_message, l.message_count, l.created_at, l.last_message_at
      from leads l
      join contacts c on c.id = l.contact_id
      """;

  private final JdbcTemplate jdbc;
  private final CostMeter meter;
  private final LeadLedger ledger;
  private final LeadStories stories;
  private final CodeExtractor codes;
  private final ProducerTemplate routes;

  LeadsApi(
      JdbcTemplate jdbc,
      CostMeter meter,
      LeadLedger ledger,
      LeadStories stories,
      CodeExtractor codes,
      ProducerTemplate routes) {
    this.jdbc = jdbc;
    this.meter = meter;
    this.ledger = ledger;
    this.stories = stories;
    this.codes = codes;
    this.routes = routes;
  }

  @GetMapping
  @Operation(
      summary =
          "Leads, newest first; a partner's, of a status, of a phone number, since an instant;"
              + " attribution=none are those that nobody has and no person decided about,"
              + " suggested those with suggestions to choose from, whosever they are")
  Page<Listed> list(
      @RequestParam(required = false) String partner,
      @RequestParam(required = false) String status,
      @RequestParam(required = false) String phone,
      @RequestParam(required = false) Instant since,
      @RequestParam(required = false) Attributed attribution,
      @RequestParam(required = false) Long cursor,
      @RequestParam(defaultValue = "50") int limit) {
    Conditions where =
        new Conditions()
            .and("l.partner_code = ?", partner)
            .and("l.status = ?", status)
            .and("c.phone = ?", phone)
            .and("l.created_at >= ?", since)
            .and(attribution == null ? null : attribution.condition)
            .and("l.id < ?", cursor);
    int size = Conditions.pageSize(limit);
    List<Lead> found =
        jdbc.query(
            LEADS + where.sql() + " order by l.id desc limit " + (size + 1),
            LeadsApi::lead,
            where.values());
    Map<Long, List<LeadLedger.Suggestion>> suggestions =
        ledger.suggestions(found.stream().map(Lead::id).toList());
    return Page.of(
        found.stream()
            .map(lead -> new Listed(lead, suggestions.getOrDefault(lead.id, List.of())))
            .toList(),
        size,
        listed -> listed.lead.id);
  }

  @GetMapping("/{id}")
  @Operation(
      summary =
          "One lead with its story in words, its messages (those of a form with its placement), with"
              + " where it was delivered, and what messages to it cost")
  LeadStory one(
      @PathVariable long id,
      @Parameter(description = "Of the story: en, ru or th; else by Accept-Language")
          @RequestParam(required = false)
          String language,
      @RequestHeader(name = HttpHeaders.ACCEPT_LANGUAGE, required = false) String accepted) {
    Lead lead = find(id);
    List<LeadLedger.Attribution> attributions = ledger.attributions(id);
    List<LeadLedger.Suggestion> suggestions =
        ledger.suggestions(List.of(id)).getOrDefault(id, List.of());
    List<Message> messages =
        jdbc.query(
            """
            select m.provider_message_id, m.provider, m.direction, m.kind, m.text, m.at, m.author,
                   m.template, m.reaction, m.edited_at, m.deleted_at, s.status, s.at as status_at,
                   if(s.status = 'failed', s.error, null) as error,
                   json_value(m.media, '$.placement') as placement
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
                    row.getObject("deleted_at", Instant.class),
                    row.getString("placement")),
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
                attributions,
                suggestions,
                stories.tell(lead, ledger.clicks(id), messages, attributions, language, accepted),
                messages,
                DeliveriesApi.about(jdbc, "lead/" + id),
                meter.ofLead(id)),
        id);
  }

  @PostMapping("/{id}/attribution")
  @Operation(
      summary =
          "Say whose lead it is; 400 when nobody has the code, 409 when its partner is not active."
              + " Asking for what is so already changes nothing, but a suspected partner is sure then,"
              + " and suggestions are settled")
  LeadStory assign(@PathVariable long id, @Valid @RequestBody Assignment asked) {
    find(id);
    Map<String, Object> assignment = new HashMap<>();
    assignment.put("leadId", id);
    assignment.put("by", asked.by());
    assignment.put("reason", asked.reason());
    assignment.putAll(partner(asked.partner()));
    routes.requestBody("direct:assign-lead", assignment);
    return one(id, null, null);
  }

  /** {@code partnerId} and {@code partnerCode}, both null for nobody. */
  private Map<String, Object> partner(JsonNode asked) {
    Map<String, Object> partner = new HashMap<>();
    partner.put("partnerId", null);
    partner.put("partnerCode", null);
    if (asked.isNull()) {
      return partner;
    }
    String code = asked.isTextual() ? asked.asText().strip() : "";
    Optional<PartnerDirectory.Entry> found = codes.resolve(code);
    if (found.isEmpty()) {
      boolean inactive =
          !jdbc.queryForList("select id from partners where code = ? and not active", code)
              .isEmpty();
      throw inactive
          ? new ResponseStatusException(
              HttpStatus.CONFLICT, "The partner with the code " + code + " is not active.")
          : new ResponseStatusException(
              HttpStatus.BAD_REQUEST,
              "partner must be the code of a partner, or null for nobody; nobody has this one.");
    }
    partner.put("partnerId", found.get().id());
    partner.put("partnerCode", found.get().code());
    return partner;
  }

  private Lead find(long id) {
    return jdbc.query(LEADS + "where l.id = ?", LeadsApi::lead, id).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no lead " + id + "."));
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
        row.getString("certainty"),
        row.getString("first_message"),
        row.getInt("message_count"),
        row.getObject("created_at", Instant.class),
        row.getObject("last_message_at", Instant.class));
  }
}
