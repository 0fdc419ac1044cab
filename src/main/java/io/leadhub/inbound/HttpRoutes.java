package io.leadhub.inbound;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpEngine;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Runs the routes from {@code platform-http} on the server's own threads. Camel's starter hands
 * each request to another thread and has Spring dispatch it a second time at the end; that, and
 * Spring's own way to a route, is more work than everything the hub does with a webhook.
 */
@Component("platform-http-engine")
class HttpRoutes extends SpringBootPlatformHttpEngine {

  private final Map<String, RouteConsumer> started = new ConcurrentHashMap<>();
  private final MeterRegistry meters;

  HttpRoutes(@Value("${server.port}") int port, MeterRegistry meters) {
    super(port);
    this.meters = meters;
  }

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    return new RouteConsumer(endpoint, processor);
  }

  /**
   * Answers the request by the route whose method and path are just those of the request.
   *
   * @return false when there is none: Spring may find one, or says what is wrong
   */
  boolean answer(HttpServletRequest request, HttpServletResponse response) {
    String path = request.getRequestURI();
    RouteConsumer route = started.get(key(request.getMethod(), path));
    if (route == null) {
      return false;
    }
    Timer.Sample sample = Timer.start(meters);
    route.service(request, response);
    String status = Integer.toString(response.getStatus());
    sample.stop(meters.timer("leadhub.webhooks", "path", path, "status", status));
    return true;
  }

  private static String key(String method, String path) {
    return method + " " + path;
  }

  /** Camel's steps catch exceptions only; after an error the consumer would answer with 200. */
  private static Processor failing(Processor route) {
    return exchange -> {
      try {
        route.process(exchange);
      } catch (Throwable e) {
        exchange.setException(e);
      }
    };
  }

  private final class RouteConsumer extends SpringBootPlatformHttpConsumer {

    RouteConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
      super(endpoint, failing(processor), Runnable::run);
    }

    @Override
    protected void doStart() throws Exception {
      super.doStart();
      for (String key : keys()) {
        started.put(key, this);
      }
    }

    @Override
    protected void doStop() throws Exception {
      for (String key : keys()) {
        started.remove(key, this);
      }
      super.doStop();
    }

    /** None where Spring is to compare more of the request than its method and path. */
    private List<String> keys() {
      PlatformHttpEndpoint endpoint = getEndpoint();
      String methods = endpoint.getHttpMethodRestrict();
      boolean compareMore =
          endpoint.getConsumes() != null
              || endpoint.getProduces() != null
              || endpoint.getCamelContext().getRestConfiguration().isEnableCORS();
      return methods == null || compareMore
          ? List.of()
          : Stream.of(methods.split(",")).map(method -> key(method, endpoint.getPath())).toList();
    }

    /**
     * The answer is written when the route returns; null tells Spring that nothing is left to do.
     *
     * @throws java.util.concurrent.CompletionException with an error, for which the server answers
     *     500
     */
    @Override
    public CompletableFuture<Void> service(
        HttpServletRequest request, HttpServletResponse response) {
      super.service(request, response).join();
      return null;
    }
  }
}
