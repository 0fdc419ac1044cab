package io.leadhub.durable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.service.ServiceHelper;

/** Gives a subscriber's deliveries to a route, one message each or a list of them. */
final class DurableConsumer extends DefaultConsumer {

  /** A step in hand may take as long as a slow remote; Camel's own shutdown waits before this. */
  private static final long LONGEST_STOP_SECONDS = 20;

  private final DurableEndpoint endpoint;
  private AsyncProducer reconcile;
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
    if (endpoint.getReconcile() != null) {
      reconcile =
          endpoint.getCamelContext().getEndpoint(endpoint.getReconcile()).createAsyncProducer();
      ServiceHelper.startService(reconcile);
    }
    String name = "durable-" + endpoint.getTopic() + "-" + endpoint.getSubscriber();
    workers =
        getEndpoint()
            .getCamelContext()
            .getExecutorServiceManager()
            .newFixedThreadPool(this, name, endpoint.getConcurrency());
    loop = new DeliveryLoop(endpoint, this::deliver, workers);
    component.loops().add(loop);
    wakeUp = loop::wake;
    component.wakeUps().listen(endpoint.getTopic(), wakeUp);
    loopThread =
        getEndpoint().getCamelContext().getExecutorServiceManager().newThread(name + "-loop", loop);
    loopThread.start();
  }

  @Override
  protected void doStop() throws Exception {
    if (loop != null) { // Camel also stops a route that never started
      endpoint.getComponent().wakeUps().forget(endpoint.getTopic(), wakeUp);
      loop.stop();
      endpoint.getComponent().loops().remove(loop);
      loopThread.join(TimeUnit.SECONDS.toMillis(LONGEST_STOP_SECONDS));
      getEndpoint().getCamelContext().getExecutorServiceManager().shutdownGraceful(workers);
      ServiceHelper.stopService(reconcile);
    }
    super.doStop();
  }

  /**
   * Looks for the earlier effect of those whose outcome is unknown, runs the route over the others
   * and those that were not found, and says how each ended.
   */
  private List<DeliveryLoop.Ending> deliver(List<Delivery> deliveries) {
    Map<Long, DeliveryLoop.Ending> endings = new HashMap<>();
    if (reconcile != null) {
      lookFor(deliveries.stream().filter(Delivery::outcomeUnknown).toList(), endings);
    }
    List<Delivery> toSend = deliveries.stream().filter(d -> !endings.containsKey(d.id())).toList();
    if (!toSend.isEmpty()) {
      Exchange exchange = run(getProcessor(), toSend);
      DeliveryLoop.Ending ending =
          new DeliveryLoop.Ending(
              exchange.getException(),
              exchange.getVariable(DurableConstants.REMOTE_ID_VARIABLE, String.class));
      toSend.forEach(delivery -> endings.put(delivery.id(), ending));
      releaseExchange(exchange, false);
    }
    return deliveries.stream().map(delivery -> endings.get(delivery.id())).toList();
  }

  /** Adds an ending for those that were found; for all when looking failed: none is sent then. */
  private void lookFor(List<Delivery> unknown, Map<Long, DeliveryLoop.Ending> endings) {
    if (unknown.isEmpty()) {
      return;
    }
    Exchange exchange = run(reconcile, unknown);
    Throwable failure = exchange.getException();
    List<?> found = failure == null ? found(exchange) : List.of();
    if (failure == null && !found.isEmpty() && found.size() != unknown.size()) {
      failure =
          new IllegalStateException(
              "%s set the variable remoteIds to %d values for %d deliveries"
                  .formatted(endpoint.getReconcile(), found.size(), unknown.size()));
    }
    for (int i = 0; i < unknown.size(); i++) {
      String remoteId = i < found.size() ? Objects.toString(found.get(i), "") : "";
      if (failure != null || !remoteId.isEmpty()) {
        endings.put(unknown.get(i).id(), new DeliveryLoop.Ending(failure, remoteId));
      }
    }
    releaseExchange(exchange, false);
  }

  private List<?> found(Exchange exchange) {
    Object found =
        exchange.getVariable(
            endpoint.getBatchSize() > 1
                ? DurableConstants.REMOTE_IDS_VARIABLE
                : DurableConstants.REMOTE_ID_VARIABLE);
    if (found == null) {
      return List.of();
    }
    return found instanceof List<?> list ? list : List.of(found);
  }

  private Exchange run(Processor route, List<Delivery> deliveries) {
    Exchange exchange = createExchange(false);
    try {
      fill(exchange.getMessage(), deliveries);
      route.process(exchange);
    } catch (Throwable e) {
      // An error that went past here would leave the delivery in hand for ever.
      exchange.setException(e);
    }
    return exchange;
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
    message.setHeader(DurableConstants.TOPIC, endpoint.getTopic());
    message.setHeader(DurableConstants.EVENT_ID, first.eventId());
    message.setHeader(DurableConstants.EVENT_KEY, first.eventKey());
    message.setHeader(DurableConstants.PUBLISHED_AT, first.publishedAt());
    message.setHeader(DurableConstants.ATTEMPT, first.attempt());
    message.setHeader(DurableConstants.UNKNOWN_OUTCOMES, first.unknownOutcomes());
  }

  private Object body(Delivery delivery) throws Exception {
    return delivery.payload().toBody(endpoint.getComponent().getObjectMapper());
  }
}
