package io.leadhub.outbound;

import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Gives each address that takes signed webhooks a queue and senders of its own, by the template in
 * {@code routes/out/webhook-sender.camel.yaml}: YAML has no loop.
 */
@Component
class WebhookRoutes extends RouteBuilder {

  private static final String SHARED = "send.webhook";

  private final SignedWebhooks webhooks;
  private final JdbcTemplate jdbc;

  WebhookRoutes(SignedWebhooks webhooks, JdbcTemplate jdbc) {
    this.webhooks = webhooks;
    this.jdbc = jdbc;
  }

  /**
   * Also for queues from before: of addresses that are listed no more, and the one that all
   * addresses once shared. What waits there is sent, or is a dead letter that says why not. Each
   * queue has its subscriber before any route runs, so that nothing is published past it; where
   * somebody paused the shared one it is paused as well.
   */
  @Override
  public void configure() {
    for (String queue : webhooks.queues()) {
      jdbc.update(
          """
          insert ignore into subscriptions
            (topic, subscriber, paused_until, pause_reason, refused)
          select ?, 'webhook-sender', shared.paused_until, shared.pause_reason, shared.refused
          from (select 1) this
          left join subscriptions shared
            on shared.topic = ? and shared.subscriber = 'webhook-sender'
          """,
          SHARED + "." + queue,
          SHARED);
    }
    List<String> topics =
        jdbc.queryForList(
            """
            select topic from subscriptions
            where subscriber = 'webhook-sender' and (topic = ? or topic like concat(?, '.%'))
            order by topic
            """,
            String.class, SHARED, SHARED);
    for (String topic : topics) {
      String queue = topic.substring(SHARED.length());
      templatedRoute("send-webhook").routeId("send-webhook" + queue).parameter("queue", queue);
    }
  }
}
