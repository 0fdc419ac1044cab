package io.leadhub.durable;

import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.spi.Language;
import org.apache.camel.support.DefaultProducer;

/** Publishes the body; the message itself goes on unchanged but for the headers that tell of it. */
final class DurableProducer extends DefaultProducer {

  private final DurableEndpoint endpoint;
  private Expression key;
  private Expression orderingKey;
  private Expression subject;

  DurableProducer(DurableEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    if (endpoint.isSpool() && endpoint.getComponent().getSpool() == null) {
      throw new IllegalArgumentException(
          endpoint + " wants spool=true, but the durable component was given no spool");
    }
    key = simple(endpoint.getKey());
    orderingKey = simple(endpoint.getOrderingKey());
    subject = simple(endpoint.getSubject());
  }

  @Override
  public void process(Exchange exchange) {
    Message message = exchange.getMessage();
    Payload payload = Payload.of(message.getBody(), endpoint.getComponent().getObjectMapper());
    NewEvent event =
        new NewEvent(
            endpoint.getTopic(),
            evaluate(key, exchange),
            evaluate(orderingKey, exchange),
            evaluate(subject, exchange),
            payload);
    Publication publication = endpoint.getComponent().publish(event, endpoint.isSpool());
    message.setHeader(DurableConstants.DUPLICATE, publication.duplicate());
    message.setHeader(DurableConstants.EVENT_ID, publication.id());
  }

  private Expression simple(String text) {
    if (text == null) {
      return null;
    }
    Language simple = getEndpoint().getCamelContext().resolveLanguage("simple");
    Expression expression = simple.createExpression(text);
    expression.init(getEndpoint().getCamelContext());
    return expression;
  }

  private static String evaluate(Expression expression, Exchange exchange) {
    String value = expression == null ? null : expression.evaluate(exchange, String.class);
    return value == null || value.isEmpty() ? null : value;
  }
}
