package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.leadhub.chaos.Cluster.Allowed;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes share the work, and one of them does not know what time it is. */
@Chaos
class TwoNodesTest {

  private static final int TIMES = Summary.LONG ? 10 : 1;

  private final Cluster cluster = Cluster.shared();
  private final HubProcess first = cluster.nodes.get(0);
  private final HubProcess second = cluster.nodes.get(1);

  @AfterEach
  void behave() {
    cluster.remotes.behave();
  }

  @Test
  void aHundredCopiesOfOneMessageAtOnceAreOneLead() {
    for (int time = 0; time < TIMES; time++) {
      long leads = cluster.count("select count(*) from leads");
      for (String provider : new String[] {"meta", "twilio", "generic"}) {
        cluster.customers.writeAtOnce(provider, 100);
      }
      cluster.settles();
      assertThat(cluster.count("select count(*) from leads")).isEqualTo(leads + 3);
    }
    cluster.judge(
        "100 copies of one message at once to two nodes", 3 * TIMES + " times", Allowed.NONE);
  }

  @Test
  void aNodeThatStoodStillLongerThanItsLeaseCannotMarkWhatAnotherTookOver() {
    for (int time = 0; time < TIMES; time++) {
      long refusals = refusals();
      second.hold();
      AtomicBoolean once = new AtomicBoolean();
      cluster.remotes.whenDone(
          Destination.META,
          key -> {
            if (!once.get() && onlyMetaIsInHand()) {
              once.set(true);
              first.hold();
              second.goOn();
            }
          });
      try {
        await("the first node is held while Meta's answer is on its way")
            .atMost(HubProcess.PATIENCE)
            .pollInterval(Duration.ofSeconds(2))
            .until(
                () -> {
                  if (!once.get()) {
                    cluster.customers.write("meta");
                  }
                  return once.get();
                });
        await("the second node took over")
            .atMost(HubProcess.PATIENCE)
            .until(
                () ->
                    cluster.count(
                            "select count(*) from deliveries where topic = 'send.meta'"
                                + " and state <> 'done'")
                        == 0);
      } finally {
        first.goOn();
        second.goOn();
      }
      await("the first node's late mark is refused")
          .atMost(Duration.ofMinutes(1))
          .until(() -> refusals() > refusals);
    }
    cluster
        .settles()
        .judge(
            "A node stands still (SIGSTOP) for longer than its lease",
            TIMES + " times",
            Allowed.whereNodesDie(2 * TIMES));
  }

  /**
   * What else is in hand of a node that stands still would be sent when it wakes: before its send,
   * nobody can tell it that it is late.
   */
  private boolean onlyMetaIsInHand() {
    try {
      await()
          .atMost(Duration.ofMillis(1_500))
          .until(
              () ->
                  cluster.count(
                          "select count(*) from deliveries where state in ('due', 'running')"
                              + " and topic <> 'send.meta'")
                      == 0);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  private long refusals() {
    return first.log().stream().filter(line -> line.contains("was taken over")).count();
  }
}
