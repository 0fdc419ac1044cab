package io.leadhub.inbound;

import io.leadhub.HubSettings;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Lets in what Wati posts: by our token, for Wati signs nothing. See
 * https://docs.wati.io/reference/webhooks
 */
@Component("watiWebhook")
public class WatiWebhook {

  private static final Logger log = LoggerFactory.getLogger(WatiWebhook.class);

  private final boolean configured;
  private final TokenDoor door;
  private final Networks networks;

  WatiWebhook(HubSettings settings) {
    HubSettings.Wati wati = settings.wati();
    this.configured = !wati.webhookToken().isBlank();
    this.door = new TokenDoor(List.of(wati.webhookToken(), wati.previousWebhookToken()));
    this.networks = new Networks("hub.wati.networks", wati.networks());
  }

  /**
   * @return the raw body, when the sender shows a token
   * @throws WebhookRefusedException when it does not, or when there is no token to compare with
   */
  public byte[] verified(HttpServletRequest request) {
    if (!configured) {
      log.error("Refused a webhook of Wati: set hub.wati.webhook-token (WATI_WEBHOOK_TOKEN).");
      throw new WebhookRefusedException(HttpStatus.FORBIDDEN, "Wati is not configured here.");
    }
    byte[] body = WebhookFilter.body(request);
    networks.check(request);
    door.check(request);
    return body;
  }
}
