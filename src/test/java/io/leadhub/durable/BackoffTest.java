package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofHours(1);

  @ParameterizedTest
  @CsvSource({"1, 2", "2, 4", "3, 8", "11, 2048", "12, 3600", "31, 3600", "1000000, 3600"})
  void theWaitDoublesUpToTheLongest(int attempt, int seconds) {
    assertThat(backoff(most()).after(attempt)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "12, 1800"})
  void chanceTakesOffHalfAtMost(int attempt, int seconds) {
    assertThat(backoff(least()).after(attempt)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 40})
  void everyWaitLiesBetweenHalfAndWhole(int attempt) {
    Backoff backoff = backoff(new Random(42));
    Duration whole = backoff(most()).after(attempt);
    for (int i = 0; i < 1_000; i++) {
      assertThat(backoff.after(attempt)).isBetween(whole.dividedBy(2), whole);
    }
  }

  @Test
  void deliveriesThatFailedTogetherDoNotComeBackTogether() {
    Backoff backoff = backoff(new Random(42));
    assertThat(new Duration[] {backoff.after(5), backoff.after(5), backoff.after(5)})
        .doesNotHaveDuplicates();
  }

  @Test
  void noWaitAtAllIsPossible() {
    assertThat(new Backoff(Duration.ZERO, Duration.ZERO, new Random()).after(9)).isZero();
  }

  private static Backoff backoff(RandomGenerator random) {
    return new Backoff(FIRST, LONGEST, random);
  }

  private static RandomGenerator least() {
    return () -> 0;
  }

  /** Draws the largest number there is. */
  private static RandomGenerator most() {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        return Long.MAX_VALUE;
      }

      @Override
      public long nextLong(long bound) {
        return bound - 1;
      }
    };
  }
}
