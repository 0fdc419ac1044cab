package io.leadhub.outbound;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.telegram.TelegramComponent;
import org.apache.camel.component.telegram.TelegramConfiguration;
import org.apache.camel.component.telegram.TelegramEndpoint;
import org.apache.camel.component.telegram.TelegramMessage;
import org.apache.camel.component.telegram.TelegramService;
import org.apache.camel.component.telegram.model.MessageResult;
import org.apache.camel.component.telegram.service.TelegramServiceRestBotAPIAdapter;

/**
 * {@code telegram:} made safe to use from several threads: Camel's endpoint shares one request
 * buffer between them, so that messages come out empty or glued together. Here each message has its
 * own while it is under way, and {@link TelegramAnswers} reads the answers.
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
    private final Queue<Sender> idle = new ConcurrentLinkedQueue<>();

    SafeEndpoint(
        String uri, Component component, TelegramConfiguration configuration, HttpClient client) {
      super(uri, component, configuration, client);
      this.client = client;
    }

    @Override
    public TelegramService getTelegramService() {
      Sender sender = idle.poll();
      return sender == null ? new Sender() : sender;
    }

    /**
     * Sends one message at a time and is used again only after an answer: what failed may still
     * hold the buffer. A new one for each message would learn the shape of the answers each time,
     * at milliseconds of CPU.
     */
    private final class Sender extends TelegramServiceRestBotAPIAdapter {

      Sender() {
        super(
            client,
            getConfiguration().getBaseUri(),
            getConfiguration().getAuthorizationToken(),
            getBufferSize());
      }

      @Override
      public void sendMessage(Exchange exchange, AsyncCallback callback, TelegramMessage message) {
        super.sendMessage(
            exchange,
            doneSync -> {
              if (exchange.getMessage().getBody() instanceof MessageResult) {
                idle.add(this);
              }
              callback.done(doneSync);
            },
            message);
      }
    }
  }
}
