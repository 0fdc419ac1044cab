package io.leadhub.form;

import io.leadhub.attribution.CodeExtractor;
import io.leadhub.attribution.PartnerDirectory.Entry;
import io.leadhub.form.FormPage.Problem;
import io.leadhub.locale.Languages;
import io.leadhub.locale.PhoneNumbers;
import io.leadhub.visitor.ChatLink;
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

  /** Attributes of a request. */
  private static final String KEPT = FormDesk.class.getName() + ".kept";

  private static final String PARTNER_NAME = FormDesk.class.getName() + ".partnerName";

  private static final Duration SOON = Duration.ofSeconds(5);

  private final CodeExtractor codes;
  private final Languages languages;
  private final PhoneNumbers phoneNumbers;
  private final Countries countries;
  private final VisitorNumbers visitors;
  private final FormLimits limits;
  private final Clock clock;
  private final MeterRegistry meters;
  private final String number;

  FormDesk(
      CodeExtractor codes,
      Languages languages,
      PhoneNumbers phoneNumbers,
      Countries countries,
      VisitorNumbers visitors,
      FormLimits limits,
      ChatLink chat,
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
    this.number = chat.number().isEmpty() ? null : chat.number();
  }

  /**
   * @return the empty form, 200; or 404 where the code in the address is nobody's
   */
  public FormPage open(HttpServletRequest request) {
    Draft draft = draft(request);
    return partner(request, draft).isEmpty() ? unknown(draft) : form(draft, HttpStatus.OK);
  }

  /**
   * @return with the message that is to be kept; or without one the form again and what is wrong:
   *     422 for what was typed, 413 for too much of it, 429 for too often; or 404
   */
  public FormPage read(HttpServletRequest request) {
    Draft draft = draft(request);
    Optional<Entry> partner = partner(request, draft);
    if (partner.isEmpty()) {
      return unknown(draft);
    }
    if (draft.sent.tooLarge()) {
      count("large");
      draft.trouble = "large";
      return form(draft, HttpStatus.PAYLOAD_TOO_LARGE);
    }
    draft.code = partner.get().code();
    if (!draft.sent.field(TRAP).isEmpty()) {
      count("robot");
      return sentOnOrAskedAgain(draft);
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
    return done(draft, message(draft, phone.get()));
  }

  /** To be called when the message of {@link #read} is kept. */
  public void kept(HttpServletRequest request) {
    request.setAttribute(KEPT, true);
    count("complete");
  }

  /** What to show when the message could not be kept: the form as it was sent, 503. */
  public FormPage notKept(HttpServletRequest request) {
    if (request.getMethod().equals("POST") && request.getAttribute(KEPT) == null) {
      count("lost");
    }
    Draft draft = draft(request);
    draft.partnerName = (String) request.getAttribute(PARTNER_NAME);
    draft.trouble = "lost";
    draft.retryAfter = SOON.toSeconds();
    return form(draft, HttpStatus.SERVICE_UNAVAILABLE);
  }

  /**
   * A robot is not told that nothing was kept. Where nobody is sent on to WhatsApp it could be a
   * person, for whom a browser filled in what can't be seen: they would wait in vain for an answer.
   */
  private FormPage sentOnOrAskedAgain(Draft draft) {
    if (number != null) {
      return done(draft, null);
    }
    draft.trouble = "lost";
    return form(draft, HttpStatus.UNPROCESSABLE_ENTITY);
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

  /** Noted with the request, too: should anything fail later, the partners may be out of reach. */
  private Optional<Entry> partner(HttpServletRequest request, Draft draft) {
    Optional<Entry> partner =
        draft.code.isEmpty() || draft.code.length() > LONGEST_CODE
            ? Optional.empty()
            : codes.resolve(draft.code);
    draft.partnerName = partner.map(Entry::name).orElse(null);
    request.setAttribute(PARTNER_NAME, draft.partnerName);
    return partner;
  }

  private void count(String outcome) {
    meters.counter("leadhub.forms", "outcome", outcome).increment();
  }

  /** What a page is made of. */
  private static final class Draft {

    final Submission sent;
    final String language;
    final String submission;
    final String placement;
    final Map<String, String> typed = new LinkedHashMap<>();
    final List<Problem> problems = new ArrayList<>();
    String code;
    String partnerName;
    String trouble;
    Long retryAfter;

    Draft(Submission sent, String placement, String language, String country) {
      this.sent = sent;
      this.language = language;
      this.code = sent.code();
      this.placement = placement;
      String submission = sent.field("submission");
      this.submission =
          submission.isEmpty() || submission.length() > LONGEST_SUBMISSION
              ? UUID.randomUUID().toString()
              : submission;
      typed.put("country", country);
      for (String field : List.of("name", "phone", "message")) {
        typed.put(field, sent.field(field));
      }
      typed.computeIfPresent("name", (field, name) -> name.replaceAll("\\s+", " "));
    }

    String typed(String field) {
      return typed.get(field);
    }
  }

  private Draft draft(HttpServletRequest request) {
    Submission sent = Submission.in(request);
    Visitor visitor = new Visitor(request);
    String language = visitor.language(languages);
    String chosen = sent.field("country");
    return new Draft(
        sent,
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
        draft.partnerName,
        draft.trouble,
        draft.problems,
        draft.typed,
        countries.toChoose(draft.typed("country"), draft.language),
        draft.submission,
        draft.sent.embedded(),
        draft.placement,
        number,
        draft.retryAfter,
        message);
  }
}
