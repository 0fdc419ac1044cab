package io.leadhub.web;

import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether every route that is meant to run does run. */
@Component("routes")
class RoutesHealth implements HealthIndicator {

  private final CamelContext camel;

  RoutesHealth(CamelContext camel) {
    this.camel = camel;
  }

  @Override
  public Health health() {
    List<String> stopped =
        camel.getRoutes().stream()
            .filter(route -> Boolean.TRUE.equals(route.isAutoStartup()))
            .map(Route::getRouteId)
            .filter(id -> !camel.getRouteController().getRouteStatus(id).isStarted())
            .toList();
    boolean up = camel.isStarted() && stopped.isEmpty();
    return (up ? Health.up() : Health.down())
        .withDetail("routes", camel.getRoutesSize())
        .withDetail("stopped", stopped)
        .build();
  }
}
