package io.leadhub.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.HubSettings;
import io.leadhub.durable.RejectException;
import io.leadhub.signature.StandardWebhook;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Addresses and signs what other systems are told of leads. */
@Component("signedWebhooks")
public class SignedWebhooks {

  /**
   * An event on its way to one address.
   *
   * @param id short and the same for the same address, for keys that a long address would not fit
   * @param endpoint the address, as listed in the configuration
   * @param event what is posted
   */
  public record Addressed(String id, String endpoint, Map<String, Object> event) {

    private static final int ID_BYTES = 8;
    private static final int LONGEST_HOST = 50;

    Addressed(String endpoint, Map<String, Object> event) {
      this(id(endpoint), endpoint, event);
    }

    /** What its topic is called after {@code send.webhook.}: the host, for people, and the id. */
    public String queue() {
      return queue(endpoint);
    }

    private static String queue(String endpoint) {
      String host =
          endpoint
              .replaceFirst("^https?://([^/?#]*@)?", "")
              .replaceFirst("(?s)[:/?#].*", "")
              .replaceAll("[^A-Za-z0-9.-]", "-");
      return host.substring(0, Math.min(host.length(), LONGEST_HOST)) + "-" + id(endpoint);
    }

    private static String id(String endpoint) {
      try {
        byte[] hash =
            MessageDigest.getInstance("SHA-256").digest(endpoint.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, ID_BYTES);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java has SHA-256", e);
      }
    }
  }

  /**
   * A post ready to be sent.
   *
   * @param timestamp seconds since 1970, of this attempt
   */
  public record Signed(String url, String body, String id, String timestamp, String signature) {}

  private final Map<String, StandardWebhook> keys = new LinkedHashMap<>();
  private final ObjectMapper json;

  SignedWebhooks(HubSettings settings, ObjectMapper json) {
    this.json = json;
    for (HubSettings.Webhook webhook : settings.webhooks()) {
      try {
        keys.put(webhook.url(), new StandardWebhook(webhook.secret()));
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(
            "hub.webhooks[%d].secret is no base64 after whsec_; make one with: openssl rand -base64 32"
                .formatted(keys.size()),
            e);
      }
    }
  }

  /** The queue of each listed address; see {@link Addressed#queue}. */
  List<String> queues() {
    return keys.keySet().stream().map(Addressed::queue).toList();
  }

  /** One for each listed address. */
  public List<Addressed> address(String type, Map<String, Object> lead, Instant happenedAt) {
    Map<String, Object> event =
        Map.of("type", type, "timestamp", happenedAt.toString(), "data", lead);
    return keys.keySet().stream().map(url -> new Addressed(url, event)).toList();
  }

  /**
   * @param addressed an {@link Addressed} as it comes back from its topic
   * @param eventId the same on every attempt, so that the receiver can drop a repeat
   * @throws RejectException when the address is not listed any more
   */
  public Signed sign(Map<String, Object> addressed, long eventId) {
    String url = (String) addressed.get("endpoint");
    StandardWebhook key = keys.get(url);
    if (key == null) {
      throw new RejectException("The address is not listed under hub.webhooks any more.");
    }
    String id = "msg_" + eventId;
    String timestamp = Long.toString(Instant.now().getEpochSecond());
    String body = write(addressed.get("event"));
    String signature = key.sign(id, timestamp, body.getBytes(StandardCharsets.UTF_8));
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
