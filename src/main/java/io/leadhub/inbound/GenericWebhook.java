package io.leadhub.inbound;

import io.leadhub.HubSettings;
import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Lets in what any other system posts, by a bearer token or by a signature. */
@Component("genericWebhook")
public class GenericWebhook {

  private static final Logger log = LoggerFactory.getLogger(GenericWebhook.class);

  private final boolean configured;
  private final GenericSignature signature;

  GenericWebhook(HubSettings settings) {
    HubSettings.Generic generic = settings.generic();
    this.configured = !generic.token().isBlank() || !generic.secret().isBlank();
    this.signature = new GenericSignature(generic.token(), generic.secret());
  }

  /**
   * @return the raw body, when the sender may post
   * @throws WebhookRefusedException when it may not, or when nothing is configured to tell
   */
  public byte[] verified(HttpServletRequest request) {
    if (!configured) {
      log.error(
          "Refused a post to /webhook/lead: set hub.generic.token (LEAD_WEBHOOK_TOKEN)"
              + " or hub.generic.secret (LEAD_WEBHOOK_SECRET).");
      throw new WebhookRefusedException(
          HttpStatus.FORBIDDEN, "/webhook/lead is not configured here.");
    }
    byte[] body = WebhookFilter.body(request);
    if (!signature.matches(
        body, request.getHeader("Authorization"), request.getHeader("X-LeadHub-Signature"))) {
      throw new WebhookRefusedException(
          HttpStatus.UNAUTHORIZED,
          "Send Authorization: Bearer … or X-LeadHub-Signature: sha256=….");
    }
    return body;
  }
}
