package io.leadhub.click;

import io.leadhub.HubSettings;
import io.leadhub.attribution.ClickReference;
import io.leadhub.attribution.CodeExtractor;
import io.leadhub.attribution.PartnerDirectory;
import io.leadhub.locale.Languages;
import io.leadhub.visitor.ChatLink;
import io.leadhub.visitor.Visitor;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
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

  private final ClickSettings settings;
  private final String number;
  private final String publicUrl;
  private final Pattern programs;
  private final CodeExtractor codes;
  private final Languages languages;
  private final Clock clock;
  private final MeterRegistry meters;
  private final AtomicBoolean missedTheNumber = new AtomicBoolean();

  ClickDesk(
      ClickSettings settings,
      HubSettings hub,
      CodeExtractor codes,
      Languages languages,
      Clock clock,
      MeterRegistry meters) {
    this.settings = settings;
    this.number = hub.whatsapp().number();
    this.publicUrl = hub.publicUrl().toASCIIString();
    this.programs = Visitor.programs(settings.previews());
    this.codes = codes;
    this.languages = languages;
    this.clock = clock;
    this.meters = meters;
  }

  /**
   * Who asks for {@code <prefix>/<code>}, and what they get. Counted in {@code leadhub.clicks} by
   * answer, with {@code by} telling people from programs.
   *
   * @param prefix path that the code stands below
   */
  public Visit visit(HttpServletRequest request, String prefix) {
    Visitor visitor = new Visitor(request);
    String code = code(request, prefix);
    Optional<PartnerDirectory.Entry> partner = codes.resolve(code);
    boolean isPerson = !visitor.isPrefetching() && !visitor.isProgram(programs);
    String answer = answer(visitor, partner.isPresent(), isPerson);
    Click click = isPerson ? click(visitor, code, partner.orElse(null)) : null;
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
    if (isPerson && number.isEmpty() && missedTheNumber.compareAndSet(false, true)) {
      log.error(
          "Links of partners can't lead to WhatsApp, they only show the code: set hub.whatsapp.number (HUB_WHATSAPP_NUMBER).");
    }
    return isPerson && !number.isEmpty() ? "chat" : "page";
  }

  private Click click(Visitor visitor, String code, PartnerDirectory.Entry partner) {
    return new Click(
        ClickReference.next(),
        partner == null ? null : partner.id(),
        code,
        partner == null ? null : partner.code(),
        visitor.placement(),
        visitor.language(languages),
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
        number,
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
