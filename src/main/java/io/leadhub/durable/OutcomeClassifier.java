package io.leadhub.durable;

/** Says what a destination's failure means, from tables that its error codes are looked up in. */
@FunctionalInterface
public interface OutcomeClassifier {

  /**
   * @param failure what the route ended with, never a {@link DeliveryException}
   * @return the outcome, or null when this classifier does not know the failure; it is then retried
   */
  DeliveryException classify(Throwable failure);
}
