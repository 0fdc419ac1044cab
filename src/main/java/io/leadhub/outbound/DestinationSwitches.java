package io.leadhub.outbound;

import io.leadhub.HubSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Sets {@code hub.destination.<name>} to whether a destination has its credentials; the routes in
 * {@code routes/out} start by it. Those of {@code hub.destinations} get theirs too. Runs after the
 * sandbox filled in for what is missing.
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

  private final Log log;

  public DestinationSwitches(DeferredLogFactory logs) {
    this.log = logs.getLog(DestinationSwitches.class);
  }

  @Override
  public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication app) {
    Map<String, Object> switches = new LinkedHashMap<>();
    Map<String, List<String>> all = new LinkedHashMap<>();
    Binder.get(environment)
        .bind("hub.destinations", Bindable.listOf(HubSettings.Destination.class))
        .ifBound(own -> own.forEach(one -> all.put(one.name(), one.needs())));
    NEEDS.forEach((name, keys) -> all.put(name, List.of(keys)));
    all.forEach(
        (name, keys) -> {
          List<String> missing =
              keys.stream().filter(key -> environment.getProperty(key, "").isBlank()).toList();
          switches.put("hub.destination." + name, missing.isEmpty());
          if (!missing.isEmpty()) {
            log.info("Destination " + name + " is off: it needs " + String.join(", ", missing));
          }
        });
    environment.getPropertySources().addFirst(new MapPropertySource("destinations", switches));
  }

  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }
}
