package io.leadhub.channel;

import io.leadhub.HubSettings;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * When each channel was last heard of, and whether it is quiet for unusually long.
 *
 * <p>How many messages should have come since the last one is the average of the same stretch of
 * the clock in the weeks before: last one on Friday 18:00 and now 20:00, so the Fridays before from
 * 18:00 to 20:00. A channel younger than four weeks is compared with the same hours of the days
 * before, one younger than a week with nothing. Where customers write independently of each other,
 * messages come as a Poisson process: where λ are expected, the chance that none comes is
 * e<sup>-λ</sup>, for 10 about one in 22,000. So a night without messages is no silence, whatever
 * its length, when no night had any.
 *
 * <p>Real traffic is burstier than that: one campaign may make an average of 10 out of one week. So
 * the stretch must have had messages in more than half of the weeks (or days) compared with.
 */
@Component("channelWatch")
public class ChannelWatch {

  /** A message kept by a longer transaction may have a lower number and come later. */
  private static final int OVERLAP = 1000;

  /**
   * Found by the index that claims use: told nothing, MariaDB may read through all of it where a
   * provider has no delivery at all. The last delivery of each state is enough: events are numbered
   * as they come.
   */
  private static final String NOTE_WEBHOOKS =
      """
      insert into provider_accounts (provider, webhook_at)
      select left(substring(last.topic, 9), 20), e.created_at
      from (select s.topic, greatest(%s, %s, %s, %s) as event_id
            from subscriptions s where s.topic like 'webhook.%%') last
      join events e on e.id = last.event_id
      on duplicate key update
        webhook_at = greatest(coalesce(webhook_at, values(webhook_at)), values(webhook_at))
      """
          .formatted(latest("due"), latest("running"), latest("done"), latest("dead"));

  /** A later message of a lead may have come another way: its channel is not known. */
  private static final String NOTE_MESSAGES =
      """
      insert into channels (provider, channel, first_message_at, last_message_at, last_message_row)
      select m.provider, if(l.provider = m.provider, coalesce(l.channel, ''), '') as used,
             min(m.at), max(m.at), max(m.id)
      from messages m
      join leads l on l.id = m.lead_id
      where m.direction = 'in' and m.id > ?
      group by m.provider, used
      on duplicate key update
        first_message_at = least(coalesce(first_message_at, values(first_message_at)),
                                 values(first_message_at)),
        last_message_at = greatest(coalesce(last_message_at, values(last_message_at)),
                                   values(last_message_at)),
        last_message_row = greatest(coalesce(last_message_row, 0), values(last_message_row))
      """;

  /**
   * Each stretch lies whole between the channel's first message and its last one. A silence of more
   * than a week is not begun anew: a channel that slow is not a busy one.
   */
  static final String SILENCES =
      """
      with recursive
      clock (now) as (select cast(:now as datetime(6))),
      steps (k) as (select 1 union all select k + 1 from steps where k < 27),
      quiet as (
        select provider, channel, first_message_at, last_message_at, now,
               if(first_message_at <= now - interval 28 day, 7, 1) as days
        from channels join clock
        where silent_since is null
          and last_message_at between now - interval 7 day and now - interval 1 minute
          and first_message_at <= now - interval 7 day),
      stretches as (
        select provider, channel, last_message_at,
               (select count(*)
                from messages m force index (messages_by_time)
                straight_join leads l on l.id = m.lead_id
                where m.provider = quiet.provider and m.direction = 'in'
                  and m.at > quiet.last_message_at - interval k * days day
                  and m.at <= quiet.now - interval k * days day
                  and if(l.provider = m.provider, coalesce(l.channel, ''), '') = quiet.channel
               ) as messages
        from quiet
        join steps on k * days <= 28
        where last_message_at - interval k * days day >= first_message_at
          and now - interval k * days day <= last_message_at)
      select provider, channel, last_message_at, avg(messages) as expected
      from stretches
      group by provider, channel, last_message_at
      having avg(messages) >= :alarm and avg(messages > 0) > 0.5
      """;

