package io.leadhub.click;

import io.leadhub.HubSettings;
import io.leadhub.attribution.PartnerDirectory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Who is told of a click. */
@Component("clickNotices")
public class ClickNotices {

  /** After that nobody is waiting in WhatsApp any more: it came from the spool, or late. */
  private static final Duration NEWS = Duration.ofMinutes(15);

  private final ClickSettings settings;
  private final HubSettings.Owner owner;
  private final PartnerDirectory partners;
  private final Clock clock;

  ClickNotices(ClickSettings settings, HubSettings hub, PartnerDirectory partners, Clock clock) {
    this.settings = settings;
    this.owner = hub.owner();
    this.partners = partners;
    this.clock = clock;
  }

  /**
   * @param click as it was published
   * @return the same, with {@code partnerName}, {@code partnerLocale} and {@code seconds}, the
   *     least time between two notices; null when nobody is to be told of it
   */
  public Map<String, Object> worthTelling(Map<String, Object> click) {
    if (!settings.tellsOfClicks()
        || !(click.get("partnerId") instanceof Number id)
        || Instant.parse((String) click.get("at")).isBefore(clock.instant().minus(NEWS))) {
      return null;
    }
    return partners.all().stream()
        .filter(partner -> partner.active() && partner.id() == id.longValue())
        .findFirst()
        .map(
            partner -> {
              Map<String, Object> facts = new HashMap<>(click);
              facts.put("partnerName", partner.name());
              facts.put("partnerLocale", partner.locale());
              facts.put("seconds", settings.pauseBetweenNotices().toSeconds());
              return facts;
            })
        .orElse(null);
  }

  public boolean tellsThePartner() {
    return settings.tell().contains("partner");
  }

  public boolean tellsTheOwner() {
    return settings.tell().contains("owner") && !owner.telegramChatId().isEmpty();
  }

  /** The text on its way to the owner's chat, as the topic {@code send.telegram} wants it. */
  public Map<String, Object> toOwner(String text) {
    return Map.of(
        "chatId", Long.parseLong(owner.telegramChatId()),
        "text", text.strip(),
        "language", owner.locale());
  }
}
