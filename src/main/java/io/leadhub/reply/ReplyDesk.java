package io.leadhub.reply;

import io.leadhub.HubSettings;
import io.leadhub.durable.RetryAtException;
import io.leadhub.locale.Languages;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Decides whether a customer's message is answered by itself, and in which language and case. The
 * words stand in {@code routes/out/reply.<language>.ftl}; whether the answer may really go out is
 * asked again when it is sent, by {@link ReplyGate}.
 */
@Component("replyDesk")
public class ReplyDesk {

  private static final Duration SOON = Duration.ofSeconds(1);

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("dd.MM");

  private final JdbcTemplate jdbc;
  private final Languages languages;
  private final BusinessHours hours;
  private final ReplyTemplates templates;
  private final Duration againAfter;
  private final ZoneId zone;
  private final Clock clock;

  ReplyDesk(
      JdbcTemplate jdbc,
      Languages languages,
      BusinessHours hours,
      ReplyTemplates templates,
      HubSettings settings,
      Clock clock) {
    this.jdbc = jdbc;
    this.languages = languages;
    this.hours = hours;
    this.templates = templates;
    this.againAfter = settings.reply().againAfter();
    this.zone = settings.timeZone();
    this.clock = clock;
  }

  /**
   * What the words are made with: the lead's fields, {@code language}, {@code closed}, and where
   * that is true {@code opensAt} (09:00), {@code opensIn} (days from today) and {@code opensOn}
   * (31.12), the last three missing when nobody comes for two months.
   *
   * @param lead as {@code lead.created} and {@code lead.updated} tell it
   * @return null when nothing is to be said: the lead was answered lately, or nothing sends by its
   *     provider
   * @throws RetryAtException for a further message, while it is not decided what is said to the
   *     first
   */
  public Map<String, Object> plan(Map<String, Object> lead) {
    Instant now = clock.instant();
    boolean closed = !hours.isOpen(now);
    Before before = before(lead);
    if (before.thinking) {
      throw new RetryAtException("The lead's first message is not answered yet.", SOON);
    }
    boolean due =
        before.answered == null
            || before.answered.isBefore(now.minus(againAfter))
            || (closed && before.answered.isBefore(hours.closedSince(now)));
    if (!due || before.answering || !before.sent) {
      return null;
    }
    Map<String, Object> plan = new LinkedHashMap<>(lead);
    String written = text(lead, "text");
    plan.put(
        "language",
        languages.of(written == null ? text(lead, "firstMessage") : written, text(lead, "phone")));
    plan.put("closed", closed);
    if (closed) {
      hours.nextOpening(now).ifPresent(opening -> tell(opening, now, plan));
    }
    return plan;
  }

  private void tell(ZonedDateTime opening, Instant now, Map<String, Object> plan) {
    plan.put("opensAt", TIME.format(opening));
    plan.put("opensOn", DAY.format(opening));
    plan.put(
        "opensIn", ChronoUnit.DAYS.between(LocalDate.ofInstant(now, zone), opening.toLocalDate()));
  }

  /**
   * The reply in the one shape that every {@code send.<provider>} takes: {@code key} (ours, given
   * along where the provider takes one), {@code leadId}, {@code channel} (our number), {@code
   * phone} and {@code waUserId} (one of them may be null), {@code replyTo} (the message it answers,
   * or null), {@code text}, and {@code template} as {@link ReplyTemplates#of}, or null.
   */
  public Map<String, Object> reply(Map<String, Object> plan, String words) {
    Map<String, Object> reply = new HashMap<>();
    String again = isFirst(plan) ? "" : "/" + plan.get("messageCount");
    reply.put("key", "reply/" + plan.get("id") + again);
    reply.put("leadId", plan.get("id"));
    reply.put("channel", plan.get("channel"));
    reply.put("phone", plan.get("phone"));
    reply.put("waUserId", plan.get("waUserId"));
    boolean sameProvider = plan.get("provider").equals(plan.get("messageProvider"));
    reply.put("replyTo", sameProvider ? plan.get("messageId") : null);
    reply.put("text", words.strip());
    reply.put("template", templates.of(text(plan, "language"), plan));
    return reply;
  }

  /**
   * @param answered when the hub last answered in this lead, or null
   * @param thinking whether what is said to the message before is not decided yet
   * @param answering whether an answer waits to be sent
   * @param sent whether anything sends by the lead's provider; who wrote through a form or another
   *     system is answered by people
   */
  private record Before(Instant answered, boolean thinking, boolean answering, boolean sent) {}

  private Before before(Map<String, Object> lead) {
    return jdbc.queryForObject(
        """
        select (select max(at) from messages where lead_id = ? and author = 'hub') as answered,
               exists (select 1 from events e join deliveries d on d.event_id = e.id
                       where e.subject = ? and e.topic = 'lead.created' and ? > 1
                         and d.subscriber = 'whatsapp-reply'
                         and d.state in ('due', 'running')) as thinking,
               exists (select 1 from events e join deliveries d on d.event_id = e.id
                       where e.subject = ? and e.event_key like 'reply/%'
                         and d.state in ('due', 'running')) as answering,
               exists (select 1 from subscriptions where topic = ?) as sent
        """,
        (row, index) ->
            new Before(
                row.getObject("answered", Instant.class),
                row.getBoolean("thinking"),
                row.getBoolean("answering"),
                row.getBoolean("sent")),
        lead.get("id"),
        "lead/" + lead.get("id"),
        lead.get("messageCount"),
        "lead/" + lead.get("id"),
        "send." + lead.get("provider"));
  }

  private static boolean isFirst(Map<String, Object> lead) {
    return "1".equals(text(lead, "messageCount"));
  }

  private static String text(Map<String, Object> lead, String field) {
    Object value = lead.get(field);
    return value == null ? null : value.toString();
  }
}
