package io.leadhub.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.leadhub.HubSettings;
import io.leadhub.cost.Cost;
import io.leadhub.cost.CostMeter;
import io.leadhub.cost.CostMeter.By;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/api/costs")
@Tag(name = "Costs")
class CostsApi {

  private static final int LONGEST_YEARS = 2;

  record Item(
      @Schema(description = "Day, partner's code, lead's number or category; null: none of them")
          String key,
      @JsonUnwrapped Cost cost) {}

  record Costs(
      LocalDate from,
      LocalDate until,
      String by,
      List<Item> items,
      @Schema(description = "How many items there are beyond the limit; the total has them all")
          int more,
      Cost total) {}

  private final CostMeter meter;
  private final ZoneId zone;
  private final Clock clock;

  CostsApi(CostMeter meter, HubSettings settings, Clock clock) {
    this.meter = meter;
    this.zone = settings.timeZone();
    this.clock = clock;
  }

  @GetMapping
  @Operation(
      summary =
          "What the messages of some days cost, by day, partner, lead or category; this month's unless"
              + " told otherwise")
  Costs list(
      @Parameter(description = "First day, in the hub's time zone; else the first of this month")
          @RequestParam(required = false)
          LocalDate from,
      @Parameter(description = "The day after the last one; else tomorrow")
          @RequestParam(required = false)
          LocalDate until,
      @Parameter(
              description = "day, partner, lead or category",
              schema = @Schema(allowableValues = {"day", "partner", "lead", "category"}))
          @RequestParam(defaultValue = "day")
          String by,
      @RequestParam(defaultValue = "500") int limit) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
    LocalDate first = from == null ? today.withDayOfMonth(1) : from;
    LocalDate end = until == null ? today.plusDays(1) : until;
    if (!first.isBefore(end) || first.plusYears(LONGEST_YEARS).isBefore(end)) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST,
          "until must be after from, and no more than " + LONGEST_YEARS + " years.");
    }
    Map<String, Cost> costs = meter.costs(by(by), first, end);
    int size = Conditions.pageSize(limit);
    List<Item> items =
        costs.entrySet().stream()
            .limit(size)
            .map(one -> new Item(one.getKey(), one.getValue()))
            .toList();
    return new Costs(first, end, by, items, costs.size() - items.size(), meter.total(costs));
  }

  private static By by(String name) {
    return Stream.of(By.values())
        .filter(by -> by.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "by must be day, partner, lead or category."));
  }
}
