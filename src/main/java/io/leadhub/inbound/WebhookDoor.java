package io.leadhub.inbound;

import io.leadhub.signature.Hmac;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.HttpStatus;

/**
 * Lets in what a provider posts, by a token of ours, by its signature, or by both where both are
 * set. It is declared under {@code beans:} beside the route that uses it, so that a provider more
 * needs no Java.
 *
 * <p>Properties name settings ({@code acme.webhook-token}) and do not hold their values: a secret
 * that begins with # or holds {{ would mean something to Camel, and has no place in a route.
 */
public final class WebhookDoor {

  private static final Logger log = LoggerFactory.getLogger(WebhookDoor.class);

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(:.*)?}");

  private final ConfigurableEnvironment environment;
  private final List<String> opens = new ArrayList<>();
  private String provider = "This provider";
  private String token = "";
  private String previousToken = "";
  private String secret = "";
  private String previousSecret = "";
  private String signatureHeader = "X-Signature";
  private Networks networks = new Networks("networks", List.of());

  WebhookDoor(ConfigurableEnvironment environment) {
    this.environment = environment;
  }

  /**
   * @return the raw body, when the sender shows a token and signed it, each where it is set
   * @throws WebhookRefusedException 401 when it does not; 403 when it posts from elsewhere, or when
   *     neither token nor secret is set: the ones before do not open by themselves
   */
  public byte[] verified(HttpServletRequest request) {
    boolean byToken = !token.isBlank();
    boolean bySignature = !secret.isBlank();
    if (!byToken && !bySignature) {
      log.error("Refused a webhook of {}: set {}.", provider, String.join(" or ", opens));
      throw new WebhookRefusedException(
          HttpStatus.FORBIDDEN, provider + " is not configured here.");
    }
    byte[] body = WebhookFilter.body(request);
    networks.check(request);
    if (byToken) {
      new TokenDoor(List.of(token, previousToken)).check(request);
    }
    if (bySignature) {
      checkSignature(body, request);
    }
    return body;
  }

  private void checkSignature(byte[] body, HttpServletRequest request) {
    String signature = request.getHeader(signatureHeader);
    if (Hmac.sha256(List.of(secret, previousSecret)).stream()
        .noneMatch(key -> signed(key, body, signature))) {
      throw new WebhookRefusedException(
          HttpStatus.UNAUTHORIZED, signatureHeader + " is missing or wrong.");
    }
  }

  /** HMAC-SHA256 of the raw body, in whichever way it is written. */
  private static boolean signed(Hmac key, byte[] body, String signature) {
    return Hmac.same(key.hex(body), signature)
        || key.signed(body, signature)
        || Hmac.same(key.base64(body), signature);
  }

  /** How answers and log call it. */
  public void setProvider(String provider) {
    this.provider = provider;
  }

  /** The setting with our token, shown as {@code ?token=…} or {@code Authorization: Bearer …}. */
  public void setToken(String key) {
    token = value(key);
    opens.add(named(key));
  }

  /** The setting with the token before, still good while it is being replaced. */
  public void setPreviousToken(String key) {
    previousToken = value(key);
  }

  /**
   * The setting with the secret of the signature: HMAC-SHA256 of the raw body in lowercase hex,
   * with or without {@code sha256=} before it, or in base64.
   */
  public void setSecret(String key) {
    secret = value(key);
    opens.add(named(key));
  }

  /** The setting with the secret before, still good while it is being replaced. */
  public void setPreviousSecret(String key) {
    previousSecret = value(key);
  }

  /** The header that the signature comes in; X-Signature unless set. */
  public void setSignatureHeader(String header) {
    signatureHeader = header;
  }

  /**
   * The setting with the networks that posts may come from; empty or absent: any.
   *
   * @throws IllegalArgumentException when one is no network
   */
  public void setNetworks(String key) {
    networks =
        new Networks(
            key,
            Binder.get(environment).bind(key, Bindable.listOf(String.class)).orElse(List.of()));
  }

  /** A key that nobody sets is a slip of the pen, and would leave a door without its lock. */
  private String value(String key) {
    String value = environment.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException(
          "A door names the setting " + key + ", and there is none.");
    }
    return value;
  }

  /** With the variable that application.yaml takes it from, for whoever has to set it. */
  private String named(String key) {
    return environment.getPropertySources().stream()
        .map(source -> source.getProperty(key))
        .filter(Objects::nonNull)
        .map(value -> VARIABLE.matcher(value.toString()))
        .filter(Matcher::matches)
        .map(variable -> key + " (" + variable.group(1) + ")")
        .findFirst()
        .orElse(key);
  }
}
