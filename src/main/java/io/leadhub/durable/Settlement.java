package io.leadhub.durable;

import java.time.Duration;

/**
 * What becomes of a delivery after an attempt.
 *
 * @param next the state it goes to
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

  static Settlement done(String remoteId) {
    return new Settlement(State.done, Duration.ZERO, true, false, null, remoteId, null);
  }

  static Settlement dead(String error, boolean outcomeUnknown) {
    return new Settlement(State.dead, Duration.ZERO, true, outcomeUnknown, error, null, null);
  }

  static Settlement again(Duration delay, String error, boolean outcomeUnknown) {
    return new Settlement(State.due, delay, true, outcomeUnknown, error, null, null);
  }

  static Settlement again(Duration delay, String error) {
    return new Settlement(State.due, delay, false, false, error, null, null);
  }

  static Settlement paused(Duration pause, String error) {
    return new Settlement(State.due, Duration.ZERO, false, false, error, null, pause);
  }

  /** Claimed but never begun: as if it had not been claimed. */
  static Settlement untouched() {
    return new Settlement(State.due, Duration.ZERO, false, false, null, null, null);
  }
}
