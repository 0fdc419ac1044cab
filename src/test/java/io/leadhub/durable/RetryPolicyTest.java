package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.durable.Settlement.Outcome;
import io.leadhub.durable.Settlement.State;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.camel.CamelExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {

  private static final Duration PAUSE = Duration.ofMinutes(5);
  private static final Duration WAIT = Duration.ofSeconds(2);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);
  private static final Duration SETTLE_TIME = Duration.ofSeconds(5);

  private final RetryPolicy policy = policy(null);

  @Test
  void aRouteThatCompletedIsDone() {
    assertThat(policy.settle(attempt(1), null, "SM1")).isEqualTo(Settlement.done("SM1"));
    assertThat(policy.settle(uncertain(3), null, null)).isEqualTo(Settlement.done(null));
  }

  @Test
  void aRejectedDeliveryIsDeadAtOnce() {
    assertThat(policy.settle(attempt(1), new RejectException("no such chat"), null))
        .isEqualTo(Settlement.dead(Outcome.reject, "no such chat", false));
    assertThat(policy.settle(uncertain(1), new RejectException("no such chat"), null))
        .isEqualTo(Settlement.dead(Outcome.reject, "no such chat", false));
  }

  @Test
  void aPausedDestinationRestsAndNoAttemptIsSpent() {
    Settlement settled = policy.settle(attempt(3), new PauseException("token revoked"), null);
    assertThat(settled).isEqualTo(Settlement.paused(PAUSE, "token revoked", false));
    assertThat(settled.spendsAttempt()).isFalse();
    assertThat(settled.pause()).isEqualTo(PAUSE);
  }

  @Test
  void whoAsksForALongerPauseHasIt() {
    Duration month = Duration.ofDays(30);
    assertThat(policy.settle(attempt(1), new PauseException("look", month), null).pause())
        .isEqualTo(month);
    assertThat(policy.settle(attempt(1), new PauseException("look", WAIT), null).pause())
        .isEqualTo(PAUSE);
  }

  @Test
  void aThrottledDeliveryWaitsAsLongAsItWasToldAndNoAttemptIsSpent() {
    Duration told = Duration.ofSeconds(77);
    Settlement settled = policy.settle(attempt(3), new RetryAtException("slow down", told), null);
    assertThat(settled).isEqualTo(Settlement.again(told, "slow down", false));
    assertThat(settled.spendsAttempt()).isFalse();
    assertThat(settled.next()).isEqualTo(State.due);
  }

  @Test
  void aFailedDeliveryIsTriedAgainAfterTheBackoff() {
    assertThat(policy.settle(attempt(1), new RetryException("refused"), null))
        .isEqualTo(Settlement.again(Outcome.retry, WAIT, "refused", false));
    assertThat(policy.settle(attempt(2), new RetryException("refused"), null))
        .isEqualTo(Settlement.again(Outcome.retry, WAIT.multipliedBy(2), "refused", false));
  }

  @Test
  void anOutcomeThatNobodyKnowsIsRememberedForTheNextAttempt() {
    assertThat(policy.settle(attempt(1), new ReconcileException("reset"), null))
        .isEqualTo(Settlement.again(Outcome.reconcile, SETTLE_TIME, "reset", true));
    assertThat(policy.settle(uncertain(2), new RetryException("refused"), null).outcomeUnknown())
        .as("another one")
        .isFalse();
  }

  @Test
  void itIsLookedForWhenItHadTimeToShow() {
    assertThat(policy.settle(attempt(1), new ReconcileException("reset"), null).delay())
        .isEqualTo(SETTLE_TIME);
    assertThat(policy.settle(attempt(3), new ReconcileException("reset"), null).delay())
        .as("the backoff, when it is longer")
        .isEqualTo(WAIT.multipliedBy(4));
  }

  @Test
  void whoAsksToBeTriedAgainAtOnceIsNotHammered() {
    for (Duration told : List.of(Duration.ZERO, Duration.ofMillis(3))) {
      DeliveryException atOnce = new RetryAtException("slow down", told);
      assertThat(policy.settle(attempt(1), atOnce, null).delay()).isEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void whoThrottlesWithoutATimeIsAskedLessAndLessOftenButNotNever() {
    DeliveryException untold = new RetryAtException("slow down", null, null);

    assertThat(policy.settle(waiting(Duration.ZERO), untold, null))
        .isEqualTo(Settlement.again(Duration.ofSeconds(10), "slow down", false));
    assertThat(policy.settle(waiting(Duration.ofHours(1)), untold, null).delay())
        .isEqualTo(Duration.ofMinutes(6));
    assertThat(policy.settle(waiting(Duration.ofDays(9)), untold, null).delay())
        .isEqualTo(LONGEST_WAIT);
  }

  @Test
  void whatFailsAfterTheRemoteDidItsWorkMayNotSimplyBeDoneAgain() {
    assertThat(policy.settle(attempt(1), new IllegalStateException(), "SM1").outcomeUnknown())
        .isTrue();
    for (DeliveryException later :
        List.of(
            new RejectException("no such field"),
            new PauseException("token revoked"),
            new RetryAtException("slow down", WAIT))) {
      assertThat(policy.settle(attempt(1), later, "SM1").outcomeUnknown()).isTrue();
      assertThat(policy.settle(attempt(1), later, "").outcomeUnknown()).isFalse();
    }
    assertThat(policy.settle(attempt(1), new RetryException("no database"), "SM1").outcomeUnknown())
        .isTrue();
  }

  @Test
  void theLastAttemptLeavesADeadLetter() {
    assertThat(policy.settle(attempt(3), new RetryException("refused"), null).next())
        .isEqualTo(State.due);
    assertThat(policy.settle(attempt(4), new RetryException("refused"), null))
        .isEqualTo(Settlement.dead(Outcome.retry, "refused", false));
    assertThat(policy.settle(attempt(4), new ReconcileException("reset"), null))
        .isEqualTo(Settlement.dead(Outcome.reconcile, "reset", true));
    assertThat(policy.settle(attempt(9), new IllegalStateException("?"), null).next())
        .isEqualTo(State.dead);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 400})
  void beingThrottledOrPausedNeverKillsADelivery(int attempt) {
    assertThat(policy.settle(attempt(attempt), new PauseException("shut"), null).next())
        .isEqualTo(State.due);
    assertThat(policy.settle(attempt(attempt), new RetryAtException("slow", WAIT), null).next())
        .isEqualTo(State.due);
  }

  @Test
  void anOutcomeIsFoundHoweverDeepItIsWrapped() {
    Throwable wrapped =
        new CamelExecutionException("split", null, new RuntimeException(new RejectException("no")));
    assertThat(policy.settle(attempt(1), wrapped, null))
        .isEqualTo(Settlement.dead(Outcome.reject, "no", false));
    assertThat(policy.mayBeOneAlone(wrapped)).isTrue();
  }

  @Test
  void whatNobodyClassifiesIsRetriedWithTheNameOfItsRoot() {
    Throwable failure = new RuntimeException("outer", new IllegalStateException("inner"));
    assertThat(policy.settle(attempt(1), failure, null))
        .isEqualTo(Settlement.again(Outcome.retry, WAIT, "IllegalStateException: inner", false));
    assertThat(policy.settle(attempt(1), new NullPointerException(), null).error())
        .isEqualTo("NullPointerException");
  }

  @Test
  void theDestinationsTableIsAskedForWhatIsNoOutcomeYet() {
    RetryPolicy asked = policy(failure -> new RejectException("by table: " + failure.getMessage()));
    assertThat(asked.settle(attempt(1), new IllegalStateException("410"), null))
        .isEqualTo(Settlement.dead(Outcome.reject, "by table: 410", false));
    assertThat(asked.settle(attempt(1), new RetryException("said by the route"), null).error())
        .isEqualTo("said by the route");
    assertThat(asked.mayBeOneAlone(new IllegalStateException("410"))).isTrue();
  }

  @Test
  void whatEndedWithItsNodeDoesNotCountAsAnAttempt() {
    Delivery lostTwice = delivery(5, 2, 2, Duration.ZERO);
    assertThat(policy.settle(lostTwice, new RetryException("refused"), null))
        .isEqualTo(Settlement.again(Outcome.retry, WAIT.multipliedBy(4), "refused", false));
    Delivery lostOnce = delivery(5, 1, 1, Duration.ZERO);
    assertThat(policy.settle(lostOnce, new RetryException("refused"), null).next())
        .isEqualTo(State.dead);
  }

  @Test
  void onlyARejectionRejects() {
    assertThat(policy.mayBeOneAlone(null)).isFalse();
    assertThat(policy.mayBeOneAlone(new RetryException("refused"))).isFalse();
    assertThat(policy.mayBeOneAlone(new IllegalStateException())).as("not understood").isTrue();
    assertThat(policy.mayBeOneAlone(new SQLTransientConnectionException()))
        .as("without the database none of them can be tried")
        .isFalse();
  }

  @Test
  void whatAFaultyClassifierCannotTellMayHaveTakenEffect() {
    RetryPolicy faulty =
        policy(
            failure -> {
              throw new IllegalArgumentException("no such column");
            });

    Settlement settled = faulty.settle(attempt(1), new IllegalStateException("HTTP 599"), null);

    assertThat(settled.outcome()).isEqualTo(Outcome.reconcile);
    assertThat(settled.outcomeUnknown()).isTrue();
    assertThat(settled.error()).contains("HTTP 599").contains("no such column");
  }

  private static RetryPolicy policy(OutcomeClassifier classifier) {
    return new RetryPolicy(
        4, new Backoff(WAIT, LONGEST_WAIT, new AlwaysWhole()), SETTLE_TIME, PAUSE, classifier);
  }

  private static Delivery attempt(int number) {
    return delivery(number, false);
  }

  private static Delivery uncertain(int number) {
    return delivery(number, true);
  }

  private static Delivery waiting(Duration age) {
    return delivery(1, 0, 0, age);
  }

  private static Delivery delivery(int attempt, boolean outcomeUnknown) {
    return delivery(attempt, 0, outcomeUnknown ? 1 : 0, Duration.ZERO);
  }

  private static Delivery delivery(int attempt, int losses, int unknownOutcomes, Duration age) {
    return new Delivery(
        1,
        2,
        "key",
        null,
        new Payload(Payload.TEXT, new byte[0]),
        Instant.parse("2026-01-31T12:00:00Z"),
        age,
        attempt,
        losses,
        unknownOutcomes);
  }

  /** Takes nothing off by chance. */
  private static final class AlwaysWhole implements java.util.random.RandomGenerator {
    @Override
    public long nextLong() {
      return Long.MAX_VALUE;
    }

    @Override
    public long nextLong(long bound) {
      return bound - 1;
    }
  }
}
