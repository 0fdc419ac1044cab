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
        freeKeysOfWhatDied(reader, since);
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

  /**
   * What became of those webhooks and is a dead letter throughout would keep its key from what they
   * become now. It stays a dead letter: the mapping may drop it now.
   */
  private void freeKeysOfWhatDied(Reader reader, Instant since) {
    List<Long> died =
        jdbc.queryForList(
            """
            select distinct made.id
            from subscriptions s
            straight_join deliveries lost force index (deliveries_to_claim)
              on lost.topic = s.topic and lost.subscriber = s.subscriber and lost.state = 'dead'
            straight_join events made on made.id = lost.event_id and made.subject like 'webhook/%'
            straight_join events webhook
              on webhook.id = cast(substring(made.subject, 9) as unsigned)
            straight_join deliveries reading
              on reading.event_id = webhook.id and reading.subscriber = ?
            where webhook.topic = ? and webhook.created_at >= ?
              and reading.state in ('done', 'dead') and reading.discarded_at is null
              and not exists (select 1 from deliveries other
                              where other.event_id = made.id and other.state <> 'dead')
            """,
            Long.class, reader.subscriber, reader.topic, since);
    jdbc.batchUpdate(
        "update events set event_key = null where id = ?",
        died.stream().map(id -> new Object[] {id}).toList());
  }

  private List<Reader> readers() {
    return jdbc.query(
        "select topic, subscriber from subscriptions"
            + " where topic like 'webhook.%' and subscriber like 'read-%'",
        (row, index) -> new Reader(row.getString("topic"), row.getString("subscriber")));
  }
}
