package io.leadhub.web;

import io.leadhub.durable.Spool;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

/**
 * How much waits in the spool for the database, and since when: in health and as metrics. Webhooks
 * are taken all the while, so a spool in use does not make the hub unhealthy.
 */
@Component("spoolHealthIndicator")
class SpoolHealth implements HealthIndicator, MeterBinder {

  private static final Status SPOOLING = new Status("SPOOLING", "webhooks wait for the database");

  private final Spool spool;
  private final Clock clock;

  SpoolHealth(Spool spool, Clock clock) {
    this.spool = spool;
    this.clock = clock;
  }

  @Override
  public Health health() {
    Spool.State state = spool.state();
    Health.Builder health =
        Health.status(state.records() == 0 ? Status.UP : SPOOLING)
            .withDetail("records", state.records())
            .withDetail("bytes", state.bytes())
            .withDetail("maxBytes", state.maxBytes());
    if (state.oldest() != null) {
      health.withDetail("oldestAt", state.oldest()).withDetail("oldestSeconds", age(state));
    }
    return health.build();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("leadhub.spool.bytes", () -> spool.state().bytes())
        .description("What webhooks that wait for the database take of the disk")
        .register(registry);
    Gauge.builder("leadhub.spool.records", () -> spool.state().records())
        .description("Webhooks that wait for the database")
        .register(registry);
    Gauge.builder("leadhub.spool.oldest.seconds", () -> age(spool.state()))
        .description("For how long the oldest of them has waited")
        .register(registry);
  }

  private long age(Spool.State state) {
    return state.oldest() == null
        ? 0
        : Math.max(0, Duration.between(state.oldest(), clock.instant()).toSeconds());
  }
}
