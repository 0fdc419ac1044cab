package io.leadhub.inbound;

import io.leadhub.HubSettings;
import io.leadhub.signature.Hmac;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Lets in what 360dialog posts: by our token, and where a secret is configured by its signature
 * too. See https://docs.360dialog.com/partner/onboarding/webhook-events-and-setup
 */
@Component("d360Webhook")
public class D360Webhook {

  private static final Logger log = LoggerFactory.getLogger(D360Webhook.class);

  private final boolean configured;
  private final TokenDoor door;
  private final Networks networks;
  private final List<Hmac> signatures;

  D360Webhook(HubSettings settings) {
    HubSettings.D360 d360 = settings.d360();
    this.configured = !d360.webhookToken().isBlank();
    this.door = new TokenDoor(List.of(d360.webhookToken(), d360.previousWebhookToken()));
    this.networks = new Networks("hub.d360.networks", d360.networks());
    this.signatures = Hmac.sha256(List.of(d360.signatureSecret()));
  }

  /**
   * @return the raw body, when the sender shows a token and, if need be, signed it
   * @throws WebhookRefusedException when it does not, or when there is no token to compare with
   */
  public byte[] verified(HttpServletRequest request) {
    if (!configured) {
      log.error("Refused a webhook of 360dialog: set hub.d360.webhook-token (D360_WEBHOOK_TOKEN).");
      throw new WebhookRefusedException(HttpStatus.FORBIDDEN, "360dialog is not configured here.");
    }
    byte[] body = WebhookFilter.body(request);
    networks.check(request);
    door.check(request);
    String signature = request.getHeader("x-360dialog-signature");
    if (!signatures.isEmpty()
        && signatures.stream().noneMatch(key -> signed(key, body, signature))) {
      throw new WebhookRefusedException(
          HttpStatus.UNAUTHORIZED, "x-360dialog-signature is missing or wrong.");
    }
    return body;
  }

  /** Whether it is written in hex or in base64 is not documented, so either will do. */
  private static boolean signed(Hmac key, byte[] body, String signature) {
    return Hmac.same(key.hex(body), signature) || Hmac.same(key.base64(body), signature);
  }
}
