package io.leadhub.outbound;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.logging.Log;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Sets {@code hub.destination.<name>} to whether a destination has its credentials; the routes in
 * {@code routes/out} start by it. Runs after the sandbox filled in for what is missing.
 */
public final class DestinationSwitches implements EnvironmentPostProcessor, Ordered {

  /** Each destination and the keys it cannot work without; any one address makes webhooks work. */
  static final Map<String, String[]> NEEDS =
      Map.of(
          "telegram", new String[] {"hub.telegram.bot-token"},
          "google-sheets", new String[] {"hub.google-sheets.spreadsheet-id"},
          "meta", new String[] {"hub.meta.access-token"},
          "twilio", new String[] {"hub.twilio.account-sid", "hub.twilio.auth-token"},
          "360dialog", new String[] {"hub.d360.api-key"},
          "wati", new String[] {"hub.wati.api-token"},
          "webhook", new String[] {"hub.webhooks[0].url"});

  /** Those that can answer a customer. */
  private static final List<String> REPLYING = List.of("meta", "twilio", "360dialog", "wati");

  private final Log log;

  public DestinationSwitches(DeferredLogFactory logs) {
    this.log = logs.getLog(DestinationSwitches.class);
  }

  @Override
  public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication app) {
    Map<String, Object> switches = new LinkedHashMap<>();
    NEEDS.forEach(
        (name, keys) -> {
          List<String> missing =
              Stream.of(keys).filter(key -> environment.getProperty(key, "").isBlank()).toList();
          switches.put("hub.destination." + name, missing.isEmpty());
          if (!missing.isEmpty()) {
            log.info("Destination " + name + " is off: it needs " + String.join(", ", missing));
          }
        });
    switches.put(
        "hub.destination.reply",
        REPLYING.stream().anyMatch(name -> switches.get("hub.destination." + name).equals(true)));
    environment.getPropertySources().addFirst(new MapPropertySource("destinations", switches));
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }
}
