package io.leadhub.attribution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.attribution.AttributionRules.Situation;
import io.leadhub.attribution.ClickGuess.Click;
import io.leadhub.locale.Languages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Gathers what speaks for partners in messages and has the rules decide. The database is asked at
 * most once for references and once for clicks, however many messages there are.
 */
@Component
public class AttributionDesk {

  /**
   * A message whose lead may be somebody's.
   *
   * @param text what was written, or null
   * @param phone the sender's, E.164, or null
   * @param referral the ad that was tapped, as JSON, or null
   * @param code the partner's code where the way in itself tells it, or null
   * @param mayBeGuessed whether a click before it may be what brought the sender: it opens a lead
   *     and came over WhatsApp
   * @param onlySuggests whether it joins a lead and does not prove its sender's phone
   * @param credit what was decided about the open lead, or null
   * @param previous what was decided about the contact's lead of before, where the message opens
   *     one, or null
   */
  public record Inquiry(
      String text,
      String phone,
      Instant at,
      String referral,
      String code,
      boolean mayBeGuessed,
      boolean onlySuggests,
      Credit credit,
      Credit previous) {

    /** Not where WhatsApp itself says what brought the sender. */
    private boolean mayBeOfAnUnknownClick() {
      return mayBeGuessed && referral == null;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(AttributionDesk.class);

  /** Codes of ads that nobody has, as far as they were met. */
  private final Set<String> nobodys = ConcurrentHashMap.newKeySet();

  private final AttributionRules rules;
  private final AttributionSettings settings;
  private final CodeExtractor codes;
  private final PartnerDirectory partners;
  private final Clicks clicks;
  private final ClickGuess guess;
  private final Languages languages;
  private final ObjectMapper json;

  AttributionDesk(
      AttributionRules rules,
      AttributionSettings settings,
      CodeExtractor codes,
      PartnerDirectory partners,
      Clicks clicks,
      ClickGuess guess,
      Languages languages,
      ObjectMapper json) {
    this.rules = rules;
    this.settings = settings;
    this.codes = codes;
    this.partners = partners;
    this.clicks = clicks;
    this.guess = guess;
    this.languages = languages;
    this.json = json;
  }

  /**
   * Works in the transaction at hand. No two messages are guessed to come of one click.
   *
   * @return for each message what it means
   */
  public List<Decision> decide(List<Inquiry> inquiries) {
    List<PartnerDirectory.Entry> now = partners.active();
    Map<Long, PartnerDirectory.Entry> active =
        now.stream().collect(Collectors.toMap(PartnerDirectory.Entry::id, one -> one));
    List<List<Evidence>> evidence = evidence(inquiries, now, active);
    Decision[] decisions = new Decision[inquiries.size()];
    List<Integer> open = new ArrayList<>();
    Set<Long> taken = new HashSet<>();
    for (int i = 0; i < decisions.length; i++) {
      if (rules.uses(Source.CLICK_GUESS)
          && inquiries.get(i).mayBeOfAnUnknownClick()
          && evidence.get(i).isEmpty()) {
        open.add(i);
      } else {
        decisions[i] = rules.decide(situation(inquiries.get(i), active), evidence.get(i));
        take(decisions[i], taken);
      }
    }
    List<Click> candidates = candidates(open.stream().map(inquiries::get).toList(), active);
    for (int i = 0; i < decisions.length; i++) {
      if (decisions[i] != null && cameByClick(inquiries.get(i), decisions[i])) {
        takeLatest(inquiries.get(i), decisions[i].broughtBy().partner(), candidates, taken);
      }
    }
    for (int i : open) {
      Inquiry one = inquiries.get(i);
      List<Click> left = candidates.stream().filter(click -> !taken.contains(click.id())).toList();
      List<Evidence> guessed =
          guess.of(one.at, languages.toldBy(one.text, one.phone).orElse(null), one.phone, left);
      decisions[i] = rules.decide(situation(one, active), guessed);
      take(decisions[i], taken);
    }
    return List.of(decisions);
  }

  /**
   * Whether a click that is not known may have brought the sender: they wrote the code without the
   * reference. Such a click must not be guessed to be somebody else's.
   */
  private static boolean cameByClick(Inquiry inquiry, Decision decision) {
    return inquiry.mayBeOfAnUnknownClick()
        && decision.broughtBy() != null
        && decision.broughtBy().clickId() == null;
  }

  /**
   * The earliest click that may have brought the sender, where {@link #cameByClick}; else null. The
   * latest one since then, of the partner, is theirs.
   */
  public Instant clickedSince(Inquiry inquiry, Decision decision) {
    return cameByClick(inquiry, decision) ? guess.earliest(inquiry.at) : null;
  }

  private void takeLatest(
      Inquiry inquiry, PartnerDirectory.Entry partner, List<Click> clicks, Set<Long> taken) {
    clicks.stream()
        .filter(click -> click.partner().id() == partner.id() && !taken.contains(click.id()))
        .filter(click -> !click.at().isBefore(guess.earliest(inquiry.at)))
        .filter(click -> !click.at().isAfter(ClickGuess.latest(inquiry.at)))
        .max(Comparator.comparing(Click::at))
        .ifPresent(click -> taken.add(click.id()));
  }

  private static void take(Decision decision, Set<Long> taken) {
    Evidence by = decision.broughtBy();
    if (by != null && by.clickId() != null) {
      taken.add(by.clickId());
    }
  }

  private static Situation situation(Inquiry one, Map<Long, PartnerDirectory.Entry> active) {
    PartnerDirectory.Entry before =
        one.previous == null ? null : active.get(one.previous.partnerId());
    Evidence repeat = before == null ? null : Evidence.repeat(before, one.previous.certainty());
    return new Situation(one.credit, repeat, one.phone, one.onlySuggests);
  }

  private List<Click> candidates(List<Inquiry> open, Map<Long, PartnerDirectory.Entry> active) {
    if (open.isEmpty() || active.isEmpty()) {
      return List.of();
    }
    return clicks.lockThoseWithoutLead(
        guess.windows(open.stream().map(Inquiry::at).toList()), active);
  }

  /** All but guesses. */
  private List<List<Evidence>> evidence(
      List<Inquiry> inquiries,
      List<PartnerDirectory.Entry> now,
      Map<Long, PartnerDirectory.Entry> active) {
    List<List<String>> references =
        inquiries.stream()
            .map(
                one ->
                    rules.uses(Source.CLICK_REFERENCE)
                        ? ClickReference.in(one.text)
                        : List.<String>of())
            .toList();
    Map<String, Click> known =
        clicks.of(references.stream().flatMap(List::stream).distinct().toList(), active);
    List<List<Evidence>> all = new ArrayList<>();
    for (int i = 0; i < inquiries.size(); i++) {
      Inquiry one = inquiries.get(i);
      List<Evidence> evidence = new ArrayList<>();
      codes
          .resolve(one.code, now)
          .ifPresent(partner -> evidence.add(Evidence.sure(partner, "form", one.code, null)));
      codes.find(one.text, now).stream()
          .sorted(Comparator.comparingInt(CodeFinding::start))
          .forEach(found -> evidence.add(evidence(found)));
      for (String reference : references.get(i)) {
        Click click = known.get(reference);
        if (click != null && !click.at().isBefore(one.at.minus(settings.clickWindow()))) {
          evidence.add(
              Evidence.sure(click.partner(), "click-reference", "#" + reference, click.id()));
        }
      }
      ads(one.referral, now, evidence);
      evidence.removeIf(found -> Source.of(found.rule()).filter(rules::uses).isEmpty());
      all.add(evidence);
    }
    return all;
  }

  private static Evidence evidence(CodeFinding found) {
    return new Evidence(
        found.partner(), found.how(), found.certainty(), null, found.written(), null);
  }

  private void ads(String referral, List<PartnerDirectory.Entry> now, List<Evidence> evidence) {
    if (referral == null || settings.ads().isEmpty()) {
      return;
    }
    JsonNode told = read(referral);
    for (AttributionSettings.Ad ad : settings.ads()) {
      if (ad.id().equals(told.path("source_id").asText())
          || ad.id().equals(told.path("source_url").asText())) {
        codes
            .resolve(ad.partner(), now)
            .ifPresentOrElse(
                partner -> evidence.add(Evidence.sure(partner, "ad", ad.id(), null)),
                () -> warnOnce(ad.partner()));
      }
    }
  }

  private void warnOnce(String code) {
    if (nobodys.add(code)) {
      LOG.warn(
          "hub.attribution.ads names {}, which no active partner has; it counts for nobody.", code);
    }
  }

  private JsonNode read(String referral) {
    try {
      return json.readTree(referral);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A referral that is no JSON", e);
    }
  }
}
