package io.leadhub.inbound;

import io.leadhub.HubSettings;
import io.leadhub.signature.Hmac;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Lets in what Meta posts, and answers its handshake. */
@Component("metaWebhook")
public class MetaWebhook {

  private static final Logger log = LoggerFactory.getLogger(MetaWebhook.class);

  private final String appSecret;
  private final String verifyToken;
  private final MetaSignature signature;
  private final Networks networks;

  MetaWebhook(HubSettings settings) {
    this.appSecret = settings.meta().appSecret();
    this.verifyToken = settings.meta().verifyToken();
    this.signature = new MetaSignature(List.of(appSecret, settings.meta().previousAppSecret()));
    this.networks = new Networks("hub.meta.networks", settings.meta().networks());
  }

  /**
   * @return the raw body, when its signature is right, by the app secret or the one before
   * @throws WebhookRefusedException when it is not, or when there is no secret to check it with
   */
  public byte[] verified(HttpServletRequest request) {
    if (appSecret.isBlank()) {
      log.error("Refused a webhook of Meta: set hub.meta.app-secret (META_APP_SECRET).");
      throw new WebhookRefusedException(HttpStatus.FORBIDDEN, "Meta is not configured here.");
    }
    byte[] body = WebhookFilter.body(request);
    networks.check(request);
    if (!signature.matches(body, request.getHeader("X-Hub-Signature-256"))) {
      throw new WebhookRefusedException(
          HttpStatus.UNAUTHORIZED, "X-Hub-Signature-256 is missing or wrong.");
    }
    return body;
  }

  /**
   * @return the challenge, to be sent back as it is
   * @throws WebhookRefusedException when the verify token is another one, or none is configured
   */
  public String handshake(HttpServletRequest request) {
    if (verifyToken.isBlank()) {
      log.error("Refused Meta's handshake: set hub.meta.verify-token (META_VERIFY_TOKEN).");
      throw new WebhookRefusedException(HttpStatus.FORBIDDEN, "Meta is not configured here.");
    }
    networks.check(request);
    String challenge = request.getParameter("hub.challenge");
    boolean ours =
        "subscribe".equals(request.getParameter("hub.mode"))
            && Hmac.same(verifyToken, request.getParameter("hub.verify_token"));
    if (!ours || challenge == null) {
      throw new WebhookRefusedException(HttpStatus.FORBIDDEN, "hub.verify_token is wrong.");
    }
    return challenge;
  }
}
