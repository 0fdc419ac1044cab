package io.leadhub.web;

import io.leadhub.durable.DeliveryControl;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/api/webhooks")
@Tag(name = "Webhooks")
class WebhooksApi {

  /**
   * @param webhooks how many are read again
   * @param providers how many of each provider
   */
  record Reprocessed(int webhooks, Map<String, Integer> providers) {}

  private record Reader(String topic, String subscriber) {

    String provider() {
      return topic.substring(TOPICS.length());
    }
  }

  private static final String TOPICS = "webhook.";

  private final JdbcTemplate jdbc;
  private final DeliveryControl control;

  WebhooksApi(JdbcTemplate jdbc, DeliveryControl control) {
    this.jdbc = jdbc;
    this.control = control;
  }

  @PostMapping("/reprocess")
  @Operation(
      summary =
          "Read the kept webhooks again, after a mapping was mended: messages that were missing are"
              + " created, those known are not")
  Reprocessed reprocess(
      @RequestParam Instant since, @RequestParam(required = false) String provider) {
    Map<String, Integer> providers = new TreeMap<>();
    for (Reader reader : readers()) {
      if (provider == null || provider.equals(reader.provider())) {
        providers.merge(
            reader.provider(),
            control.workAgain(reader.topic, reader.subscriber, since),
            Integer::sum);
      }
    }
    if (providers.isEmpty()) {
      throw new ResponseStatusException(
          HttpStatus.NOT_FOUND,
          "No mapping reads webhooks of %s.".formatted(provider == null ? "anybody" : provider));
    }
    return new Reprocessed(
        providers.values().stream().mapToInt(Integer::intValue).sum(), providers);
  }

  private List<Reader> readers() {
    return jdbc.query(
        "select topic, subscriber from subscriptions"
            + " where topic like 'webhook.%' and subscriber like 'read-%'",
        (row, index) -> new Reader(row.getString("topic"), row.getString("subscriber")));
  }
}
