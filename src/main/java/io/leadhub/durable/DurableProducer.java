package io.leadhub.durable;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.spi.Language;
import org.apache.camel.support.DefaultProducer;

/** Publishes the body; the message itself goes on unchanged but for the headers that tell of it. */
final class DurableProducer extends DefaultProducer {

  private final DurableEndpoint endpoint;
  private Expression suffix;
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
    if (endpoint.isSpool() && endpoint.isEach()) {
      throw new IllegalArgumentException(endpoint + " cannot have both spool=true and each=true");
    }
    suffix = simple(endpoint.getSuffix());
    key = simple(endpoint.getKey());
    orderingKey = simple(endpoint.getOrderingKey());
    subject = simple(endpoint.getSubject());
  }

  @Override
  public void process(Exchange exchange) {
    if (endpoint.isEach()) {
      endpoint.getComponent().publish(events(exchange));
      return;
    }
    Publication publication = endpoint.getComponent().publish(event(exchange), endpoint.isSpool());
    Message message = exchange.getMessage();
    message.setHeader(DurableConstants.DUPLICATE, publication.duplicate());
    message.setHeader(DurableConstants.EVENT_ID, publication.id());
  }

  private List<NewEvent> events(Exchange exchange) {
    Message message = exchange.getMessage();
    Object body = message.getBody();
    if (!(body instanceof Collection || body instanceof ArrayNode)) {
      throw new IllegalArgumentException(
          "%s wants a list (each=true), but the body is %s"
              .formatted(
                  endpoint, body == null ? "empty" : "a " + body.getClass().getSimpleName()));
    }
    List<NewEvent> events = new ArrayList<>();
    try {
      for (Object element : (Iterable<?>) body) {
        message.setBody(element);
        events.add(event(exchange));
      }
    } finally {
      message.setBody(body);
    }
    return events;
  }

  private NewEvent event(Exchange exchange) {
    return new NewEvent(
        topic(exchange),
        evaluate(key, exchange),
        evaluate(orderingKey, exchange),
        evaluate(subject, exchange),
        Payload.of(exchange.getMessage().getBody(), endpoint.getComponent().getObjectMapper()));
  }

  private String topic(Exchange exchange) {
    if (suffix == null) {
      return endpoint.getTopic();
    }
    String value = evaluate(suffix, exchange);
    if (value == null) {
      throw new IllegalArgumentException(
          endpoint + ": its suffix " + endpoint.getSuffix() + " is empty for this message");
    }
    return endpoint.getTopic() + "." + value;
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
