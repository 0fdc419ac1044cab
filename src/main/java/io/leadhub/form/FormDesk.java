package io.leadhub.form;

import io.leadhub.HubSettings;
import io.leadhub.attribution.CodeExtractor;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.form.FormPage.Problem;
import io.leadhub.locale.Languages;
import io.leadhub.locale.PhoneNumbers;
import io.leadhub.visitor.Visitor;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Reads the contact form. What comes after what stands in {@code routes/in/form.camel.yaml}, the
 * words in the templates beside it.
 */
@Component("formDesk")
public class FormDesk {

  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_MESSAGE = 2_000;
  private static final int LONGEST_SUBMISSION = 64;
  private static final int LONGEST_CODE = 32;

  /** A field that people do not see. */
  private static final String TRAP = "topic";

  private static final Duration SOON = Duration.ofSeconds(5);

  private final CodeExtractor codes;
  private final Languages languages;
  private final PhoneNumbers phoneNumbers;
  private final Countries countries;
  private final Visitors visitors;
  private final FormLimits limits;
  private final Clock clock;
  private final MeterRegistry meters;
  private final String number;

  FormDesk(
      CodeExtractor codes,
      Languages languages,
      PhoneNumbers phoneNumbers,
      Countries countries,
      Visitors visitors,
      FormLimits limits,
      HubSettings settings,
      Clock clock,
      MeterRegistry meters) {
    this.codes = codes;
    this.languages = languages;
    this.phoneNumbers = phoneNumbers;
    this.countries = countries;
    this.visitors = visitors;
    this.limits = limits;
    this.clock = clock;
    this.meters = meters;
    this.number = settings.whatsapp().number().isBlank() ? null : settings.whatsapp().number();
  }

  /**
   * @return the empty form, 200; or 404 where the code in the address is nobody's
   */
  public FormPage open(HttpServletRequest request) {
    Draft draft = draft(request);
    return partner(draft).isEmpty() ? unknown(draft) : form(draft, HttpStatus.OK);
  }

  /**
   * @return with the message that is to be kept; or without one the form again and what is wrong:
   *     422 for what was typed, 413 for too much of it, 429 for too often; or 404
   */
  public FormPage read(HttpServletRequest request) {
    Draft draft = draft(request);
    Optional<Entry> partner = partner(draft);
    if (partner.isEmpty()) {
      return unknown(draft);
    }
    if (draft.visit.tooLarge()) {
      count("large");
      draft.trouble = "large";
      return form(draft, HttpStatus.PAYLOAD_TOO_LARGE);
    }
    draft.code = partner.get().code();
    if (!draft.visit.field(TRAP).isEmpty()) {
      count("robot");
      return done(draft, null);
    }
    Optional<String> phone = phoneNumbers.normalise(draft.typed("phone"), draft.typed("country"));
    check(draft, phone);
    if (!draft.problems.isEmpty()) {
      count("incomplete");
      return form(draft, HttpStatus.UNPROCESSABLE_ENTITY);
    }
    Optional<Duration> wait = limits.take(visitors.of(request), draft.code);
    if (wait.isPresent()) {
      count("busy");
      draft.trouble = "busy";
      draft.retryAfter = wait.get().toSeconds() + 1;
      return form(draft, HttpStatus.TOO_MANY_REQUESTS);
    }
    count("complete");
    return done(draft, message(draft, phone.get()));
  }

  /** What to show when the message could not be kept: the form as it was sent, 503. */
  public FormPage notKept(HttpServletRequest request) {
    Draft draft = draft(request);
    draft.trouble = "lost";
    draft.retryAfter = SOON.toSeconds();
    return form(draft, HttpStatus.SERVICE_UNAVAILABLE);
  }

  private void check(Draft draft, Optional<String> phone) {
    if (draft.typed("name").isEmpty()) {
      draft.problems.add(new Problem("name", "missing"));
    } else if (length(draft.typed("name")) > LONGEST_NAME) {
      draft.problems.add(new Problem("name", "long"));
    }
    if (phone.isEmpty()) {
      draft.problems.add(
          new Problem("phone", draft.typed("phone").isEmpty() ? "missing" : "wrong"));
    }
    if (length(draft.typed("message")) > LONGEST_MESSAGE) {
      draft.problems.add(new Problem("message", "long"));
    }
  }

