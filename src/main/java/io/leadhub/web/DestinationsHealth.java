package io.leadhub.web;

import io.leadhub.HubSettings;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.springframework.boot.actuate.health.CompositeHealthContributor;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Each destination by itself: on, off or played by the sandbox; how much waits for it, how long,
 * and what it gave up on. A resting or switched-off destination does not make the hub unhealthy.
 */
@Configuration
class DestinationsHealth {

  private static final Status OFF = new Status("OFF", "has no credentials");
  private static final Status PAUSED = new Status("PAUSED", "rests after it was refused");

  /** The subscribers whose deliveries end at each of the hub's own destinations. */
  private static final Map<String, List<String>> SUBSCRIBERS =
      Map.of(
          "telegram", List.of("telegram", "telegram-bot"),
          "google-sheets", List.of("google-sheets"),
          "meta", List.of("meta"),
          "twilio", List.of("twilio", "twilio-price"),
          "360dialog", List.of("360dialog"),
          "wati", List.of("wati"),
          "webhook", List.of("webhook", "webhook-sender"));

  private final JdbcTemplate jdbc;
  private final Queues queues;
  private final Environment environment;
  private final Map<String, List<String>> subscribers = new TreeMap<>();

  DestinationsHealth(
      JdbcTemplate jdbc, Queues queues, Environment environment, HubSettings settings) {
    this.jdbc = jdbc;
    this.queues = queues;
    this.environment = environment;
    settings.destinations().forEach(own -> subscribers.put(own.name(), List.of(own.name())));
    subscribers.putAll(SUBSCRIBERS);
  }

  @Bean
  CompositeHealthContributor destinations() {
    Map<String, HealthContributor> byName = new LinkedHashMap<>();
    subscribers.forEach((name, of) -> byName.put(name, (HealthIndicator) () -> health(name, of)));
    return CompositeHealthContributor.fromMap(byName);
  }

  private Health health(String name, List<String> subscribers) {
    boolean on = environment.getProperty("hub.destination." + name, Boolean.class, false);
    boolean sandbox = environment.getProperty("hub.sandbox." + key(name), Boolean.class, false);
    Map<String, Object> details = queue(subscribers);
    details.put("mode", !on ? "off" : sandbox ? "sandbox" : "live");
    Map<String, Object> pause = pause(subscribers);
    details.putAll(pause);
    Status status = !on ? OFF : pause.isEmpty() ? Status.UP : PAUSED;
    return Health.status(status).withDetails(details).build();
  }

  /** A key of the settings does not begin with a digit. */
  private static String key(String name) {
    return name.equals("360dialog") ? "d360" : name;
  }

  private Map<String, Object> queue(List<String> subscribers) {
    List<Queues.Queue> queued =
        queues.all().stream().filter(queue -> subscribers.contains(queue.subscriber())).toList();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("waiting", queued.stream().mapToLong(queue -> queue.due() + queue.running()).sum());
    details.put("deadLetters", queued.stream().mapToLong(Queues.Queue::dead).sum());
    queued.stream()
        .map(Queues.Queue::oldestDue)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .ifPresent(oldest -> details.put("oldestDueAt", oldest));
    return details;
  }

  private Map<String, Object> pause(List<String> subscribers) {
    return jdbc
        .query(
            """
            select paused_until, pause_reason from subscriptions
            where subscriber in (%s) and paused_until is not null
            order by paused_until desc limit 1
            """
                .formatted(placeholders(subscribers)),
            (row, index) ->
                Map.<String, Object>of(
                    "pausedUntil", row.getObject("paused_until", Instant.class),
                    "reason", row.getString("pause_reason")),
            subscribers.toArray())
        .stream()
        .findFirst()
        .orElse(Map.of());
  }

  private static String placeholders(List<String> values) {
    return String.join(", ", Collections.nCopies(values.size(), "?"));
  }
}
