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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
   * @param byLink whether a click before it may be what brought the sender: it came over WhatsApp
   * @param opensLead whether there is none that it joins
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
      boolean byLink,
      boolean opensLead,
      boolean onlySuggests,
      Credit credit,
      Credit previous) {

    /** Not where WhatsApp itself says what brought the sender. */
    private boolean mayBeOfAnUnknownClick() {
      return byLink && referral == null;
    }
  }

  /**
   * What a message means, and which clicks are its sender's and so nobody else's, whatever was
   * decided.
   *
   * @param clicks that it names, or of which it was guessed to come
   * @param partners of whom the latest click since then may have brought the sender too: they wrote
   *     the code without the reference
   * @param clickedSince the earliest such a click can be
   */
  public record Outcome(
      Decision decision, Set<Long> clicks, Set<Long> partners, Instant clickedSince) {

    /** The same where the lead that it would open is there already. */
    public Outcome ofAKnownLead() {
      return new Outcome(Decision.NOTHING, clicks, partners, clickedSince);
    }
  }

  /** What a message brings. */
  private record Found(List<Evidence> evidence, List<String> references, Set<Long> clicks) {}

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
  public List<Outcome> decide(List<Inquiry> inquiries) {
    List<PartnerDirectory.Entry> all = partners.all();
    Map<Long, PartnerDirectory.Entry> active =
        all.stream()
            .filter(PartnerDirectory.Entry::active)
            .collect(Collectors.toMap(PartnerDirectory.Entry::id, one -> one));
    List<Found> found = found(inquiries, all, active);
    Outcome[] outcomes = new Outcome[inquiries.size()];
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < outcomes.length; i++) {
      if (isGuessed(inquiries.get(i), found.get(i))) {
        open.add(i);
      } else {
        outcomes[i] = outcome(inquiries.get(i), found.get(i), active);
      }
    }
    List<Click> candidates = candidates(open.stream().map(inquiries::get).toList(), active);
    Set<Long> taken = new HashSet<>();
    for (int i = 0; i < outcomes.length; i++) {
      if (outcomes[i] != null) {
        taken.addAll(outcomes[i].clicks);
      }
    }
    for (int i = 0; i < outcomes.length; i++) {
      if (outcomes[i] != null) {
        for (Long partner : outcomes[i].partners) {
          takeLatest(inquiries.get(i), partner, candidates, taken);
        }
      }
    }
    for (int i : open) {
      Inquiry one = inquiries.get(i);
      List<Click> left = candidates.stream().filter(click -> !taken.contains(click.id())).toList();
      String language = languages.toldBy(one.text, null).orElse(null);
      Found guessed = new Found(guess.of(one.at, language, one.phone, left), List.of(), Set.of());
      outcomes[i] = outcome(one, guessed, active);
      taken.addAll(outcomes[i].clicks);
    }
    return List.of(outcomes);
  }

  /** Who names a click, be it one that tells nothing any more, did not come by another. */
  private boolean isGuessed(Inquiry inquiry, Found found) {
    return rules.uses(Source.CLICK_GUESS)
        && inquiry.opensLead
        && inquiry.mayBeOfAnUnknownClick()
        && found.evidence.isEmpty()
        && found.references.isEmpty();
  }

  private Outcome outcome(Inquiry inquiry, Found found, Map<Long, PartnerDirectory.Entry> active) {
    Decision decision = rules.decide(situation(inquiry, active), found.evidence);
    Evidence by = decision.broughtBy();
    Set<Long> clicks = new LinkedHashSet<>(found.clicks);
    Set<Long> partners = new LinkedHashSet<>();
    if (by != null && by.clickId() != null) {
      clicks.add(by.clickId());
    }
    if (inquiry.mayBeOfAnUnknownClick()) {
      Stream.concat(found.evidence.stream(), Stream.ofNullable(by))
          .forEach(one -> partners.add(one.partner().id()));
      found.evidence.stream()
          .filter(one -> one.clickId() != null)
          .forEach(one -> partners.remove(one.partner().id()));
    }
    return new Outcome(decision, clicks, partners, guess.earliest(inquiry.at));
  }

  private void takeLatest(Inquiry inquiry, Long partner, List<Click> clicks, Set<Long> taken) {
    clicks.stream()
        .filter(click -> click.partner().id() == partner && !taken.contains(click.id()))
        .filter(click -> !click.at().isBefore(guess.earliest(inquiry.at)))
        .filter(click -> !click.at().isAfter(ClickGuess.latest(inquiry.at)))
        .max(Comparator.comparing(Click::at))
        .ifPresent(click -> taken.add(click.id()));
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
  private List<Found> found(
      List<Inquiry> inquiries,
      List<PartnerDirectory.Entry> all,
      Map<Long, PartnerDirectory.Entry> active) {
    List<List<String>> references =
        inquiries.stream().map(one -> ClickReference.in(one.text)).toList();
    Map<String, Click> known =
        clicks.of(references.stream().flatMap(List::stream).distinct().toList(), active);
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < inquiries.size(); i++) {
      Inquiry one = inquiries.get(i);
      List<Evidence> evidence = new ArrayList<>();
      Set<Long> named = new LinkedHashSet<>();
      codes
          .resolve(one.code, all)
          .ifPresent(partner -> evidence.add(Evidence.sure(partner, "form", one.code, null)));
      codes.find(one.text, all).stream()
          .sorted(Comparator.comparingInt(CodeFinding::start))
          .forEach(code -> evidence.add(evidence(code)));
      for (String reference : references.get(i)) {
        Click click = known.get(reference);
        if (click == null) {
          continue;
        }
        named.add(click.id());
        if (!click.at().isBefore(one.at.minus(settings.clickWindow()))) {
          evidence.add(
              Evidence.sure(click.partner(), "click-reference", "#" + reference, click.id()));
        }
      }
      ads(one.referral, all, evidence);
      evidence.removeIf(each -> Source.of(each.rule()).filter(rules::uses).isEmpty());
      found.add(new Found(evidence, references.get(i), named));
    }
    return found;
  }

  private static Evidence evidence(CodeFinding found) {
    return new Evidence(
        found.partner(), found.how(), found.certainty(), null, found.written(), null);
  }

  private void ads(String referral, List<PartnerDirectory.Entry> all, List<Evidence> evidence) {
    if (referral == null || settings.ads().isEmpty()) {
      return;
    }
    JsonNode told = read(referral);
    for (AttributionSettings.Ad ad : settings.ads()) {
      if (ad.id().equals(told.path("source_id").asText())
          || ad.id().equals(told.path("source_url").asText())) {
        codes
            .resolve(ad.partner(), all)
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
