package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Every remote fails in every way. */
@Chaos
class RemoteFaultsTest {

  private static final int ROUNDS = Summary.LONG ? 5 : 1;

  private final Cluster cluster = Cluster.shared();

  @AfterEach
  void behave() {
    cluster.remotes.behave();
  }

  @Test
  void whateverARemoteDoesNothingIsLost() {
    for (int round = 0; round < ROUNDS; round++) {
      for (Destination destination : Destination.values()) {
        cluster.remotes.misbehave(destination, misbehaviours(destination));
      }
      await("every remote misbehaved in every way")
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofSeconds(1))
          .until(
              () -> {
                cluster.customers.write(5);
                return cluster.remotes.misbehavedEnough();
              });
    }
    cluster.settles();
    cluster.judge(
        (Summary.LONG ? "Each remote answers: " : "Each remote answers four by chance of: ")
            + String.join("; ", Stream.of(Misbehaviour.values()).map(how -> how.words).toList()),
        ROUNDS + " times each at each of " + Destination.values().length + " remotes");
  }

  /**
   * Four by chance in the short form, all in the long one. The two remotes whose clients wait for
   * 15 and 20 s are silent in the long form only.
   */
  private List<Misbehaviour> misbehaviours(Destination destination) {
    List<Misbehaviour> all = new ArrayList<>(List.of(Misbehaviour.values()));
    if (!Summary.LONG
        && (destination == Destination.TELEGRAM || destination == Destination.SHEETS)) {
      all.remove(Misbehaviour.WORKS_AND_IS_SILENT);
    }
    Collections.shuffle(all, cluster.random);
    return Summary.LONG ? all : all.subList(0, 4);
  }

  @Test
  @EnabledIfSystemProperty(named = "chaos.long", matches = "true")
  void remotesWhoseCertificateNobodyTrustsAreToldNothingUntilItIsMended() {
    try (Cluster betrayed = Cluster.ofNobody("tls")) {
      betrayed.start();
      betrayed.customers.write(10);
      await("every destination noticed")
          .atMost(HubProcess.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          betrayed.query(
                              "select distinct subscriber from deliveries"
                                  + " where last_error like '%could not be reached%'",
                              row -> row.getString(1)))
                      .hasSize(Destination.values().length));
      assertThat(betrayed.history.effects()).isEmpty();
      betrayed.node().terminate();
      betrayed.trust();
      betrayed.start().settles().judge("TLS failure at every remote, then mended", "once");
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "chaos.long", matches = "true")
  void aRemoteThatIsDeadForLongDoesNotDelayTheOthers() {
    Duration usual = p95();
    cluster.remotes.die(Destination.WEBHOOK);
    cluster.customers.write(300);
    Duration beside = p95();
    assertThat(beside).isLessThan(usual.multipliedBy(4).plusMillis(500));
    cluster.remotes.behave();
    cluster.settles();
    cluster.judge(
        "One remote dead for long: p95 from webhook to Telegram, before and beside",
        "%d ms and %d ms".formatted(usual.toMillis(), beside.toMillis()));
  }

  /** From the post to Telegram, for some customers one after the other. */
  private Duration p95() {
    Map<Integer, Duration> taken = new ConcurrentHashMap<>();
    for (int i = 0; i < 60; i++) {
      long before = cluster.history.effectsAt(Destination.TELEGRAM);
      long begin = System.nanoTime();
      cluster.customers.write("generic");
      await()
          .pollInterval(Duration.ofMillis(2))
          .atMost(Duration.ofMinutes(1))
          .until(() -> cluster.history.effectsAt(Destination.TELEGRAM) > before);
      taken.put(i, Duration.ofNanos(System.nanoTime() - begin));
    }
    return taken.values().stream().sorted().toList().get(56);
  }
}
