package io.leadhub.outbound;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.component.telegram.TelegramComponent;
import org.apache.camel.component.telegram.TelegramConfiguration;
import org.apache.camel.component.telegram.TelegramEndpoint;
import org.apache.camel.component.telegram.TelegramService;
import org.apache.camel.component.telegram.service.TelegramServiceRestBotAPIAdapter;

/**
 * {@code telegram:} made safe to use from several threads: Camel's endpoint shares one request
 * buffer between them, so that messages come out empty or glued together. Here each message has its
 * own, and {@link TelegramAnswers} reads the answers.
 */
@org.apache.camel.spi.annotations.Component("telegram")
final class SafeTelegramComponent extends TelegramComponent {

  private final HttpClient client = new TelegramAnswers(Duration.ofSeconds(15));

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    TelegramConfiguration configuration = new TelegramConfiguration();
    configuration.setType(remaining);
    configuration.setBaseUri(getBaseUri());
    configuration.setAuthorizationToken(getAuthorizationToken());
    SafeEndpoint endpoint = new SafeEndpoint(uri, this, configuration, client);
    setProperties(endpoint, parameters);
    return endpoint;
  }

  private static final class SafeEndpoint extends TelegramEndpoint {

    private final HttpClient client;

    SafeEndpoint(
        String uri, Component component, TelegramConfiguration configuration, HttpClient client) {
      super(uri, component, configuration, client);
      this.client = client;
    }

    @Override
    public TelegramService getTelegramService() {
      return new TelegramServiceRestBotAPIAdapter(
          client,
          getConfiguration().getBaseUri(),
          getConfiguration().getAuthorizationToken(),
          getBufferSize());
    }
  }
}
