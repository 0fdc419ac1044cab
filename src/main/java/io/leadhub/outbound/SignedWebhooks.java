package io.leadhub.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.HubSettings;
import io.leadhub.durable.RejectException;
import io.leadhub.signature.StandardWebhook;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Addresses and signs what other systems are told of leads. */
@Component("signedWebhooks")
public class SignedWebhooks {

  /**
   * An event on its way to one address.
   *
   * @param endpoint the address, as listed in the configuration
   * @param event what is posted
   */
  public record Addressed(String endpoint, Map<String, Object> event) {}

  /**
   * A post ready to be sent.
   *
   * @param timestamp seconds since 1970, of this attempt
   */
  public record Signed(String url, String body, String id, String timestamp, String signature) {}

  private final List<HubSettings.Webhook> webhooks;
  private final ObjectMapper json;

  SignedWebhooks(HubSettings settings, ObjectMapper json) {
    this.webhooks = settings.webhooks();
    this.json = json;
  }

  /** One for each listed address. */
  public List<Addressed> address(String type, Map<String, Object> lead, Instant happenedAt) {
    Map<String, Object> event =
        Map.of("type", type, "timestamp", happenedAt.toString(), "data", lead);
    return webhooks.stream().map(webhook -> new Addressed(webhook.url(), event)).toList();
  }

  /**
   * @param addressed an {@link Addressed} as it comes back from its topic
   * @param eventId the same on every attempt, so that the receiver can drop a repeat
   * @throws RejectException when the address is not listed any more
   */
  public Signed sign(Map<String, Object> addressed, long eventId) {
    String url = (String) addressed.get("endpoint");
    HubSettings.Webhook webhook =
        webhooks.stream()
            .filter(listed -> listed.url().equals(url))
            .findFirst()
            .orElseThrow(
                () ->
                    new RejectException("The address is not listed under hub.webhooks any more."));
    String id = "msg_" + eventId;
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    String body = write(addressed.get("event"));
    String signature =
        new StandardWebhook(webhook.secret())
            .sign(id, timestamp, body.getBytes(StandardCharsets.UTF_8));
    return new Signed(url, body, id, timestamp, signature);
  }

  private String write(Object event) {
    try {
      return json.writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what came from JSON can't be written as JSON", e);
    }
  }
}
