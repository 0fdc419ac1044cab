package io.leadhub.durable;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Doubles the wait with each attempt up to a longest one, and takes off up to half by chance so
 * that deliveries which failed together do not come back together.
 */
record Backoff(Duration first, Duration longest, RandomGenerator random) {

  /**
   * @param attempt the attempt that just failed, from 1
   */
  Duration after(int attempt) {
    int doublings = Math.min(attempt - 1, 30);
    long full = Math.min(first.toMillis() << doublings, longest.toMillis());
    return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
  }
}
