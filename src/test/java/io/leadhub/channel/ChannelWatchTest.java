package io.leadhub.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.leadhub.Beside;
import io.leadhub.TestSettings;
import io.leadhub.database.RowsRead;
import io.leadhub.database.TestDatabase;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** When a channel counts as silent, with histories made up for it. Now is a Friday, 18:00. */
@Beside
class ChannelWatchTest {

  private static final Instant NOW = Instant.parse("2026-11-27T18:00:00Z");

  private final TestDatabase.Schema database = TestDatabase.emptied(ChannelWatchTest.class);
  private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());

  @Test
  void aBusyChannelThatFallsSilentIsToldOnceThoughTwoNodesLook() {
    hourly("meta", "2001", 40, 5, NOW.minus(Duration.ofHours(3)));

    List<Notice> told = look(NOW);

    assertThat(told).hasSize(1);
    Notice silence = told.get(0);
    assertThat(silence.notice()).isEqualTo("silence");
    assertThat(silence.provider()).isEqualTo("meta");
    assertThat(silence.channel()).isEqualTo("2001");
    assertThat(silence.facts()).containsEntry("since", "2026-11-27 15:00").containsKey("expected");
    assertThat((Long) silence.facts().get("expected")).isEqualTo(15);
    assertThat(look(NOW)).isEmpty();
    assertThat(look(NOW.plus(Duration.ofHours(5)))).isEmpty();
  }

  @Test
  void fewerMissingMessagesThanTheAlarmAreNoSilence() {
    hourly("meta", "2001", 40, 5, NOW.minus(Duration.ofHours(2)));
    assertThat(look(NOW.minus(Duration.ofMinutes(10)))).isEmpty();
    assertThat(look(NOW)).hasSize(1);
  }

  @Test
  void aNightWithoutMessagesIsNoSilenceWhereNightsHaveNone() {
    Instant midnight = Instant.parse("2026-11-27T00:00:00Z");
    between("meta", "2001", 40, 9, 20, 10, Instant.parse("2026-11-26T20:00:00Z"));

    assertThat(look(midnight)).isEmpty();
    assertThat(look(Instant.parse("2026-11-27T08:59:00Z"))).isEmpty();
    assertThat(look(Instant.parse("2026-11-27T10:30:00Z"))).hasSize(1);
  }

  @Test
  void aSundayIsComparedWithSundaysOnceThereAreFourWeeks() {
    // Busy on all days but Sundays; the last message came on Saturday evening.
    Instant sunday = Instant.parse("2026-11-22T18:00:00Z");
    messages(
        "meta",
        "2001",
        IntStream.range(0, 40 * 24)
            .mapToObj(hour -> sunday.minus(Duration.ofHours(hour)))
            .filter(at -> at.atZone(ZoneOffset.UTC).getDayOfWeek().getValue() != 7)
            .flatMap(at -> Stream.generate(() -> at).limit(5))
            .toList());

    assertThat(look(sunday)).isEmpty();
    assertThat(look(Instant.parse("2026-11-23T05:00:00Z"))).as("Monday").hasSize(1);
  }

  @Test
  void aChannelOfTwoWeeksIsComparedWithTheSameHoursOfItsDays() {
    between("meta", "2001", 14, 9, 20, 10, Instant.parse("2026-11-26T20:00:00Z"));

    assertThat(look(Instant.parse("2026-11-27T08:00:00Z"))).as("after a night").isEmpty();
    assertThat(look(Instant.parse("2026-11-27T11:30:00Z"))).as("well in the day").hasSize(1);
  }

  @Test
  void aChannelYoungerThanAWeekGivesNoAlarm() {
    hourly("meta", "2001", 6, 20, NOW.minus(Duration.ofHours(12)));
    assertThat(look(NOW)).isEmpty();
  }

  @Test
  void oneCampaignDoesNotMakeItsHoursBusyForEver() {
    List<Instant> quiet = new ArrayList<>();
    Instant last = NOW.minus(Duration.ofHours(4));
    IntStream.rangeClosed(0, 40).forEach(day -> quiet.add(last.minus(Duration.ofDays(day))));
    Instant campaign = NOW.minus(Duration.ofDays(7)).minus(Duration.ofHours(1));
    IntStream.range(0, 200).forEach(i -> quiet.add(campaign.plusSeconds(i)));
    messages("meta", "2001", quiet);

    assertThat(look(NOW)).isEmpty();
  }

  @Test
  void aSlowChannelIsNoBusyOne() {
    messages(
        "meta",
        "2001",
        IntStream.range(3, 40).mapToObj(day -> NOW.minus(Duration.ofDays(day))).toList());
    assertThat(look(NOW)).isEmpty();
  }

  @Test
  void aSilenceIsOverWithTheNextMessageAndToldOnce() {
    hourly("meta", "2001", 40, 5, NOW.minus(Duration.ofHours(3)));
    look(NOW);
    messages("meta", "2001", List.of(NOW.plusSeconds(600)));

    List<Notice> told = look(NOW.plusSeconds(660));

    assertThat(told).extracting(Notice::notice).containsExactly("silence-over");
    assertThat(told.get(0).facts())
        .containsEntry("since", "2026-11-27 15:00")
        .containsEntry("until", "2026-11-27 18:10");
    assertThat(look(NOW.plusSeconds(720))).isEmpty();
  }

  @Test
  void anotherNumbersMessagesDoNotHideASilence() {
    hourly("meta", "2001", 40, 5, NOW.minus(Duration.ofHours(3)));
    hourly("meta", "2002", 40, 5, NOW);
    hourly("twilio", "2001", 40, 5, NOW);

    assertThat(look(NOW))
        .extracting(Notice::provider, Notice::channel)
        .containsExactly(tuple("meta", "2001"));
  }

  @Test
  void noneSwitchesTheAlarmOff() {
    hourly("meta", "2001", 40, 50, NOW.minus(Duration.ofHours(12)));
    assertThat(watch(NOW, "none").look()).isEmpty();
    assertThat(watch(NOW, "10").look()).hasSize(1);
  }

  @Test
  void aMessageOfALeadThatCameAnotherWayBelongsToNoNumberOfThatWay() {
    long lead = lead("meta", "2001");
    message(lead, "twilio", NOW);

    look(NOW);

    assertThat(jdbc.queryForList("select channel from channels", String.class)).containsExactly("");
  }

  @Test
  void theLastWebhookIsTheLatestThatCameInHoweverLateItIsRead() {
    jdbc.update(
        "insert into subscriptions (topic, subscriber) values ('webhook.wati', 'read-wati')");
    webhook("webhook.wati", "2026-11-27T10:00:00Z", "done", "2026-11-27T17:00:00Z");
    webhook("webhook.wati", "2026-11-27T12:00:00Z", "due", "2026-11-27T13:00:00Z");
    look(NOW);
    assertThat(webhookAt("wati")).isEqualTo("2026-11-27T12:00:00Z");

    jdbc.update("delete from deliveries");
    webhook("webhook.wati", "2026-11-26T12:00:00Z", "done", "2026-11-27T18:00:00Z");
    look(NOW);
    assertThat(webhookAt("wati")).as("one that is read again").isEqualTo("2026-11-27T12:00:00Z");
  }

  @Test
  void aProviderThatNobodyWroteThroughCostsNothingHoweverMuchTheOthersHaveDone() {
    RowsRead.finish(jdbc, 20_000, "webhook.meta", "read-meta");
    jdbc.update(
        "insert into subscriptions (topic, subscriber) values ('webhook.wati', 'read-wati')");

    assertThat(RowsRead.by(database.dataSource(), own -> watch(own, NOW, "10").look()))
        .isLessThan(200);
  }

  private Instant webhookAt(String provider) {
    return jdbc.queryForObject(
        "select webhook_at from provider_accounts where provider = ?", Instant.class, provider);
  }

  private void webhook(String topic, String at, String state, String due) {
    Long event =
        jdbc.queryForObject(
            """
            insert into events (topic, content_type, payload, created_at)
            values (?, 'application/json', '{}', ?) returning id
            """,
            Long.class,
            topic,
            Timestamp.from(Instant.parse(at)));
    jdbc.update(
        "insert into deliveries (event_id, topic, subscriber, state, due_at) values (?, ?, ?, ?, ?)",
        event,
        topic,
        topic.replace("webhook.", "read-"),
        state,
        Timestamp.from(Instant.parse(due)));
  }

  private List<Notice> look(Instant now) {
    return watch(now, "10").look();
  }

  private ChannelWatch watch(Instant now, String alarm) {
    return watch(jdbc, now, alarm);
  }

  private static ChannelWatch watch(JdbcTemplate jdbc, Instant now, String alarm) {
    return new ChannelWatch(
        jdbc,
        Clock.fixed(now, ZoneOffset.UTC),
        TestSettings.of("hub.channels.silence-alarm", alarm));
  }

  /** So many messages at each full hour of so many days, up to the last one. */
  private void hourly(String provider, String channel, int days, int each, Instant last) {
    between(provider, channel, days, 0, 23, each, last);
  }

  /** The same, but only within these hours of the day. */
  private void between(
      String provider, String channel, int days, int from, int to, int each, Instant last) {
    messages(
        provider,
        channel,
        IntStream.range(0, days * 24)
            .mapToObj(hour -> last.minus(Duration.ofHours(hour)))
            .filter(at -> at.atZone(ZoneOffset.UTC).getHour() >= from)
            .filter(at -> at.atZone(ZoneOffset.UTC).getHour() <= to)
            .flatMap(at -> IntStream.range(0, each).mapToObj(i -> at))
            .toList());
  }

  private void messages(String provider, String channel, List<Instant> times) {
    long lead = lead(provider, channel);
    jdbc.batchUpdate(MESSAGE, times.stream().map(at -> row(lead, provider, at)).toList());
  }

  private static final String MESSAGE =
      """
      insert into messages (lead_id, provider, provider_message_id, direction, kind, at)
      values (?, ?, ?, 'in', 'text', ?)
      """;

  private void message(long lead, String provider, Instant at) {
    jdbc.update(MESSAGE, row(lead, provider, at));
  }

  private static Object[] row(long lead, String provider, Instant at) {
    return new Object[] {lead, provider, UUID.randomUUID().toString(), Timestamp.from(at)};
  }

  private long lead(String provider, String channel) {
    Long contact =
        jdbc.queryForObject(
            "insert into contacts (phone) values (?) returning id",
            Long.class,
            "+" + (System.nanoTime() % 1_000_000_000_000L));
    return jdbc.queryForObject(
        """
        insert into leads (contact_id, source, provider, channel, created_at, last_message_at)
        values (?, 'whatsapp', ?, ?, now(6), now(6)) returning id
        """,
        Long.class,
        contact,
        provider,
        channel);
  }
}
