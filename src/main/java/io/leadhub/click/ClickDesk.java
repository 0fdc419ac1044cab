package io.leadhub.click;

import com.github.benmanes.caffeine.cache.Ticker;
import io.leadhub.HubSettings;
import io.leadhub.attribution.ClickReference;
import io.leadhub.attribution.CodeExtractor;
import io.leadhub.attribution.PartnerDirectory;
import io.leadhub.durable.Spool;
import io.leadhub.locale.Languages;
import io.leadhub.visitor.ChatLink;
import io.leadhub.visitor.Limit;
import io.leadhub.visitor.Visitor;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Receives whoever opens a partner's link. */
@Component("clickDesk")
public class ClickDesk {

  private static final Logger log = LoggerFactory.getLogger(ClickDesk.class);

  private static final int LONGEST_CODE = 32;

  /** Clicks of one partner that are kept, on each node. */
  static final int MOST_PER_MINUTE = 600;

  private static final long NOBODY = 0;

  private final ClickSettings settings;
  private final ChatLink chat;
  private final String publicUrl;
  private final Pattern programs;
  private final Spool spool;
  private final Limit limit;
  private final CodeExtractor codes;
  private final Languages languages;
  private final Clock clock;
  private final MeterRegistry meters;
  private final AtomicBoolean missedTheNumber = new AtomicBoolean();

  ClickDesk(
      ClickSettings settings,
      HubSettings hub,
      ChatLink chat,
      Spool spool,
      CodeExtractor codes,
      Languages languages,
      Clock clock,
      MeterRegistry meters) {
    this.settings = settings;
    this.chat = chat;
    this.publicUrl = hub.publicUrl().toASCIIString();
    this.spool = spool;
    this.limit = new Limit(MOST_PER_MINUTE, Duration.ofMinutes(1), Ticker.systemTicker());
    this.programs = Visitor.programs(settings.previews());
    this.codes = codes;
    this.languages = languages;
    this.clock = clock;
    this.meters = meters;
  }

  /**
   * Who asks for {@code <prefix>/<code>}, and what they get. In a flood of them people are sent on,
   * too, but there is no click to be kept. Counted in {@code leadhub.clicks} by answer, with {@code
   * by} telling people from programs.
   *
   * @param prefix path that the code stands below
   */
  public Visit visit(HttpServletRequest request, String prefix) {
    Visitor visitor = new Visitor(request);
    String code = code(request, prefix);
    Optional<PartnerDirectory.Entry> partner = codes.resolve(code);
    boolean isPerson = !visitor.isPrefetching() && !visitor.isProgram(programs);
    String answer = answer(visitor, partner.isPresent(), isPerson);
    Click click = isPerson && hasRoom(partner) ? click(visitor, code, partner.orElse(null)) : null;
    meters
        .counter("leadhub.clicks", "answer", answer, "by", isPerson ? "person" : "program")
        .increment();
    return visit(answer, click, visitor, code, partner.orElse(null));
  }

  /** The page for a code that nobody has, for whoever asked for something else than a link. */
  public Visit unknown(HttpServletRequest request, String code) {
    return visit("unknown", null, new Visitor(request), code, null);
  }

  /**
   * @return the link of a partner, whose clicks carry the placement
   * @throws IllegalArgumentException when the placement is none
   */
  public String link(String code, String placement) {
    if (placement == null) {
      return publicUrl + "/w/" + ChatLink.encode(code);
    }
    if (!Visitor.isPlacement(placement)) {
      throw new IllegalArgumentException(
          "placement may have up to 40 letters, digits, spaces, points, - and _.");
    }
    return publicUrl + "/w/" + ChatLink.encode(code) + "?placement=" + ChatLink.encode(placement);
  }

  /** What is older is removed. */
  public Map<String, Instant> keptSince() {
    return Map.of("keptSince", clock.instant().minus(settings.keep()));
  }

  private String answer(Visitor visitor, boolean isKnown, boolean isPerson) {
    if (visitor.isPrefetching()) {
      return "prefetch";
    }
    if (!isKnown) {
      return "unknown";
    }
    if (isPerson && chat.number().isEmpty() && missedTheNumber.compareAndSet(false, true)) {
      log.error(
          "Links of partners can't lead to WhatsApp, they only show the code: set hub.whatsapp.number (HUB_WHATSAPP_NUMBER).");
    }
    return isPerson && !chat.number().isEmpty() ? "chat" : "page";
  }

  /**
   * A flood of clicks must not take the database's time, nor the room that webhooks have while it
   * is away. Codes that nobody has count together.
   */
  private boolean hasRoom(Optional<PartnerDirectory.Entry> partner) {
    if (limit.take(partner.map(PartnerDirectory.Entry::id).orElse(NOBODY)).isPresent()) {
      return false;
    }
    Spool.State kept = spool.state();
    return kept.bytes() <= kept.maxBytes() / 2;
  }

  private Click click(Visitor visitor, String code, PartnerDirectory.Entry partner) {
    return new Click(
        ClickReference.next(),
        partner == null ? null : partner.id(),
        code,
        partner == null ? null : partner.code(),
        visitor.placement(),
        visitor.toldLanguage(languages).orElse(null),
        visitor.country(settings.countryHeader()),
        visitor.device(),
        visitor.referrer(),
        clock.instant().truncatedTo(ChronoUnit.MICROS).toString());
  }

  private Visit visit(
      String answer, Click click, Visitor visitor, String code, PartnerDirectory.Entry partner) {
    return new Visit(
        answer,
        click,
        visitor.language(languages),
        chat.number(),
        partner == null ? code : partner.code(),
        partner == null ? null : partner.name());
  }

  /** As the server decoded the path; what no code can hold is dropped. */
  private static String code(HttpServletRequest request, String prefix) {
    String path = request.getServletPath();
    String asked = path.substring(Math.min(path.length(), prefix.length() + 1));
    return asked
        .codePoints()
        .filter(character -> !Character.isISOControl(character))
        .limit(LONGEST_CODE)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
