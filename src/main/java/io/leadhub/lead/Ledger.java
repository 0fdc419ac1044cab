package io.leadhub.lead;

import io.leadhub.attribution.Decision;
import io.leadhub.attribution.Evidence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;

/**
 * Whose leads are and why, as rows for the tables. What is written stands in {@code
 * routes/attribution.camel.yaml}.
 */
@Component("ledger")
public class Ledger {

  private static final int LONGEST_EVIDENCE = 255;
  private static final String PERSON = "person";
  private static final String SUGGESTED = "suggested";

  /**
   * What was decided for or against partners, or left to a person: with {@code leadId}, {@code
   * messageId}, {@code partnerId} and {@code certainty} (whose the lead is then, or null), {@code
   * rule}, {@code confidence}, {@code evidence}, {@code clickId}; and where that does not credit
   * anybody, {@code evidencePartnerCode} (for whom it spoke) and {@code reason}.
   *
   * @param facts of messages, see {@link LeadDesk.News}
   */
  public List<Map<String, Object>> decided(List<Map<String, Object>> facts) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Map<String, Object> one : facts) {
      Decision decision = (Decision) one.get("decision");
      if (decision.credits()) {
        rows.add(row(one, decision.evidence()));
      } else if (decision.evidence() != null) {
        rows.add(notCounted(one, decision.evidence(), decision.reason()));
      }
      decision.suggested().forEach(suggestion -> rows.add(notCounted(one, suggestion, SUGGESTED)));
    }
    return rows;
  }

  private static Map<String, Object> notCounted(
      Map<String, Object> facts, Evidence evidence, String reason) {
    Map<String, Object> row = row(facts, evidence);
    row.put("partnerId", facts.get("previousPartnerId"));
    row.put("certainty", facts.get("previousCertainty"));
    row.put("evidencePartnerCode", evidence.partner().code());
    row.put("reason", reason);
    return row;
  }

  /** What a person is to choose from, a row for each partner, with the same names. */
  public List<Map<String, Object>> suggested(List<Map<String, Object>> facts) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Map<String, Object> one : facts) {
      ((Decision) one.get("decision"))
          .suggested()
          .forEach(suggestion -> rows.add(row(one, suggestion)));
    }
    return rows;
  }

  private static Map<String, Object> row(Map<String, Object> facts, Evidence evidence) {
    Map<String, Object> row = new HashMap<>();
    row.put("leadId", facts.get("leadId"));
    row.put("messageId", facts.get("messageId"));
    row.put("partnerId", evidence.partner().id());
    row.put("rule", evidence.rule());
    row.put("certainty", evidence.certainty().word());
    row.put("confidence", evidence.confidence());
    row.put("evidence", cut(evidence.words()));
    row.put("clickId", evidence.clickId());
    row.put("evidencePartnerCode", null);
    row.put("reason", null);
    return row;
  }

  private static String cut(String words) {
    return words == null || words.codePointCount(0, words.length()) <= LONGEST_EVIDENCE
        ? words
        : words.substring(0, words.offsetByCodePoints(0, LONGEST_EVIDENCE));
  }

  /**
   * What a person's word changes.
   *
   * @param asked {@code leadId}, {@code partnerId} and {@code partnerCode} (null: nobody's), {@code
   *     by} and {@code reason}
   * @param lead as it is: {@code partnerId}, {@code partnerCode}, {@code attributedBy}, {@code
   *     certainty}, {@code messageRow}, {@code clickId}, {@code suggestions} (how many)
   * @return one row of all that, with {@code previousPartnerId} and {@code previousPartnerCode},
   *     and {@code news} unless it was nobody's and stays so; none when it is the partner's for
   *     sure already and nothing is left to choose from
   */
  public List<Map<String, Object>> assigned(Map<String, Object> asked, Map<String, Object> lead) {
    Object partner = asked.get("partnerId");
    boolean same = Objects.equals(partner, lead.get("partnerId"));
    boolean settled =
        partner == null
            ? PERSON.equals(lead.get("attributedBy"))
            : !"suspected".equals(lead.get("certainty"));
    if (same && settled && ((Number) lead.get("suggestions")).intValue() == 0) {
      return List.of();
    }
    Map<String, Object> row = new HashMap<>(asked);
    row.put("rule", PERSON);
    row.put("certainty", partner == null ? null : "sure");
    row.put("messageRow", lead.get("messageRow"));
    row.put("clickId", lead.get("clickId"));
    row.put("previousPartnerId", lead.get("partnerId"));
    row.put("previousPartnerCode", lead.get("partnerCode"));
    row.put("news", same && partner == null ? null : true);
    return List.of(row);
  }

  /**
   * What destinations hear of leads whose partner changed: where they were before, too.
   *
   * @param described a row for each, as route {@code describe-leads} makes it
   * @param facts with {@code leadId}, {@code previousPartnerId} and {@code previousPartnerCode}
   */
  public List<Map<String, Object>> withPrevious(
      List<Map<String, Object>> described, List<Map<String, Object>> facts) {
    Map<Object, Map<String, Object>> byLead = new HashMap<>();
    facts.forEach(one -> byLead.put(((Number) one.get("leadId")).longValue(), one));
    for (Map<String, Object> lead : described) {
      Map<String, Object> one = byLead.get(((Number) lead.get("id")).longValue());
      lead.put("previousPartnerId", one.get("previousPartnerId"));
      lead.put("previousPartnerCode", one.get("previousPartnerCode"));
    }
    return described;
  }
}
