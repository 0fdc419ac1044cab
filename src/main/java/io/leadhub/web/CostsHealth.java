package io.leadhub.web;

import io.leadhub.cost.Budget;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

/**
 * What this month's messages cost so far. A spent budget does not make the hub unhealthy: leads
 * still come in and go out.
 */
@Component("costsHealthIndicator")
class CostsHealth extends AbstractHealthIndicator {

  private static final Status PAUSED = new Status("PAUSED", "the month's budget is spent");

  private final Budget budget;

  CostsHealth(Budget budget) {
    super("What messages cost cannot be told");
    this.budget = budget;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    Budget.State month = budget.state();
    health
        .status(month.pausesReplies() ? PAUSED : Status.UP)
        .withDetail("month", month.month().toString())
        .withDetail("spent", month.cost().cost())
        .withDetail("messages", month.cost().messages())
        .withDetail("unpriced", month.cost().unpriced())
        .withDetail("repliesPaused", month.pausesReplies())
        .withDetail("serviceMessages", month.serviceMessages());
    if (month.budget() != null) {
      health
          .withDetail("budget", month.budget())
          .withDetail("currency", budget.currency())
          .withDetail("percent", month.percent());
    }
  }
}
