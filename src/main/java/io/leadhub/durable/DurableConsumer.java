package io.leadhub.durable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;

/** Gives a subscriber's deliveries to a route, one message each or a list of them. */
final class DurableConsumer extends DefaultConsumer {

  /** A step in hand may take as long as a slow remote; Camel's own shutdown waits before this. */
  private static final long LONGEST_STOP_SECONDS = 20;

  private final DurableEndpoint endpoint;
  private DeliveryLoop loop;
  private Runnable wakeUp;
  private Thread loopThread;
  private ExecutorService workers;

  DurableConsumer(DurableEndpoint endpoint, Processor processor) {
    super(endpoint, processor);
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    DurableComponent component = endpoint.getComponent();
    component
        .store()
        .subscribe(endpoint.getTopic(), endpoint.getSubscriber(), endpoint.backfillFrom());
    String name = "durable-" + endpoint.getTopic() + "-" + endpoint.getSubscriber();
    workers =
        getEndpoint()
            .getCamelContext()
            .getExecutorServiceManager()
            .newFixedThreadPool(this, name, endpoint.getConcurrency());
    loop = new DeliveryLoop(endpoint, this::deliver, workers);
    wakeUp = loop::wake;
    component.wakeUps().listen(endpoint.getTopic(), wakeUp);
    loopThread =
        getEndpoint().getCamelContext().getExecutorServiceManager().newThread(name + "-loop", loop);
    loopThread.start();
  }

  @Override
  protected void doStop() throws Exception {
    endpoint.getComponent().wakeUps().forget(endpoint.getTopic(), wakeUp);
    loop.stop();
    loopThread.join(TimeUnit.SECONDS.toMillis(LONGEST_STOP_SECONDS));
    getEndpoint().getCamelContext().getExecutorServiceManager().shutdownGraceful(workers);
    super.doStop();
  }

  /** Runs the route over the deliveries and says how it ended: with null when it completed. */
  private DeliveryLoop.Ending deliver(List<Delivery> deliveries) {
    Exchange exchange = createExchange(false);
    try {
      fill(exchange.getMessage(), deliveries);
      getProcessor().process(exchange);
    } catch (Throwable e) {
      // An error that went past here would leave the delivery in hand for ever.
      exchange.setException(e);
    }
    DeliveryLoop.Ending ending =
        new DeliveryLoop.Ending(
            exchange.getException(),
            exchange.getVariable(DurableConstants.REMOTE_ID_VARIABLE, String.class));
    releaseExchange(exchange, false);
    return ending;
  }

  private void fill(Message message, List<Delivery> deliveries) throws Exception {
    Delivery first = deliveries.get(0);
    message.setHeader(
        DurableConstants.OUTCOME_UNKNOWN, deliveries.stream().anyMatch(Delivery::outcomeUnknown));
    if (endpoint.getBatchSize() > 1) {
      List<Object> bodies = new ArrayList<>(deliveries.size());
      for (Delivery delivery : deliveries) {
        bodies.add(body(delivery));
      }
      message.setBody(bodies);
      message.setHeader(
          DurableConstants.DELIVERY_ID, deliveries.stream().map(Delivery::id).toList());
      return;
    }
    message.setBody(body(first));
    message.setHeader(DurableConstants.DELIVERY_ID, first.id());
    message.setHeader(DurableConstants.EVENT_ID, first.eventId());
    message.setHeader(DurableConstants.EVENT_KEY, first.eventKey());
    message.setHeader(DurableConstants.PUBLISHED_AT, first.publishedAt());
    message.setHeader(DurableConstants.ATTEMPT, first.attempt());
  }

  private Object body(Delivery delivery) throws Exception {
    return delivery.payload().toBody(endpoint.getComponent().getObjectMapper());
  }
}
