package io.leadhub.web;

import io.leadhub.HubSettings;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/api/clicks")
@Tag(name = "Clicks")
class ClicksApi {

  private static final Duration USUAL = Duration.ofDays(30);
  private static final int MOST_COUNTS = 500;
  private static final int MOST_DAYS = 92;

  /**
   * @param reference stands in the text that the visitor was to send
   * @param code as it was asked for
   * @param partnerCode null when nobody has the code
   * @param leadId the first lead that came of it, or null
   */
  record Item(
      long id,
      String reference,
      String code,
      String partnerCode,
      String placement,
      String language,
      String country,
      String device,
      String referrer,
      Long leadId,
      Instant at) {}

  record Count(
      @Schema(description = "What was asked for by; null: not known") String key,
      long clicks,
      @Schema(description = "Leads that came of these clicks") long leads) {}

  record Summary(
      Instant since,
      String by,
      List<Count> items,
      @Schema(description = "Whether there are more than these 500") boolean more) {

    static Summary of(Instant since, String by, List<Count> counted) {
      boolean more = counted.size() > MOST_COUNTS;
      return new Summary(since, by, more ? counted.subList(0, MOST_COUNTS) : counted, more);
    }
  }

  private static final Map<String, String> KEYS =
      Map.of(
          "partner", "p.code",
          "placement", "c.placement",
          "device", "c.device",
          "country", "c.country");

  private final JdbcTemplate jdbc;
  private final ZoneId zone;
  private final Clock clock;

  ClicksApi(JdbcTemplate jdbc, HubSettings settings, Clock clock) {
    this.jdbc = jdbc;
    this.zone = settings.timeZone();
    this.clock = clock;
  }

  @GetMapping
  @Operation(
      summary = "Clicks, newest first; on a partner's links, at a placement, since an instant")
  Page<Item> list(
      @RequestParam(required = false) String partner,
      @RequestParam(required = false) String placement,
      @RequestParam(required = false) Instant since,
      @RequestParam(required = false) Long cursor,
      @RequestParam(defaultValue = "50") int limit) {
    refuseTheFuture(since);
    Conditions where =
        new Conditions()
            .and("p.code = ?", partner)
            .and("c.placement = ?", placement)
            .and("c.at >= ?", since)
            .and("c.id < ?", cursor);
    int size = Conditions.pageSize(limit);
    List<Item> found =
        jdbc.query(
            """
            select c.*, p.code as partner_code
            from clicks c
            left join partners p on p.id = c.partner_id
            """
                + where.sql()
                + " order by c.id desc limit "
                + (size + 1),
            (row, index) ->
                new Item(
                    row.getLong("id"),
                    row.getString("reference"),
                    row.getString("code"),
                    row.getString("partner_code"),
                    row.getString("placement"),
                    row.getString("language"),
                    row.getString("country"),
                    row.getString("device"),
                    row.getString("referrer"),
                    row.getObject("lead_id", Long.class),
                    row.getObject("at", Instant.class)),
            where.values());
    return Page.of(found, size, Item::id);
  }

  @GetMapping("/summary")
  @Operation(
      summary =
          "How many clicks there were, and how many leads came of them, by partner, placement, day,"
              + " device or country; those of the last 30 days unless told otherwise")
  Summary summary(
      @RequestParam(required = false) Instant since,
      @Parameter(
              schema =
                  @Schema(allowableValues = {"partner", "placement", "day", "device", "country"}))
          @RequestParam(defaultValue = "partner")
          String by,
      @RequestParam(required = false) String partner) {
    refuseTheFuture(since);
    Instant from = since == null ? clock.instant().minus(USUAL) : since;
    Conditions where = new Conditions().and("c.at >= ?", from).and("p.code = ?", partner);
    if (by.equals("day")) {
      return Summary.of(from, by, byDay(from, where));
    }
    if (!KEYS.containsKey(by)) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "by must be partner, placement, day, device or country.");
    }
    return Summary.of(
        from, by, count("", KEYS.get(by), "", where, "clicks desc, counted_by", List.of()));
  }

  private void refuseTheFuture(Instant since) {
    if (since != null && since.isAfter(clock.instant())) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "since is in the future: " + since + ".");
    }
  }

  /** Days of the hub's time zone, which the database may not know. */
  private List<Count> byDay(Instant since, Conditions where) {
    LocalDate first = LocalDate.ofInstant(since, zone);
    LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
    if (first.plusDays(MOST_DAYS).isBefore(today)) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "By day since may be " + MOST_DAYS + " days ago at most.");
    }
    List<Object> ends = new ArrayList<>();
    List<LocalDate> days = first.datesUntil(today.plusDays(2)).toList();
    for (LocalDate day : days) {
      ends.add(day.toString());
      ends.add(day.atStartOfDay(zone).toInstant());
      ends.add(day.plusDays(1).atStartOfDay(zone).toInstant());
    }
    String rows =
        String.join(
            " union all ",
            Collections.nCopies(
                days.size(),
                "select ? as day, cast(? as datetime(6)) as start, cast(? as datetime(6)) as end"));
    return count(
        "with days as (" + rows + ") ",
        "d.day",
        "join days d on c.at >= d.start and c.at < d.end ",
        where,
        "counted_by",
        ends);
  }

  private List<Count> count(
      String with,
      String key,
      String join,
      Conditions where,
      String order,
      List<Object> valuesBefore) {
    List<Object> values = new ArrayList<>(valuesBefore);
    values.addAll(Arrays.asList(where.values()));
    return jdbc.query(
        with
            + "select "
            + key
            + " as counted_by, count(*) as clicks, count(distinct c.lead_id) as leads"
            + " from clicks c left join partners p on p.id = c.partner_id "
            + join
            + where.sql()
            + " group by counted_by order by "
            + order
            + " limit "
            + (MOST_COUNTS + 1),
        (row, index) ->
            new Count(row.getString("counted_by"), row.getLong("clicks"), row.getLong("leads")),
        values.toArray());
  }
}
