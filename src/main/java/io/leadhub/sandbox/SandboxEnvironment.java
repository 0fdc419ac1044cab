package io.leadhub.sandbox;

import io.leadhub.HubSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * In the demo profile, gives every provider without credentials made-up ones and points it at the
 * sandbox. What the user configured is never touched.
 */
final class SandboxEnvironment implements EnvironmentPostProcessor, Ordered {

  static final String PROFILE = "demo";
  static final String APP_SECRET = "demo-app-secret";
  static final String API_TOKEN = "demo";
  static final String WEBHOOK_PATH = "/sandbox/webhook";

  /** {@code whsec_} and the base64 of "leadhub demo webhook secret 0001". */
  static final String WEBHOOK_SECRET = "whsec_bGVhZGh1YiBkZW1vIHdlYmhvb2sgc2VjcmV0IDAwMDE=";

  /** Last, when application.yaml has been read and profiles are known. */
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    if (environment.matchesProfiles(PROFILE)) {
      Map<String, Object> demo = new Demo(Binder.get(environment)).settings();
      environment.getPropertySources().addFirst(new MapPropertySource(PROFILE, demo));
    }
  }

  /** Collects what is missing in the settings that were given. */
  private static final class Demo {

    private final Binder given;
    private final Map<String, Object> added = new LinkedHashMap<>();
    private final int port;

    Demo(Binder given) {
      this.given = given;
      this.port = port();
    }

    Map<String, Object> settings() {
      meta();
      twilio();
      d360();
      wati();
      telegram();
      sheets();
      webhook();
      // A secret beside an empty token means: signed posts only. A known token would undo that.
      if (isBlank("hub.generic.secret")) {
        fill("hub.generic.token", "demo-lead-token");
      }
      fill("hub.api-token", API_TOKEN);
      fill("hub.whatsapp.number", "15550001111");
      return added;
    }

    private void meta() {
      boolean toMeta = isOwnedBy("hub.meta.base-url", "facebook.com");
      boolean played = isBlank("hub.meta.access-token");
      if (played) {
        fill("hub.meta.access-token", "demo-access-token");
        fill("hub.meta.phone-number-id", "100000000000001");
      }
      // With a real sender, a secret that everybody knows would let everybody send in its name.
      if (played || !toMeta) {
        fill("hub.meta.app-secret", APP_SECRET);
        fill("hub.meta.verify-token", "demo-verify-token");
      }
      play("meta", "meta", played && toMeta);
    }

    private void twilio() {
      boolean played = isBlank("hub.twilio.account-sid") && isBlank("hub.twilio.auth-token");
      if (played) {
        fill("hub.twilio.account-sid", "AC" + "0".repeat(32));
        fill("hub.twilio.auth-token", "demo-auth-token");
        fill("hub.twilio.from", "+15550001111");
      }
      play("twilio", "twilio", played && isOwnedBy("hub.twilio.base-url", "twilio.com"));
    }

    private void d360() {
      boolean toD360 = isOwnedBy("hub.d360.base-url", "360dialog.io");
      boolean played = isBlank("hub.d360.api-key");
      if (played) {
        fill("hub.d360.api-key", "demo-d360-key");
        fill("hub.d360.phone-number-id", "100000000000003");
      }
      if (played || !toD360) {
        fill("hub.d360.webhook-token", "demo-d360-webhook-token");
      }
      play("d360", "360dialog", played && toD360);
    }

    private void wati() {
      boolean toWati = isOwnedBy("hub.wati.base-url", "wati.io");
      boolean played = isBlank("hub.wati.api-token");
      fill("hub.wati.api-token", "demo-wati-token");
      if (played || !toWati) {
        fill("hub.wati.webhook-token", "demo-wati-webhook-token");
      }
      play("wati", "wati", played && toWati);
    }

    private void telegram() {
      boolean played = isBlank("hub.telegram.bot-token");
      fill("hub.telegram.bot-token", "100000001:demo");
      play("telegram", "telegram", played && isOwnedBy("hub.telegram.base-url", "telegram.org"));
    }

    private void sheets() {
      boolean played = isBlank("hub.google-sheets.spreadsheet-id");
      fill("hub.google-sheets.spreadsheet-id", "demo-spreadsheet");
      play(
          "google-sheets",
          "sheets",
          played && isOwnedBy("hub.google-sheets.base-url", "googleapis.com"));
    }

    private void webhook() {
      boolean played =
          given
              .bind("hub.webhooks", Bindable.listOf(HubSettings.Webhook.class))
              .orElse(List.of())
              .isEmpty();
      if (played) {
        added.put("hub.webhooks[0].url", "http://127.0.0.1:" + port + WEBHOOK_PATH);
        added.put("hub.webhooks[0].secret", WEBHOOK_SECRET);
      }
      added.put("hub.sandbox.webhook", played);
    }

    private void play(String provider, String path, boolean played) {
      added.put("hub.sandbox." + provider, played);
      if (played) {
        added.put("hub." + provider + ".base-url", "http://127.0.0.1:" + port + "/sandbox/" + path);
      }
    }

    private void fill(String key, String value) {
      if (isBlank(key)) {
        added.put(key, value);
      }
    }

    private boolean isBlank(String key) {
      return !StringUtils.hasText(text(key));
    }

    /** Whether the address is still the provider's own, not a mock server's. */
    private boolean isOwnedBy(String key, String domain) {
      String url = text(key);
      if (!StringUtils.hasText(url)) {
        return true;
      }
      try {
        String host = URI.create(url.strip()).getHost();
        return host != null && (host.equals(domain) || host.endsWith("." + domain));
      } catch (IllegalArgumentException e) {
        return false; // not an address at all: the validation of HubSettings says so better
      }
    }

    private String text(String key) {
      return given.bind(key, String.class).orElse("");
    }

    /** The sandbox's address must be known before the server runs, so "any port" is decided now. */
    private int port() {
      int wanted = given.bind("server.port", Integer.class).orElse(8080);
      if (wanted != 0) {
        return wanted;
      }
      try (ServerSocket free = new ServerSocket(0)) {
        added.put("server.port", free.getLocalPort());
        return free.getLocalPort();
      } catch (IOException e) {
        throw new UncheckedIOException("No free port for the demo", e);
      }
    }
  }
}
