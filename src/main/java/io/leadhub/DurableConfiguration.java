package io.leadhub;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.DeliveryControl;
import io.leadhub.durable.DurableComponent;
import io.leadhub.durable.Housekeeping;
import io.leadhub.durable.SubscriptionControl;
import org.apache.camel.CamelContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What people and routes may do to durable topics, beside publishing and consuming. */
@Configuration
class DurableConfiguration {

  /** Before anything else of a stop, so that all that is in hand is waited for at once. */
  @Bean
  ApplicationListener<ContextClosedEvent> nothingIsBegunDuringAStop(CamelContext camel) {
    return closed -> {
      if (camel.hasComponent("durable") instanceof DurableComponent durable) {
        durable.beginNothingMore();
      }
    };
  }

  @Bean
  DeliveryControl deliveryControl(JdbcTemplate jdbc, ObjectMapper json) {
    return new DeliveryControl(jdbc, json);
  }

  @Bean
  SubscriptionControl subscriptionControl(JdbcTemplate jdbc) {
    return new SubscriptionControl(jdbc);
  }

  @Bean
  Housekeeping housekeeping(
      JdbcTemplate jdbc, PlatformTransactionManager transactions, HubSettings settings) {
    return new Housekeeping(
        jdbc, new TransactionTemplate(transactions), settings.housekeeping().keep());
  }
}
