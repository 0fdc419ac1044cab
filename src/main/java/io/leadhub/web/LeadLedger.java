package io.leadhub.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Why leads are whose they are, as the API shows it. */
@Component
class LeadLedger {

  /**
   * A decision.
   *
   * @param partnerCode whose the lead is then; null: nobody's
   * @param rule what it was decided by: {@code keyword}, {@code code}, {@code typo}, {@code
   *     click-reference}, {@code ad}, {@code click-guess}, {@code form}, {@code repeat}, {@code
   *     person}
   * @param confidence of a guess, 0 to 1; else null
   * @param certainty of the partner, or null without one
   * @param evidence as the customer wrote it, or null
   * @param evidencePartnerCode for whom the evidence spoke where it did not count, or null
   * @param by the person, or null
   * @param reason of a person, in their words; of a rule why the evidence did not count, {@code
   *     suggested} where a person has to choose; or null
   * @param placement of a form: where its link hangs, or null
   */
  record Attribution(
      Instant at,
      String partnerCode,
      String rule,
      String certainty,
      Double confidence,
      String evidence,
      String evidencePartnerCode,
      String by,
      String reason,
      String placement) {}

  /** What speaks for a partner, for a person to choose. */
  record Suggestion(String partnerCode, String rule, Double confidence, String evidence) {}

  /**
   * A partner's link that was opened.
   *
   * @param placement where the link or the QR code hangs, or null
   * @param device phone, tablet, desktop or other
   */
  record Click(Instant at, String partnerCode, String placement, String device) {}

  private final JdbcTemplate jdbc;

  LeadLedger(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** All decisions, in their order. */
  List<Attribution> attributions(long leadId) {
    return jdbc.query(
        """
        select a.created_at, p.code, a.rule, a.certainty, a.confidence, a.evidence,
               a.evidence_partner_code, a.decided_by, a.reason,
               if(a.rule = 'form',
                  (select json_value(m.media, '$.placement') from messages m
                   where m.lead_id = a.lead_id and m.direction = 'in'
                     and m.provider_message_id = a.message_id
                   limit 1),
                  null) as placement
        from attributions a left join partners p on p.id = a.partner_id
        where a.lead_id = ? order by a.id
        """,
        (row, index) ->
            new Attribution(
                row.getObject("created_at", Instant.class),
                row.getString("code"),
                row.getString("rule"),
                row.getString("certainty"),
                row.getObject("confidence", Double.class),
                row.getString("evidence"),
                row.getString("evidence_partner_code"),
                row.getString("decided_by"),
                row.getString("reason"),
                row.getString("placement")),
        leadId);
  }

  /** By lead; the surest first. */
  Map<Long, List<Suggestion>> suggestions(List<Long> leadIds) {
    Map<Long, List<Suggestion>> suggestions = new HashMap<>();
    if (!leadIds.isEmpty()) {
      jdbc.query(
          """
          select s.lead_id, p.code, s.rule, s.confidence, s.evidence
          from suggestions s join partners p on p.id = s.partner_id
          where s.lead_id in (%s) order by s.confidence is null desc, s.confidence desc, s.id
          """
              .formatted(String.join(", ", Collections.nCopies(leadIds.size(), "?"))),
          row -> {
            suggestions
                .computeIfAbsent(row.getLong("lead_id"), any -> new ArrayList<>())
                .add(
                    new Suggestion(
                        row.getString("code"),
                        row.getString("rule"),
                        row.getObject("confidence", Double.class),
                        row.getString("evidence")));
          },
          leadIds.toArray());
    }
    return suggestions;
  }

  /** Those that the lead came of, not those that were only suggested. */
  List<Click> clicks(long leadId) {
    return jdbc.query(
        """
        select k.at, p.code, k.placement, k.device
        from (
          select id from clicks where lead_id = ?
          union
          select click_id from attributions
          where lead_id = ? and not (decided_by is null and reason <=> 'suggested')
        ) of_lead
        join clicks k on k.id = of_lead.id
        join partners p on p.id = k.partner_id
        order by k.at, k.id
        """,
        (row, index) ->
            new Click(
                row.getObject("at", Instant.class),
                row.getString("code"),
                row.getString("placement"),
                row.getString("device")),
        leadId,
        leadId);
  }
}
