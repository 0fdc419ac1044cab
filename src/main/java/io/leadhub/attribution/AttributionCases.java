package io.leadhub.attribution;

import io.leadhub.BadSettingException;
import io.leadhub.HubSettings;
import io.leadhub.attribution.AttributionRules.Situation;
import io.leadhub.attribution.AttributionSettings.Case;
import io.leadhub.attribution.AttributionSettings.Step;
import io.leadhub.attribution.ClickGuess.Click;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Tries the cases beside the rules at the start: what stands there is what happens. */
@Component
class AttributionCases {

  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
  private static final String CONTACT = "+15550000000";
  private static final String NOBODY = "nobody";

  private final AttributionRules rules;
  private final AttributionSettings settings;
  private final ClickGuess guess;
  private final Duration leadWindow;

  /**
   * @throws BadSettingException when a case does not come out as it says, naming its file and line
   */
  AttributionCases(
      AttributionRules rules,
      AttributionSettings settings,
      ClickGuess guess,
      HubSettings hub,
      Environment environment) {
    this.rules = rules;
    this.settings = settings;
    this.guess = guess;
    this.leadWindow = hub.lead().attributionWindow();
    settings
        .cases()
        .forEach(
            (rule, cases) -> {
              for (int i = 0; i < cases.size(); i++) {
                check("hub.attribution.cases." + rule + "[" + i + "]", cases.get(i), environment);
              }
            });
  }

  private void check(String key, Case one, Environment environment) {
    for (Step step : one.story()) {
      if (kinds(step) != 1) {
        throw new BadSettingException(
            environment,
            key,
            "A step of its story is none, or is several at once.",
            "Each step has one of code, typo, form, click, reference, ad, own-phone, text; and"
                + " perhaps after.");
      }
    }
    String expected =
        words(one.credited(), one.certainty(), one.suggested(), one.certainty() != null);
    Lead lead = tell(one.story());
    String got =
        words(
            lead.credit == null || lead.credit.partnerId() == null
                ? NOBODY
                : lead.credit.partnerCode(),
            lead.credit == null ? null : lead.credit.certainty(),
            lead.suggested.values().stream().map(PartnerDirectory.Entry::code).toList(),
            one.certainty() != null);
    if (!expected.equals(got)) {
      throw new BadSettingException(
          environment,
          key,
          "The case expects " + expected + ", but by the rules it is " + got + ".",
          "Change the case, or the rule it is about.");
    }
  }

  private static long kinds(Step step) {
    return Stream.of(
                step.typo(),
                step.form(),
                step.click(),
                step.reference(),
                step.ad(),
                step.ownPhone(),
                step.text())
            .filter(Objects::nonNull)
            .count()
        + (step.code().isEmpty() ? 0 : 1);
  }

  private static String words(
      String credited, Certainty certainty, Collection<String> suggested, boolean withCertainty) {
    return "credited: %s%s, suggested: %s"
        .formatted(
            credited,
            withCertainty ? " (" + (certainty == null ? "—" : certainty.word()) + ")" : "",
            new TreeSet<>(suggested));
  }

  /** The latest lead of a story. */
  private static final class Lead {
    Credit credit;
    final Map<Long, PartnerDirectory.Entry> suggested = new HashMap<>();
  }

  /** What the hub does with messages and clicks, without a database. */
  private Lead tell(List<Step> story) {
    Map<String, PartnerDirectory.Entry> partners = new HashMap<>();
    List<Click> clicks = new ArrayList<>();
    Instant now = START;
    Instant last = Instant.MIN;
    Lead lead = new Lead();
    for (Step step : story) {
      now = now.plus(step.after());
      if (step.click() != null) {
        PartnerDirectory.Entry partner = partner(step.click(), partners);
        clicks.add(new Click(clicks.size() + 1, "", partner, null, null, now));
        continue;
      }
      Evidence previous = null;
      boolean opens = last.isBefore(now.minus(leadWindow));
      if (opens) {
        boolean remembered = !last.isBefore(now.minus(settings.repeatWithin()));
        previous = remembered ? before(lead.credit, partners) : null;
        lead = new Lead();
      }
      List<Evidence> evidence = evidence(step, now, partners, clicks);
      boolean named = step.reference() != null;
      if (opens && evidence.isEmpty() && !named && rules.uses(Source.CLICK_GUESS)) {
        evidence = guess.of(now, null, null, clicks);
      }
      String phone = step.ownPhone() == null ? CONTACT : partner(step.ownPhone(), partners).phone();
      boolean onlySuggests = step.form() != null && !opens;
      Situation situation = new Situation(lead.credit, previous, phone, onlySuggests);
      lead = apply(rules.decide(situation, evidence), lead);
      last = now;
    }
    return lead;
  }

  private static Evidence before(Credit credit, Map<String, PartnerDirectory.Entry> partners) {
    return credit == null
        ? null
        : Evidence.repeat(partners.get(credit.partnerCode()), credit.certainty());
  }

  private static Lead apply(Decision decision, Lead lead) {
    Lead then = decision.kind() == Decision.Kind.NEW_LEAD ? new Lead() : lead;
    if (decision.credits()) {
      Evidence by = decision.evidence();
      then.credit = new Credit(by.partner().id(), by.partner().code(), by.rule(), by.certainty());
      then.suggested.clear();
    }
    decision.suggested().forEach(one -> then.suggested.put(one.partner().id(), one.partner()));
    return then;
  }

  private List<Evidence> evidence(
      Step step, Instant now, Map<String, PartnerDirectory.Entry> partners, List<Click> clicks) {
    List<Evidence> evidence = new ArrayList<>();
    step.code().forEach(code -> evidence.add(sure(partner(code, partners), "keyword")));
    if (step.typo() != null) {
      evidence.add(
          new Evidence(
              partner(step.typo(), partners), "typo", Certainty.SUSPECTED, null, null, null));
    }
    if (step.form() != null) {
      evidence.add(sure(partner(step.form(), partners), "form"));
    }
    if (step.ownPhone() != null) {
      evidence.add(sure(partner(step.ownPhone(), partners), "keyword"));
    }
    if (step.reference() != null) {
      clicks.stream()
          .filter(click -> click.partner().code().equals(step.reference()))
          .filter(click -> !click.at().isBefore(now.minus(settings.clickWindow())))
          .forEach(click -> evidence.add(sure(click.partner(), "click-reference")));
    }
    settings.ads().stream()
        .filter(ad -> ad.id().equals(step.ad()))
        .forEach(ad -> evidence.add(sure(partner(ad.partner(), partners), "ad")));
    return evidence.stream()
        .filter(one -> Source.of(one.rule()).filter(rules::uses).isPresent())
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static Evidence sure(PartnerDirectory.Entry partner, String rule) {
    return Evidence.sure(partner, rule, null, null);
  }

  private static PartnerDirectory.Entry partner(
      String code, Map<String, PartnerDirectory.Entry> partners) {
    return partners.computeIfAbsent(
        code,
        any ->
            new PartnerDirectory.Entry(
                partners.size() + 1, code, code, "en", "+1555000" + (1000 + partners.size())));
  }
}