  private static final DateTimeFormatter ON_THE_CLOCK =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private record Quiet(String provider, String channel, Instant last, double expected) {}

  private final JdbcTemplate jdbc;
  private final NamedParameterJdbcTemplate named;
  private final Clock clock;
  private final ZoneId zone;
  private final Integer alarm;

  ChannelWatch(JdbcTemplate jdbc, Clock clock, HubSettings settings) {
    this.jdbc = jdbc;
    this.named = new NamedParameterJdbcTemplate(jdbc);
    this.clock = clock;
    this.zone = settings.timeZone();
    String messages = settings.channels().silenceAlarm();
    this.alarm = messages.equals("none") ? null : Integer.valueOf(messages);
  }

  private static String latest(String state) {
    return """
        coalesce((select d.event_id from deliveries d force index (deliveries_to_claim)
                  where d.topic = s.topic and d.subscriber = s.subscriber and d.state = '%s'
                  order by d.due_at desc limit 1), 0)
        """
        .formatted(state);
  }

  /**
   * Looks at what came since the last look.
   *
   * @return the silences that began or are over; each once
   */
  public List<Notice> look() {
    jdbc.update(NOTE_WEBHOOKS);
    Long seen = jdbc.queryForObject("select max(last_message_row) from channels", Long.class);
    jdbc.update(NOTE_MESSAGES, seen == null ? 0 : seen - OVERLAP);
    List<Notice> notices = new ArrayList<>(over());
    if (alarm != null) {
      notices.addAll(begun());
    }
    return notices;
  }

  private List<Notice> begun() {
    List<Notice> begun = new ArrayList<>();
    for (Quiet quiet :
        named.query(
            SILENCES,
            Map.of("now", clock.instant(), "alarm", alarm),
            (row, index) ->
                new Quiet(
                    row.getString("provider"),
                    row.getString("channel"),
                    row.getObject("last_message_at", Instant.class),
                    row.getDouble("expected")))) {
      if (jdbc.update(
              """
              update channels set silent_since = last_message_at
              where provider = ? and channel = ? and last_message_at = ? and silent_since is null
              """,
              quiet.provider,
              quiet.channel,
              quiet.last)
          == 1) {
        Map<String, Object> facts =
            Map.of("since", shown(quiet.last), "expected", Math.round(quiet.expected));
        begun.add(notice("silence", quiet.provider, quiet.channel, "SILENT", quiet.last, facts));
      }
    }
    return begun;
  }

  private List<Notice> over() {
    record Over(String provider, String channel, Instant since, Instant until) {}
    List<Notice> over = new ArrayList<>();
    for (Over one :
        jdbc.query(
            """
            select provider, channel, silent_since, last_message_at from channels
            where last_message_at > silent_since
            """,
            (row, index) ->
                new Over(
                    row.getString("provider"),
                    row.getString("channel"),
                    row.getObject("silent_since", Instant.class),
                    row.getObject("last_message_at", Instant.class)))) {
      if (jdbc.update(
              """
              update channels set silent_since = null
              where provider = ? and channel = ? and silent_since = ?
              """,
              one.provider,
              one.channel,
              one.since)
          == 1) {
        Map<String, Object> facts = Map.of("since", shown(one.since), "until", shown(one.until));
        over.add(notice("silence-over", one.provider, one.channel, "HEARD", one.since, facts));
      }
    }
    return over;
  }

  /** The silence is known by the last message before it, whichever node finds it. */
  private static Notice notice(
      String notice,
      String provider,
      String channel,
      String event,
      Instant since,
      Map<String, Object> facts) {
    String named = channel.isEmpty() ? null : channel;
    return Notice.of(provider, notice, named, event, null, since, facts);
  }

  private String shown(Instant at) {
    return ON_THE_CLOCK.format(at.atZone(zone));
  }
}
