package io.leadhub.journey;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** The hub's clock, which tests put to any time; until then it shows the real one. */
final class MovableClock extends Clock {

  @TestConfiguration
  static class Instead {
    @Bean
    @Primary
    MovableClock movableClock() {
      return new MovableClock();
    }
  }

  private volatile Instant time;

  void shows(Instant time) {
    this.time = time;
  }

  void showsTheRealTime() {
    this.time = null;
  }

  @Override
  public Instant instant() {
    Instant shown = time;
    return shown == null ? Instant.now() : shown;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.fixed(instant(), zone);
  }
}
