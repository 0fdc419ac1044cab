package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Two nodes, killed again and again in the middle of their work. */
@Chaos
class KillTest {

  /**
   * Rounds of two kills. The short form takes one point, which one by chance: a start takes long.
   */
  private static final int ROUNDS = Summary.LONG ? 15 : 1;

  private static final int AFTER_THE_WORK = Summary.LONG ? 10 : 1;
  private static final int AT_RANDOM = 10;

  private final Cluster cluster = Cluster.shared();

  @Test
  void nothingIsLostOrDoubledWhenNodesAreKilledAtTheWorstMoments() {
    List<KillPoint> points = chosen();
    points.forEach(this::killThemselves);
    cluster.start().settles();
    cluster.judge("kill -9 " + words(points), 2 * ROUNDS + " kills");
  }

  @Test
  void nothingIsLostOrDoubledWhenTheRemoteHasDoneItsWorkAndWeNeverHear() {
    for (int kill = 0; kill < AFTER_THE_WORK; kill++) {
      Destination destination =
          Destination.values()[cluster.random.nextInt(Destination.values().length)];
      AtomicInteger left = new AtomicInteger(1 + cluster.random.nextInt(10));
      cluster.remotes.whenDone(
          destination,
          key -> {
            if (left.decrementAndGet() == 0) {
              cluster.nodes.forEach(HubProcess::kill);
            }
          });
      writeUntilDead("after the work of " + destination);
      cluster.remotes.behave();
      cluster.start();
    }
    cluster
        .settles()
        .judge("kill -9 after the remote did its work, before our mark", AFTER_THE_WORK + " kills");
  }

  @Test
  @EnabledIfSystemProperty(named = "chaos.long", matches = "true")
  void nothingIsLostOrDoubledWhenANodeIsKilledAtRandom() {
    for (int kill = 0; kill < AT_RANDOM; kill++) {
      long at = System.nanoTime() + Duration.ofMillis(cluster.random.nextInt(4_000)).toNanos();
      cluster.customers.write(30);
      await().atMost(HubProcess.PATIENCE).until(() -> System.nanoTime() > at);
      cluster.nodes.get(kill % 2).kill();
      await().until(() -> !cluster.nodes.stream().allMatch(HubProcess::isAlive));
      cluster.start();
    }
    cluster.settles().judge("kill -9 at random, the other node goes on", AT_RANDOM + " kills");
  }

  /** Both at the same point, each when it comes to it. */
  private void killThemselves(KillPoint point) {
    if (point == KillPoint.DURING_DRAIN) {
      fillTheSpools();
    }
    cluster.nodes.forEach(HubProcess::kill);
    cluster.newPartner();
    cluster.customers.write(30);
    cluster.nodes.forEach(node -> node.launch(point, at(point)));
    writeUntilDead(point.words);
    assertThat(cluster.nodes).allSatisfy(HubProcess::checkThatItKilledItself);
  }

  /** Reports are few, and may all be the other node's but the one it dies over; so are drains. */
  private int at(KillPoint point) {
    return switch (point) {
      case DURING_REPORT, DURING_DRAIN -> 1;
      default -> 1 + cluster.random.nextInt(8);
    };
  }

  /** While MariaDB is dead, webhooks are answered with 200 all the same. */
  private void fillTheSpools() {
    cluster.start();
    Cluster.server().kill();
    cluster.customers.write(60);
    await("the webhooks are kept in spools")
        .atMost(HubProcess.PATIENCE)
        .until(() -> cluster.customers.unanswered() == 0);
    cluster.nodes.forEach(HubProcess::kill);
    Cluster.server().start();
  }

  /** Many posts at once share a commit and are one chance to die, so customers go on writing. */
  private void writeUntilDead(String where) {
    await("the nodes die " + where)
        .atMost(HubProcess.PATIENCE.multipliedBy(2))
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              cluster.customers.write(3);
              return cluster.nodes.stream().noneMatch(HubProcess::isAlive);
            });
  }

  private List<KillPoint> chosen() {
    List<KillPoint> chosen = new ArrayList<>();
    while (chosen.size() < ROUNDS) {
      List<KillPoint> all = new ArrayList<>(List.of(KillPoint.values()));
      Collections.shuffle(all, cluster.random);
      chosen.addAll(all);
    }
    return chosen.subList(0, ROUNDS);
  }

  private static String words(List<KillPoint> points) {
    return String.join("; ", points.stream().map(point -> point.words).distinct().toList());
  }
}
