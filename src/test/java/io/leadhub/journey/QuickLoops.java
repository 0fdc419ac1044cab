package io.leadhub.journey;

import io.leadhub.durable.DurableEndpoint;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.LifecycleStrategy;
import org.apache.camel.support.LifecycleStrategySupport;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Deliveries that come due without a publisher, as in {@link Hub#deliversNow}, are looked for five
 * times a second; a second is long for a test that has many of them.
 */
@TestConfiguration
class QuickLoops {

  private static final long POLL_MILLIS = 200;

  @Bean
  LifecycleStrategy quickLoops() {
    return new LifecycleStrategySupport() {
      @Override
      public void onEndpointAdd(Endpoint endpoint) {
        if (endpoint instanceof DurableEndpoint durable) {
          durable.setPollInterval(POLL_MILLIS);
        }
      }
    };
  }
}
