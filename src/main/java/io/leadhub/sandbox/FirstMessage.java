package io.leadhub.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.HubSettings;
import io.leadhub.signature.Hmac;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** The line that a newcomer pastes into a terminal to be the first customer. */
@Component
@Profile(SandboxEnvironment.PROFILE)
final class FirstMessage {

  /**
   * For those who keep the real app secret: the script signs with it, we print nothing made by it.
   */
  private static final String SCRIPT =
      "META_APP_SECRET=... HUB_PUBLIC_URL=%s demo/send.sh \"Hello! Code: HOTEL1\"";

  /** Meta escapes whatever is not ASCII, and so the line is right in a terminal of any encoding. */
  private static final ObjectMapper ASCII =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final HubSettings settings;
  private final Environment environment;
  private final Instant started = Instant.now();

  FirstMessage(HubSettings settings, Environment environment) {
    this.settings = settings;
    this.environment = environment;
  }

  /** Ready to paste when the app secret is the demo's, else the script with a gap to fill. */
  String command() {
    String secret = settings.meta().appSecret();
    if (!secret.equals(SandboxEnvironment.APP_SECRET)) {
      return SCRIPT.formatted(address());
    }
    String body = body();
    String signature =
        Hmac.sha256(secret.getBytes(StandardCharsets.UTF_8))
            .hex(body.getBytes(StandardCharsets.UTF_8));
    return "curl -i -H 'Content-Type: application/json' -H 'X-Hub-Signature-256: sha256="
        + signature
        + "' --data-binary '"
        + body
        + "' "
        + address()
        + "/webhook/whatsapp/meta";
  }

  /** This hub, seen from the machine it runs on. */
  String address() {
    String configured = environment.getProperty("server.port", "8080");
    return "http://localhost:" + environment.getProperty("local.server.port", configured);
  }

  private String body() {
    JsonNodeFactory json = JsonNodeFactory.instance;
    ObjectNode contact = json.objectNode();
    contact.putObject("profile").put("name", "Demo Customer");
    contact.put("wa_id", "66812345678");
    ObjectNode message = json.objectNode();
    message.put("from", "66812345678");
    message.put("id", "wamid.DEMO" + started.toEpochMilli());
    message.put("timestamp", String.valueOf(started.getEpochSecond()));
    message.put("type", "text");
    message.putObject("text").put("body", "Код: HOTEL1. Интересует аренда авто");

    ObjectNode value = json.objectNode();
    value.put("messaging_product", "whatsapp");
    ObjectNode number = value.putObject("metadata");
    number.put("display_phone_number", digits(settings.whatsapp().number()));
    number.put("phone_number_id", digits(settings.meta().phoneNumberId()));
    value.putArray("contacts").add(contact);
    value.putArray("messages").add(message);

    ObjectNode post = json.objectNode().put("object", "whatsapp_business_account");
    ObjectNode entry = post.putArray("entry").addObject().put("id", "100000000000002");
    ObjectNode change = entry.putArray("changes").addObject().put("field", "messages");
    change.set("value", value);
    try {
      return ASCII.writeValueAsString(post);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree is always JSON", e);
    }
  }

  /** Nothing of the settings may end the quotes of the shell. */
  private static String digits(String text) {
    return text.replaceAll("\\D", "");
  }
}
