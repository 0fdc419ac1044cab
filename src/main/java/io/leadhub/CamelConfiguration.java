package io.leadhub;

import org.apache.camel.LoggingLevel;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What YAML can not say of Camel itself. */
@Configuration
class CamelConfiguration {

  /**
   * Camel logs each failure with the whole message, and so with the customer's words. Here a
   * failure is kept with its delivery, and {@code durable:} logs which one.
   */
  @Bean
  CamelContextCustomizer failuresAreNotLoggedTwice() {
    return camel -> {
      DefaultErrorHandlerDefinition errorHandler = new DefaultErrorHandlerDefinition();
      errorHandler.setLevel(LoggingLevel.OFF.name()); // logExhausted is ignored without redelivery
      camel.getCamelContextExtension().setErrorHandlerFactory(errorHandler);
    };
  }

  /**
   * A call that outlasts camel.main.shutdown-timeout is given up. Camel would wait for its thread
   * for twice 10 s more.
   */
  @Bean
  CamelContextCustomizer threadsThatHangAreNotWaitedFor() {
    return camel -> camel.getExecutorServiceManager().setShutdownAwaitTermination(1_000);
  }

  /** Camel leaves out Cache-Control, which a page for people has to be able to set. */
  @Bean
  HeaderFilterStrategy pageHeaders() {
    HttpHeaderFilterStrategy headers = new HttpHeaderFilterStrategy();
    headers.getOutFilter().remove("cache-control");
    return headers;
  }
}
