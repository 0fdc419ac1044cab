package io.leadhub.durable;

import io.leadhub.durable.Settlement.Outcome;
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
      return retry(delivery, Outcome.retry, describe(failure));
    }
    String reason = outcome.getMessage();
    if (outcome instanceof RejectException) {
      return Settlement.dead(Outcome.reject, reason, delivery.outcomeUnknown());
    }
    if (outcome instanceof PauseException) {
      return Settlement.paused(pause, reason);
    }
    if (outcome instanceof RetryAtException wait) {
      return Settlement.again(wait.delay(), reason);
    }
    return retry(
        delivery,
        outcome instanceof ReconcileException ? Outcome.reconcile : Outcome.retry,
        reason);
  }

  boolean rejects(Throwable failure) {
    return failure != null && outcomeOf(failure) instanceof RejectException;
  }

  private Settlement retry(Delivery delivery, Outcome outcome, String reason) {
    boolean outcomeUnknown = delivery.outcomeUnknown() || outcome == Outcome.reconcile;
    return delivery.attempt() >= maxAttempts
        ? Settlement.dead(outcome, reason, outcomeUnknown)
        : Settlement.again(outcome, backoff.after(delivery.attempt()), reason, outcomeUnknown);
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
