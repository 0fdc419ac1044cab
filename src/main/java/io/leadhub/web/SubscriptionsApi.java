package io.leadhub.web;

import io.leadhub.durable.SubscriptionControl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/api/subscriptions")
@Tag(name = "Subscriptions")
class SubscriptionsApi {

  /**
   * @param pausedUntil nothing is delivered before; in the past: one delivery at a time is tried
   *     until one succeeds
   * @param oldestDueAt since when the delivery that is due longest waits
   * @param oldestDueSeconds how long that is
   */
  record Subscription(
      String topic,
      String subscriber,
      Instant pausedUntil,
      String reason,
      long due,
      long running,
      long dead,
      Instant oldestDueAt,
      Long oldestDueSeconds) {}

  /**
   * @param until when to try again; without it, not before somebody resumes
   */
  record Pause(Instant until, String reason) {}

  private final Queues queues;
  private final SubscriptionControl control;

  SubscriptionsApi(Queues queues, SubscriptionControl control) {
    this.queues = queues;
    this.control = control;
  }

  @GetMapping
  @Operation(summary = "Who hears of which topic, how much waits for them, and who rests")
  Page<Subscription> list() {
    return new Page<>(all(), null);
  }

  @PostMapping("/{topic}/{subscriber}/pause")
  @Operation(
      summary = "Deliver nothing more; the queue is kept. Until an instant, or until resumed")
  Subscription pause(
      @PathVariable String topic,
      @PathVariable String subscriber,
      @RequestBody(required = false) Pause asked) {
    Instant until = asked == null ? null : asked.until();
    String reason =
        asked == null || asked.reason() == null ? "Paused through the API." : asked.reason();
    return found(control.pause(topic, subscriber, until, reason), topic, subscriber);
  }

  @PostMapping("/{topic}/{subscriber}/resume")
  @Operation(summary = "Go on at once, whatever the pause was for")
  Subscription resume(@PathVariable String topic, @PathVariable String subscriber) {
    return found(control.resume(topic, subscriber), topic, subscriber);
  }

  private Subscription found(boolean found, String topic, String subscriber) {
    return all().stream()
        .filter(one -> found && one.topic.equals(topic) && one.subscriber.equals(subscriber))
        .findFirst()
        .orElseThrow(
            () ->
                new ResponseStatusException(
                    HttpStatus.NOT_FOUND,
                    "There is no subscriber %s of %s; GET /api/subscriptions lists them."
                        .formatted(subscriber, topic)));
  }

  private List<Subscription> all() {
    return queues.all().stream().map(SubscriptionsApi::subscription).toList();
  }

  private static Subscription subscription(Queues.Queue queue) {
    boolean late = queue.oldestDueSeconds() != null && queue.oldestDueSeconds() >= 0;
    return new Subscription(
        queue.topic(),
        queue.subscriber(),
        queue.pausedUntil(),
        queue.pauseReason(),
        queue.due(),
        queue.running(),
        queue.dead(),
        late ? queue.oldestDue() : null,
        late ? queue.oldestDueSeconds() : null);
  }
}
