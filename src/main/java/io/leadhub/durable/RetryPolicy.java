package io.leadhub.durable;

import io.leadhub.durable.Settlement.Outcome;
import java.time.Duration;

/**
 * Turns what a route ended with into what becomes of the delivery.
 *
 * @param maxAttempts after so many, those lost with their node not counted, the delivery is a dead
 *     letter
 * @param settleTime the least wait after an outcome that nobody knows
 * @param pause how long a paused destination rests before it is tried again
 * @param classifier knows the destination's error codes, or null
 */
record RetryPolicy(
    int maxAttempts,
    Backoff backoff,
    Duration settleTime,
    Duration pause,
    OutcomeClassifier classifier) {

  /** After so many lost nodes a delivery is a dead letter: it may be what kills them. */
  static final int MOST_LOSSES = 30;

  /** Whatever a remote says: no attempt is spent, so it would go on without end. */
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private static final Duration SHORTEST_UNTOLD = Duration.ofSeconds(10);

  /**
   * @param failure null when the route completed
   * @param remoteId set when the remote did its work, even where a later step of the route failed
   */
  Settlement settle(Delivery delivery, Throwable failure, String remoteId) {
    if (failure == null) {
      return Settlement.done(remoteId);
    }
    boolean done = remoteId != null && !remoteId.isEmpty();
    DeliveryException outcome = outcomeOf(failure);
    if (outcome == null) {
      return retry(delivery, done ? Outcome.reconcile : Outcome.retry, describe(failure));
    }
    String reason = outcome.getMessage();
    if (outcome instanceof RejectException) {
      return Settlement.dead(Outcome.reject, reason, done);
    }
    if (outcome instanceof PauseException rest) {
      return Settlement.paused(longer(rest.atLeast(), pause), reason, done);
    }
    if (outcome instanceof RetryAtException wait) {
      Duration delay = wait.delay() == null ? untold(delivery) : longer(wait.delay(), SHORTEST);
      return Settlement.again(delay, reason, done);
    }
    boolean unknown = done || outcome instanceof ReconcileException;
    return retry(delivery, unknown ? Outcome.reconcile : Outcome.retry, reason);
  }

  /** Whether one delivery of a batch may be to blame: its neighbours must not die with it. */
  boolean mayBeOneAlone(Throwable failure) {
    if (failure == null) {
      return false;
    }
    DeliveryException outcome = outcomeOf(failure);
    return outcome == null ? !DatabaseLoss.isIn(failure) : outcome instanceof RejectException;
  }

  private Settlement retry(Delivery delivery, Outcome outcome, String reason) {
    boolean outcomeUnknown = outcome == Outcome.reconcile;
    if (delivery.spentAttempts() >= maxAttempts) {
      return Settlement.dead(outcome, reason, outcomeUnknown);
    }
    Duration wait = backoff.after(delivery.spentAttempts());
    return Settlement.again(
        outcome, outcomeUnknown ? longer(wait, settleTime) : wait, reason, outcomeUnknown);
  }

  /**
   * A tenth of what the delivery has waited so far: a remote that throttles for a moment is asked
   * again soon, one that does so for days is not asked every few seconds for days.
   */
  private Duration untold(Delivery delivery) {
    Duration wait = delivery.age().dividedBy(10);
    return wait.compareTo(backoff.longest()) > 0
        ? backoff.longest()
        : longer(wait, SHORTEST_UNTOLD);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private DeliveryException outcomeOf(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DeliveryException outcome) {
        return outcome;
      }
    }
    return classifier == null ? null : classify(failure);
  }

  /** A table with a fault in it must not hold the delivery, nor have an effect made twice. */
  private DeliveryException classify(Throwable failure) {
    try {
      return classifier.classify(failure);
    } catch (RuntimeException e) {
      return new ReconcileException(
          "%s; and what that means could not be told: %s".formatted(describe(failure), e), failure);
    }
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