  /** Browsers count a line break as one character and send two. */
  private static int length(String text) {
    String counted = text.replace("\r\n", "\n");
    return counted.codePointCount(0, counted.length());
  }

  /**
   * In the shape that all providers share, docs/routes.md. Its id is the same for the same form
   * with the same in it: sent twice it is one message, changed and sent again it is another.
   */
  private Map<String, Object> message(Draft draft, String phone) {
    String now = clock.instant().toString();
    String text = draft.typed("message").replace("\r\n", "\n");
    String same = String.join("\n", draft.submission, draft.code, phone, draft.typed("name"), text);
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("provider", "form");
    message.put("channel", null);
    message.put(
        "messageId", UUID.nameUUIDFromBytes(same.getBytes(StandardCharsets.UTF_8)).toString());
    message.put("kind", "form");
    message.put("phone", phone);
    message.put("waUserId", null);
    message.put("name", draft.typed("name"));
    message.put("text", text.isEmpty() ? null : text);
    message.put("code", draft.code);
    message.put("at", now);
    message.put("referral", null);
    message.put("context", null);
    message.put("media", draft.placement == null ? null : Map.of("placement", draft.placement));
    message.put("receivedAt", now);
    message.put("sender", phone);
    return message;
  }

  private Optional<Entry> partner(Draft draft) {
    return draft.code.isEmpty() || draft.code.length() > LONGEST_CODE
        ? Optional.empty()
        : codes.resolve(draft.code);
  }

  private void count(String outcome) {
    meters.counter("leadhub.forms", "outcome", outcome).increment();
  }

  /** What a page is made of. */
  private static final class Draft {

    final Visit visit;
    final String language;
    final String submission;
    final String placement;
    final Map<String, String> typed = new LinkedHashMap<>();
    final List<Problem> problems = new ArrayList<>();
    String code;
    String trouble;
    Long retryAfter;

    Draft(Visit visit, String placement, String language, String country) {
      this.visit = visit;
      this.language = language;
      this.code = visit.code();
      this.placement = placement;
      String sent = visit.field("submission");
      this.submission =
          sent.isEmpty() || sent.length() > LONGEST_SUBMISSION
              ? UUID.randomUUID().toString()
              : sent;
      typed.put("country", country);
      for (String field : List.of("name", "phone", "message")) {
        typed.put(field, visit.field(field));
      }
      typed.computeIfPresent("name", (field, name) -> name.replaceAll("\\s+", " "));
    }

    String typed(String field) {
      return typed.get(field);
    }
  }

  private Draft draft(HttpServletRequest request) {
    Visit visit = Visit.in(request);
    Visitor visitor = new Visitor(request);
    String language = visitor.language(languages);
    String chosen = visit.field("country");
    return new Draft(
        visit,
        visitor.placement(),
        language,
        countries.isKnown(chosen) ? chosen : countries.guess(request, language));
  }

  private FormPage form(Draft draft, HttpStatus status) {
    return page("form", status, draft, null);
  }

  private FormPage unknown(Draft draft) {
    count("unknown");
    return page("unknown", HttpStatus.NOT_FOUND, draft, null);
  }

  private FormPage done(Draft draft, Map<String, Object> message) {
    return number == null
        ? page("thanks", HttpStatus.OK, draft, message)
        : page("whatsapp", HttpStatus.SEE_OTHER, draft, message);
  }

  private FormPage page(String page, HttpStatus status, Draft draft, Map<String, Object> message) {
    return new FormPage(
        page,
        status.value(),
        draft.language,
        draft.code,
        draft.trouble,
        draft.problems,
        draft.typed,
        countries.toChoose(draft.typed("country"), draft.language),
        draft.submission,
        draft.visit.embedded(),
        draft.placement,
        number,
        draft.retryAfter,
        message);
  }
}
