package io.leadhub.reply;

import io.leadhub.BadSettingException;
import io.leadhub.HubSettings;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * When somebody of the business is there ({@code hub.reply.hours}, {@code hub.reply.holidays}), and
 * when nothing is sent ({@code hub.reply.quiet}). Times are local to {@code hub.time-zone}.
 */
@Component
class BusinessHours {

  private static final String TIME = "([01]\\d|2[0-4]):([0-5]\\d)";
  private static final Pattern SPAN = Pattern.compile(TIME + "\\s*-\\s*" + TIME);
  private static final Pattern HOURS =
      Pattern.compile("([a-z]{3}(?:\\s*[-,]\\s*[a-z]{3})*)\\s+(" + SPAN.pattern() + ")");
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  /** How far ahead an opening is looked for, and how far back an end. */
  private static final int DAYS_AROUND = 60;

  /** Opens on these days; an end that is not after its start is on the next day. */
  private record Hours(Set<DayOfWeek> days, Span span) {}

  private record Span(LocalTime start, LocalTime end, boolean untilNextDay) {

    Opening on(LocalDate day, ZoneId zone) {
      return new Opening(
          day.atTime(start).atZone(zone),
          (untilNextDay ? day.plusDays(1) : day).atTime(end).atZone(zone));
    }
  }

  private record Opening(ZonedDateTime start, ZonedDateTime end) {

    boolean holds(ZonedDateTime time) {
      return !time.isBefore(start) && time.isBefore(end);
    }
  }

  private final ZoneId zone;
  private final List<Hours> hours = new ArrayList<>();
  private final Set<LocalDate> holidays = new HashSet<>();
  private final Span quiet;

  BusinessHours(HubSettings settings, Environment environment) {
    HubSettings.Reply reply = settings.reply();
    zone = settings.timeZone();
    for (int i = 0; i < reply.hours().size(); i++) {
      String key = "hub.reply.hours[" + i + "]";
      hours.add(hours(reply.hours().get(i), key, environment));
    }
    for (int i = 0; i < reply.holidays().size(); i++) {
      String key = "hub.reply.holidays[" + i + "]";
      holidays.add(day(reply.holidays().get(i), key, environment));
    }
    quiet =
        reply.quiet().isBlank()
            ? null
            : span(reply.quiet(), reply.quiet(), "hub.reply.quiet", environment);
  }

  /** Whether somebody is there; always when no hours are set. */
  boolean isOpen(Instant time) {
    ZonedDateTime local = time.atZone(zone);
    return hours.isEmpty() || openings(local, -1, 0).anyMatch(opening -> opening.holds(local));
  }

  /** The next time that somebody comes; empty when that is more than two months away. */
  Optional<ZonedDateTime> nextOpening(Instant time) {
    ZonedDateTime local = time.atZone(zone);
    return openings(local, 0, DAYS_AROUND)
        .map(Opening::start)
        .filter(start -> start.isAfter(local))
        .min(Comparator.naturalOrder());
  }

  /** When the last one left; long ago when nobody was there for two months. */
  Instant closedSince(Instant time) {
    ZonedDateTime local = time.atZone(zone);
    return openings(local, -DAYS_AROUND, 0)
        .map(Opening::end)
        .filter(end -> !end.isAfter(local))
        .max(Comparator.naturalOrder())
        .map(ZonedDateTime::toInstant)
        .orElse(Instant.EPOCH);
  }

  /** When the quiet hours that hold this time end; empty outside of them. */
  Optional<Instant> quietUntil(Instant time) {
    if (quiet == null) {
      return Optional.empty();
    }
    ZonedDateTime local = time.atZone(zone);
    return Stream.of(local.toLocalDate().minusDays(1), local.toLocalDate())
        .map(day -> quiet.on(day, zone))
        .filter(opening -> opening.holds(local))
        .map(opening -> opening.end().toInstant())
        .findFirst();
  }

  private Stream<Opening> openings(ZonedDateTime around, int fromDay, int untilDay) {
    return IntStream.rangeClosed(fromDay, untilDay)
        .mapToObj(around.toLocalDate()::plusDays)
        .filter(day -> !holidays.contains(day))
        .flatMap(
            day ->
                hours.stream()
                    .filter(one -> one.days.contains(day.getDayOfWeek()))
                    .map(one -> one.span.on(day, zone)));
  }

  private static Hours hours(String written, String key, Environment environment) {
    Matcher parts = HOURS.matcher(written.strip().toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      throw bad(written, key, environment, "Write days and times, as in mon-fri 09:00-18:00.");
    }
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String range : parts.group(1).split("\\s*,\\s*")) {
      String[] ends = range.split("\\s*-\\s*");
      int first = DAYS.indexOf(ends[0]);
      int last = DAYS.indexOf(ends[ends.length - 1]);
      if (ends.length > 2 || first < 0 || last < 0) {
        throw bad(written, key, environment, "Days are " + String.join(", ", DAYS) + ".");
      }
      for (int day = first; ; day = (day + 1) % 7) {
        days.add(DayOfWeek.of(day + 1));
        if (day == last) {
          break;
        }
      }
    }
    return new Hours(days, span(parts.group(2), written, key, environment));
  }

  private static Span span(String times, String written, String key, Environment environment) {
    Matcher parts = SPAN.matcher(times.strip());
    if (!parts.matches()) {
      throw bad(written, key, environment, "Write two times, as in 22:00-08:00.");
    }
    LocalTime start = time(parts.group(1), parts.group(2));
    LocalTime end = time(parts.group(3), parts.group(4));
    if (start == null || end == null || start.equals(end) && !end.equals(LocalTime.MIN)) {
      throw bad(written, key, environment, "Write two different times, as in 09:00-18:00.");
    }
    return new Span(start, end, !end.isAfter(start));
  }

  /** 24:00 is the midnight after; null for what no clock shows. */
  private static LocalTime time(String hour, String minute) {
    int hours = Integer.parseInt(hour);
    return hours == 24 && !minute.equals("00")
        ? null
        : LocalTime.of(hours % 24, Integer.parseInt(minute));
  }

  private static LocalDate day(String written, String key, Environment environment) {
    try {
      return LocalDate.parse(written.strip());
    } catch (DateTimeException e) {
      throw bad(written, key, environment, "Write a day as 2026-12-31.");
    }
  }

  private static BadSettingException bad(
      String written, String key, Environment environment, String mend) {
    return new BadSettingException(
        environment, key, "“" + written + "” can't be understood.", mend);
  }
}
