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

  /**
   * What was decided for or against partners, with {@code leadId}, {@code messageId}, {@code
   * partnerId} (whose the lead is then, or null), {@code rule}, {@code certainty}, {@code
   * confidence}, {@code evidence}, {@code clickId} and {@code reason}.
   *
   * @param facts of messages, see {@link LeadDesk.News}
   */
  public List<Map<String, Object>> decided(List<Map<String, Object>> facts) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Map<String, Object> one : facts) {
      Decision decision = (Decision) one.get("decision");
      if (decision.evidence() != null) {
        Map<String, Object> row = row(one, decision.evidence());
        if (!decision.credits()) {
          row.put("partnerId", one.get("previousPartnerId"));
        }
        row.put("reason", decision.reason());
        rows.add(row);
      }
    }
    return rows;
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
   *     certainty}, {@code messageRow}, {@code clickId}
   * @return one row of all that, with {@code previousPartnerId} and {@code previousPartnerCode},
   *     and {@code news} unless it was nobody's and stays so; none when it is the partner's for
   *     sure already
   */
  public List<Map<String, Object>> assigned(Map<String, Object> asked, Map<String, Object> lead) {
    Object partner = asked.get("partnerId");
    boolean same = Objects.equals(partner, lead.get("partnerId"));
    boolean settled =
        partner == null
            ? PERSON.equals(lead.get("attributedBy"))
            : !"suspected".equals(lead.get("certainty"));
    if (same && settled) {
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
