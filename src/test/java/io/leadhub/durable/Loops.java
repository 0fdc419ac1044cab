package io.leadhub.durable;

import org.apache.camel.CamelContext;

/** The consumers of a hub in this process. */
public final class Loops {

  private Loops() {}

  /** Lets them look at once for what came due without a publisher, as when a test changes rows. */
  public static void wake(CamelContext hub, String topic) {
    hub.getComponent("durable", DurableComponent.class).wakeUps().wake(topic);
  }
}
