package io.leadhub.cost;

import io.leadhub.HubSettings;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Says what messages cost. Rates are applied when somebody asks, so a rate that comes late, or is
 * mended, is true of earlier messages too.
 */
@Component("costMeter")
public class CostMeter {

  /** What costs are summed up by. */
  public enum By {
    DAY("c.day", ""),
    PARTNER("l.partner_code", Sql.OF_LEADS),
    LEAD("l.id", Sql.OF_LEADS),
    CATEGORY("c.category", "");

    private final String key;
    private final String join;

    By(String key, String join) {
      this.key = key;
      this.join = join;
    }
  }

  /**
   * Service messages of a number of ours in a month.
   *
   * @param sent how many were delivered that count towards the free ones
   * @param free so many cost nothing
   */
  public record ServiceMessages(String provider, String channel, long sent, long free) {}

  private record Group(
      String key,
      LocalDate day,
      String country,
      String category,
      boolean billable,
      boolean free,
      String currency,
      long messages,
      BigDecimal price) {}

  private static final class Sql {

    /** Which lead a message was for is asked now: it may have been kept after its statuses. */
    static final String OF_LEADS =
        """
        left join messages m on m.provider = c.provider and m.direction = 'out'
                            and m.provider_message_id = c.provider_message_id
        left join leads l on l.id = m.lead_id
        """;

    /**
     * Messages that cost something or nothing, and which service message of its number in its month
     * each is. Those of the free entry point are free by themselves and do not count; a provider
     * that says itself that the first ones are not billable is not given them twice.
     */
    static final String CHARGES =
        """
        select id, provider, provider_message_id, day, country, category, billable, price, currency,
               channel, service,
               if(service, row_number() over (partition by provider, channel, service,
                                              extract(year_month from day)
                                              order by at, id), null) as service_message
        from (select *, category <=> 'service' and not type <=> 'free_entry_point'
                        and day >= :chargedFrom as service
              from charges
              where (delivered or price is not null and not failed)
                and day >= :firstOfMonth and day < :until) as counted
        """;

    static final String COSTS =
        """
        select %s as cost_key, c.day, c.country, c.category, coalesce(c.billable, false) as is_billable,
               c.category <=> 'service' and c.day < :chargedFrom
                 or coalesce(c.service_message <= :free, false) as is_free,
               if(c.price is null, null, c.currency) as price_currency, count(*) as messages,
               sum(c.price) as price
        from (%s) as c
        %s
        where c.day >= :from %s
        group by cost_key, c.day, c.country, c.category, is_billable, is_free, price_currency
        order by cost_key, c.day
        """;

    static final String SERVICE_MESSAGES =
        """
        select provider, channel, count(*) as sent from (%s) as c
        where service group by provider, channel order by provider, channel
        """
            .formatted(CHARGES);

    /** Days between which messages to a lead were paid for. */
    static final String DAYS_OF_LEAD =
        """
        select min(c.day) as first_day, max(c.day) as last_day
        from messages m
        join charges c on c.provider = m.provider and c.provider_message_id = m.provider_message_id
        where m.lead_id = :lead and m.direction = 'out'
        """;
  }

  private final NamedParameterJdbcTemplate jdbc;
  private final HubSettings.Costs settings;
  private final RateTable rates;

  CostMeter(NamedParameterJdbcTemplate jdbc, HubSettings settings) {
    this.jdbc = jdbc;
    this.settings = settings.costs();
    this.rates = new RateTable(settings.costs().rates());
  }

  /**
   * Costs of the days since {@code from}, without {@code until}.
   *
   * @return by day, partner's code, lead's number or category; the key is null for what belongs to
   *     none of them
   */
  public Map<String, Cost> costs(By by, LocalDate from, LocalDate until) {
    return sum(by, "", from, until, new MapSqlParameterSource());
  }

  /** All costs of the days since {@code from}, without {@code until}. */
  public Cost total(LocalDate from, LocalDate until) {
    return total(costs(By.DAY, from, until));
  }

  public Cost total(Map<String, Cost> costs) {
    return costs.values().stream().reduce(Cost.none(settings.currency()), Cost::plus);
  }

  /** What was written to a lead, in all. */
  public Cost ofLead(long lead) {
    MapSqlParameterSource parameters = new MapSqlParameterSource("lead", lead);
    return jdbc.query(
            Sql.DAYS_OF_LEAD,
            parameters,
            (row, index) -> {
              LocalDate first = row.getObject("first_day", LocalDate.class);
              LocalDate last = row.getObject("last_day", LocalDate.class);
              return first == null
                  ? Cost.none(settings.currency())
                  : total(sum(By.LEAD, "and l.id = :lead", first, last.plusDays(1), parameters));
            })
        .get(0);
  }

  /** How far each number of ours is with its free service messages. */
  public List<ServiceMessages> serviceMessages(YearMonth month) {
    return jdbc.query(
        Sql.SERVICE_MESSAGES,
        days(month.atDay(1), month.plusMonths(1).atDay(1)),
        (row, index) ->
            new ServiceMessages(
                row.getString("provider"),
                row.getString("channel"),
                row.getLong("sent"),
                settings.freeServiceMessages()));
  }

  private Map<String, Cost> sum(
      By by, String condition, LocalDate from, LocalDate until, MapSqlParameterSource also) {
    Map<String, Cost> costs = new LinkedHashMap<>();
    jdbc.query(
            Sql.COSTS.formatted(by.key, Sql.CHARGES, by.join, condition),
            days(from, until).addValues(also.getValues()),
            (row, index) ->
                new Group(
                    row.getString("cost_key"),
                    row.getObject("day", LocalDate.class),
                    row.getString("country"),
                    row.getString("category"),
                    row.getBoolean("is_billable"),
                    row.getBoolean("is_free"),
                    row.getString("price_currency"),
                    row.getLong("messages"),
                    row.getBigDecimal("price")))
        .forEach(group -> costs.merge(group.key(), cost(group), Cost::plus));
    return costs;
  }

  /** Free messages are counted within a month, so all of its first month is looked at. */
  private MapSqlParameterSource days(LocalDate from, LocalDate until) {
    return new MapSqlParameterSource()
        .addValue("from", from)
        .addValue("firstOfMonth", from.withDayOfMonth(1))
        .addValue("until", until)
        .addValue("chargedFrom", settings.serviceMessagesChargedFrom())
        .addValue("free", settings.freeServiceMessages());
  }

  private Cost cost(Group group) {
    long messages = group.messages();
    Cost none = Cost.none(settings.currency());
    if (group.price() != null) {
      return none.plus(new Cost(messages, messages, 0, Map.of(group.currency(), group.price())));
    }
    if (!group.billable()) {
      return none.plus(new Cost(messages, 0, 0, Map.of()));
    }
    if (group.free()) {
      return none.plus(new Cost(messages, messages, 0, Map.of()));
    }
    return rates
        .price(group.day(), group.country(), group.category())
        .map(price -> price.multiply(BigDecimal.valueOf(messages)))
        .map(sum -> none.plus(new Cost(messages, messages, 0, Map.of(settings.currency(), sum))))
        .orElseGet(() -> none.plus(new Cost(messages, messages, messages, Map.of())));
  }
}
