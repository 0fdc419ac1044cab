package io.leadhub.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leadhub.BadSettingException;
import io.leadhub.TestSettings;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;

/** 2026-11-23 is a Monday. */
class BusinessHoursTest {

  private static final ZoneId BANGKOK = ZoneId.of("Asia/Bangkok");

  private final BusinessHours office = hours("mon-fri 09:00-18:00", "sat,sun 10:00-14:00");

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T08:59:59, false",
    "2026-11-23T09:00:00, true",
    "2026-11-23T17:59:59, true",
    "2026-11-23T18:00:00, false",
    "2026-11-28T10:00:00, true",
    "2026-11-28T14:00:00, false"
  })
  void somebodyIsThereFromTheFirstMinuteUntilTheLastOneIsOver(String time, boolean open) {
    assertThat(office.isOpen(at(time))).isEqualTo(open);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T07:00, 2026-11-23T09:00",
    "2026-11-23T18:00, 2026-11-24T09:00",
    "2026-11-27T20:00, 2026-11-28T10:00",
    "2026-11-29T15:00, 2026-11-30T09:00"
  })
  void theNextOpeningIsTold(String time, String opening) {
    assertThat(office.nextOpening(at(time)).orElseThrow())
        .isEqualTo(LocalDateTime.parse(opening).atZone(BANGKOK));
  }

  @Test
  void whenTheLastOneLeftIsTold() {
    assertThat(office.closedSince(at("2026-11-24T03:00"))).isEqualTo(at("2026-11-23T18:00"));
    assertThat(office.closedSince(at("2026-11-30T03:00"))).isEqualTo(at("2026-11-29T14:00"));
  }

  @Test
  void hoursMayGoPastMidnight() {
    BusinessHours bar = hours("fri 18:00-02:00");

    assertThat(bar.isOpen(at("2026-11-28T01:59"))).isTrue();
    assertThat(bar.isOpen(at("2026-11-28T02:00"))).isFalse();
    assertThat(bar.isOpen(at("2026-11-27T17:00"))).isFalse();
  }

  @Test
  void hoursMayEndAtMidnightAndLastAllDay() {
    assertThat(hours("mon 20:00-24:00").isOpen(at("2026-11-23T23:59"))).isTrue();
    assertThat(hours("mon 20:00-24:00").isOpen(at("2026-11-24T00:00"))).isFalse();
    assertThat(hours("mon 00:00-24:00").isOpen(at("2026-11-23T00:00"))).isTrue();
  }

  @Test
  void daysMayGoPastSunday() {
    BusinessHours weekend = hours("sat-mon 09:00-18:00");

    assertThat(weekend.isOpen(at("2026-11-23T10:00"))).isTrue();
    assertThat(weekend.isOpen(at("2026-11-29T10:00"))).isTrue();
    assertThat(weekend.isOpen(at("2026-11-24T10:00"))).isFalse();
  }

  @Test
  void nobodyIsThereOnAHoliday() {
    BusinessHours hours =
        of("hub.reply.hours[0]", "mon-sun 09:00-18:00", "hub.reply.holidays[0]", "2026-11-24");

    assertThat(hours.isOpen(at("2026-11-24T12:00"))).isFalse();
    assertThat(hours.nextOpening(at("2026-11-23T18:00")).orElseThrow())
        .isEqualTo(LocalDateTime.parse("2026-11-25T09:00").atZone(BANGKOK));
  }

  @Test
  void withoutHoursSomebodyIsAlwaysThere() {
    assertThat(hours().isOpen(at("2026-11-23T03:00"))).isTrue();
  }

  @Test
  void quietHoursEndTheNextMorning() {
    BusinessHours quiet = of("hub.reply.quiet", "22:00-08:00");

    assertThat(quiet.quietUntil(at("2026-11-23T23:00"))).contains(at("2026-11-24T08:00"));
    assertThat(quiet.quietUntil(at("2026-11-24T07:59"))).contains(at("2026-11-24T08:00"));
    assertThat(quiet.quietUntil(at("2026-11-24T08:00"))).isEmpty();
    assertThat(hours().quietUntil(at("2026-11-23T23:00"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "hub.reply.hours[0], mon-fri 9-18",
    "hub.reply.hours[0], mo-fr 09:00-18:00",
    "hub.reply.hours[0], mon-fri 09:00-25:00",
    "hub.reply.hours[0], mon 09:00-09:00",
    "hub.reply.holidays[0], 31.12.2026",
    "hub.reply.holidays[0], 2026-02-30",
    "hub.reply.quiet, 22-8"
  })
  void whatCannotBeUnderstoodStopsTheStartAndNamesTheKey(String key, String value) {
    assertThatThrownBy(() -> of(key, value))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(value);
  }

  private static BusinessHours hours(String... hours) {
    List<String> settings = new ArrayList<>();
    for (int i = 0; i < hours.length; i++) {
      settings.addAll(List.of("hub.reply.hours[" + i + "]", hours[i]));
    }
    return of(settings.toArray(String[]::new));
  }

  private static BusinessHours of(String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(List.of("hub.time-zone", "Asia/Bangkok"));
    MockEnvironment environment = new MockEnvironment();
    for (int i = 0; i < all.size(); i += 2) {
      environment.setProperty(all.get(i), all.get(i + 1));
    }
    return new BusinessHours(TestSettings.of(all.toArray(String[]::new)), environment);
  }

  private static Instant at(String local) {
    return LocalDateTime.parse(local).atZone(BANGKOK).toInstant();
  }
}
