package io.leadhub.attribution;

import io.leadhub.attribution.AttributionSettings.RepeatCustomers;
import io.leadhub.attribution.AttributionSettings.SecondCode;
import io.leadhub.attribution.AttributionSettings.SelfReferral;
import io.leadhub.attribution.AttributionSettings.SeveralCodes;
import io.leadhub.attribution.AttributionSettings.Suspected;
import io.leadhub.attribution.AttributionSettings.Touch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Decides whose a lead is. Looks at nothing but what it is given. */
@Component
public class AttributionRules {

  /**
   * Where a message comes to.
   *
   * @param credit what was decided about the open lead; null: nothing yet, or the message opens one
   * @param previous for whom the contact's lead of before speaks, where the message opens one; or
   *     null
   * @param phone the contact's, E.164, or null
   * @param onlySuggests the message joins a lead and its sender's phone is not proven
   */
  public record Situation(Credit credit, Evidence previous, String phone, boolean onlySuggests) {}

  private final AttributionSettings settings;

  public AttributionRules(AttributionSettings settings) {
    this.settings = settings;
  }

  /** Whether evidence from there counts at all. */
  boolean uses(Source source) {
    return settings.sources().contains(source);
  }

  /**
   * @param evidence what the message brings, in the order of its words
   */
  public Decision decide(Situation situation, List<Evidence> evidence) {
    List<Evidence> usable = new ArrayList<>(evidence);
    usable.removeIf(one -> Source.of(one.rule()).filter(this::uses).isEmpty());
    List<Evidence> own =
        settings.selfReferral() == SelfReferral.CREDIT
            ? List.of()
            : usable.stream().filter(one -> isOwn(situation, one.partner())).toList();
    usable.removeAll(own);
    if (!usable.isEmpty()) {
      List<Evidence> strongest = strongest(usable);
      return situation.onlySuggests()
          ? unproven(situation.credit(), strongest)
          : decide(situation.credit(), strongest);
    }
    return own.isEmpty() ? repeat(situation) : selfReferral(situation.credit(), own);
  }

  private static boolean isOwn(Situation situation, PartnerDirectory.Entry partner) {
    return situation.phone() != null && situation.phone().equals(partner.phone());
  }

  private Decision selfReferral(Credit credit, List<Evidence> own) {
    Evidence first = withClick(own.get(0), own);
    if (credit != null) {
      return credit.isOf(first) ? Decision.NOTHING : Decision.selfReferral(first);
    }
    return settings.selfReferral() == SelfReferral.SUGGEST
        ? Decision.suggest(own)
        : Decision.selfReferral(first);
  }

  /** Who fills in a form may write anybody's number, so it takes no open lead from anybody. */
  private static Decision unproven(Credit credit, List<Evidence> strongest) {
    if (credit != null && strongest.stream().anyMatch(credit::isOf)) {
      return Decision.NOTHING;
    }
    return credit != null && credit.isByAPerson()
        ? Decision.against(strongest.get(0), "decided-by-a-person")
        : Decision.suggest(strongest);
  }

  private Decision repeat(Situation situation) {
    boolean again =
        settings.repeatCustomers() == RepeatCustomers.PREVIOUS
            && situation.credit() == null
            && situation.previous() != null
            && (settings.selfReferral() == SelfReferral.CREDIT
                || !isOwn(situation, situation.previous().partner()));
    return again ? creditOrSuggest(situation.previous()) : Decision.NOTHING;
  }

  /**
   * The evidence that counts, one for each partner: what is sure before what is suspected, then by
   * source.
   */
  private List<Evidence> strongest(List<Evidence> usable) {
    List<Evidence> sure = usable.stream().filter(Evidence::isSure).toList();
    List<Evidence> pool = sure.isEmpty() ? usable : sure;
    int best = pool.stream().mapToInt(one -> rank(one.rule())).min().orElseThrow();
    Map<Long, Evidence> byPartner = new LinkedHashMap<>();
    for (Evidence one : pool) {
      if (rank(one.rule()) == best) {
        byPartner.putIfAbsent(one.partner().id(), withClick(one, usable));
      }
    }
    List<Evidence> strongest = List.copyOf(byPartner.values());
    if (settings.sources().get(best) != Source.CODE
        || settings.severalCodes() == SeveralCodes.SUGGEST) {
      return strongest;
    }
    int chosen = settings.severalCodes() == SeveralCodes.FIRST ? 0 : strongest.size() - 1;
    return List.of(strongest.get(chosen));
  }

  /** A code beside a reference is of that click. */
  private static Evidence withClick(Evidence one, List<Evidence> all) {
    return all.stream()
        .filter(other -> other.partner().id() == one.partner().id() && other.clickId() != null)
        .findFirst()
        .map(other -> one.ofClick(other.clickId()))
        .orElse(one);
  }

  /** The lower the stronger; what comes from no source that is used is weakest. */
  private int rank(String rule) {
    int rank = Source.of(rule).map(settings.sources()::indexOf).orElse(-1);
    return rank < 0 ? Integer.MAX_VALUE : rank;
  }

  private Decision decide(Credit credit, List<Evidence> strongest) {
    Evidence only = strongest.size() == 1 ? strongest.get(0) : null;
    if (credit != null && credit.isByAPerson()) {
      return strongest.stream().anyMatch(credit::isOf)
          ? Decision.NOTHING
          : Decision.against(strongest.get(0), "decided-by-a-person");
    }
    if (credit == null || credit.partnerId() == null) {
      return only == null ? Decision.suggest(strongest) : creditOrSuggest(only);
    }
    if (only == null && credit.isSuspected() && strongest.get(0).isSure()) {
      return Decision.suggest(strongest);
    }
    if (strongest.stream().anyMatch(credit::isOf)) {
      return only != null && only.isSure() && credit.isSuspected()
          ? Decision.credit(only)
          : Decision.NOTHING;
    }
    return second(credit, strongest, only);
  }

  private Decision creditOrSuggest(Evidence only) {
    return only.isSure() || settings.suspected() == Suspected.CREDIT
        ? Decision.credit(only)
        : Decision.suggest(List.of(only));
  }

  /**
   * The lead has its partner and the evidence is for others.
   *
   * @param only the evidence where there is one alone, else null
   */
  private Decision second(Credit credit, List<Evidence> strongest, Evidence only) {
    Evidence first = strongest.get(0);
    Source source = Source.of(first.rule()).orElseThrow();
    boolean code = source == Source.CODE;
    if (only != null && only.isSure() && credit.isSuspected()) {
      return Decision.credit(only);
    }
    if (code && settings.secondCode() == SecondCode.SUGGEST) {
      return Decision.suggest(strongest);
    }
    if (!first.isSure() && !credit.isSuspected()) {
      return Decision.against(first, "only-suspected");
    }
    if (code && settings.secondCode() == SecondCode.NEW_LEAD && only != null && only.isSure()) {
      return Decision.newLead(only);
    }
    if (settings.touch() == Touch.FIRST) {
      return Decision.against(first, "first-touch");
    }
    if (rank(first.rule()) > rank(credit.rule())) {
      return Decision.against(first, "weaker-source");
    }
    return only == null ? Decision.suggest(strongest) : creditOrSuggest(only);
  }
}
