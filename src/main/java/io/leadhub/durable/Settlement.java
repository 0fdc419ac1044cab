package io.leadhub.durable;

import java.time.Duration;

/**
 * What becomes of a delivery after an attempt.
 *
 * @param next the state it goes to
 * @param outcome what the attempt failed with, or null when it did not fail
 * @param delay until it is due again
 * @param spendsAttempt whether the attempt counts against maxAttempts
 * @param outcomeUnknown whether this attempt may have taken effect; earlier ones are counted
 *     already
 * @param error the reason in words, or null
 * @param remoteId how the destination calls what was made there, or null
 * @param pause how long the whole subscription rests, or null
 */
record Settlement(
    State next,
    Outcome outcome,
    Duration delay,
    boolean spendsAttempt,
    boolean outcomeUnknown,
    String error,
    String remoteId,
    Duration pause) {

  enum State {
    due,
    done,
    dead
  }

  /** The ways to fail. */
  enum Outcome {
    retryAt("retry-at"),
    retry("retry"),
    reconcile("reconcile"),
    reject("reject"),
    pause("pause");

    /** As {@code delivery_attempts} has it. */
    final String word;

    Outcome(String word) {
      this.word = word;
    }

    static Outcome of(DeliveryException failure) {
      if (failure instanceof RejectException) {
        return reject;
      } else if (failure instanceof PauseException) {
        return pause;
      } else if (failure instanceof RetryAtException) {
        return retryAt;
      }
      return failure instanceof ReconcileException ? reconcile : retry;
    }
  }

  static Settlement done(String remoteId) {
    return new Settlement(State.done, null, Duration.ZERO, true, false, null, remoteId, null);
  }

  static Settlement dead(Outcome outcome, String error, boolean outcomeUnknown) {
    return new Settlement(
        State.dead, outcome, Duration.ZERO, true, outcomeUnknown, error, null, null);
  }

  static Settlement again(Outcome outcome, Duration delay, String error, boolean outcomeUnknown) {
    return new Settlement(State.due, outcome, delay, true, outcomeUnknown, error, null, null);
  }

  static Settlement again(Duration delay, String error, boolean outcomeUnknown) {
    return new Settlement(
        State.due, Outcome.retryAt, delay, false, outcomeUnknown, error, null, null);
  }

  static Settlement paused(Duration pause, String error, boolean outcomeUnknown) {
    return new Settlement(
        State.due, Outcome.pause, Duration.ZERO, false, outcomeUnknown, error, null, pause);
  }

  /** Claimed but never begun: as if it had not been claimed. */
  static Settlement untouched() {
    return postponed(Duration.ZERO);
  }

  /** Not begun, because its turn comes later. */
  static Settlement postponed(Duration delay) {
    return new Settlement(State.due, null, delay, false, false, null, null, null);
  }

  /** Whether the remote was reached and let us in, whatever it thought of this delivery. */
  boolean provesOpen() {
    return next == State.done || outcome == Outcome.reject;
  }
}
