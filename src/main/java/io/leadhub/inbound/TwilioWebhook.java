package io.leadhub.inbound;

import io.leadhub.HubSettings;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Lets in what Twilio posts. */
@Component("twilioWebhook")
public class TwilioWebhook {

  private static final Logger log = LoggerFactory.getLogger(TwilioWebhook.class);

  private final String authToken;
  private final String publicUrl;
  private final TwilioSignature signature;
  private final Networks networks;

  TwilioWebhook(HubSettings settings) {
    this.authToken = settings.twilio().authToken();
    this.publicUrl = settings.publicUrl().toString();
    this.signature = new TwilioSignature(List.of(authToken, settings.twilio().previousAuthToken()));
    this.networks = new Networks("hub.twilio.networks", settings.twilio().networks());
  }

  /**
   * Twilio signs the address as it was entered there; behind a proxy only the configuration knows
   * it.
   *
   * @return the raw body, when its signature is right, by the auth token or the one before
   * @throws WebhookRefusedException when it is not, or when there is no token to check it with
   */
  public byte[] verified(HttpServletRequest request) {
    if (authToken.isBlank()) {
      log.error("Refused a webhook of Twilio: set hub.twilio.auth-token (TWILIO_AUTH_TOKEN).");
      throw new WebhookRefusedException(HttpStatus.FORBIDDEN, "Twilio is not configured here.");
    }
    byte[] body = WebhookFilter.body(request);
    networks.check(request);
    String url = publicUrl + WebhookFilter.askedFor(request);
    if (!signature.matches(
        url, body, request.getHeader("Content-Type"), request.getHeader("X-Twilio-Signature"))) {
      throw new WebhookRefusedException(
          HttpStatus.UNAUTHORIZED,
          "X-Twilio-Signature is missing or wrong. If it comes from Twilio, check HUB_PUBLIC_URL.");
    }
    return body;
  }
}
