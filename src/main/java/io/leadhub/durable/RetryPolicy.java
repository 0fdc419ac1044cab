package io.leadhub.durable;

import java.time.Duration;

/**
 * Turns what a route ended with into what becomes of the delivery.
 *
 * @param maxAttempts after so many the delivery is a dead letter
 * @param pause how long a paused destination rests before it is tried again
 * @param classifier knows the destination's error codes, or null
 */
record RetryPolicy(int maxAttempts, Backoff backoff, Duration pause, OutcomeClassifier classifier) {

  /**
   * @param failure null when the route completed
   */
  Settlement settle(Delivery delivery, Throwable failure, String remoteId) {
    if (failure == null) {
      return Settlement.done(remoteId);
    }
    DeliveryException outcome = outcomeOf(failure);
    if (outcome == null) {
      return retry(delivery, describe(failure), delivery.outcomeUnknown());
    }
    String reason = outcome.getMessage();
    if (outcome instanceof RejectException) {
      return Settlement.dead(reason, delivery.outcomeUnknown());
    }
    if (outcome instanceof PauseException) {
      return Settlement.paused(pause, reason);
    }
    if (outcome instanceof RetryAtException wait) {
      return Settlement.again(wait.delay(), reason);
    }
    return retry(
        delivery, reason, delivery.outcomeUnknown() || outcome instanceof ReconcileException);
  }

  boolean rejects(Throwable failure) {
    return failure != null && outcomeOf(failure) instanceof RejectException;
  }

  private Settlement retry(Delivery delivery, String reason, boolean outcomeUnknown) {
    return delivery.attempt() >= maxAttempts
        ? Settlement.dead(reason, outcomeUnknown)
        : Settlement.again(backoff.after(delivery.attempt()), reason, outcomeUnknown);
  }

  private DeliveryException outcomeOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DeliveryException outcome) {
        return outcome;
      }
    }
    return classifier == null ? null : classifier.classify(failure);
  }

  static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String describe(Throwable failure) {
    Throwable root = rootOf(failure);
    return root.getMessage() == null
        ? root.getClass().getSimpleName()
        : root.getClass().getSimpleName() + ": " + root.getMessage();
  }
}
