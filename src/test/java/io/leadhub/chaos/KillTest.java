package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.leadhub.chaos.Cluster.Allowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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

  /** These come only to a node that kept webhooks in its spool. */
  private static final Set<KillPoint> OF_THE_DRAIN =
      EnumSet.of(KillPoint.DURING_DRAIN, KillPoint.AFTER_DRAIN_COMMIT);

  private final Cluster cluster = Cluster.shared();

  @Test
  void nothingIsLostOrDoubledWhenNodesAreKilledAtRandomAndAtTheWorstMoments() {
    // Nodes that are to kill themselves start anew, so one that is dead already costs no start.
    killOneAtRandom();
    awaitThatTheOtherDoesItAll();
    List<KillPoint> points = chosen();
    points.forEach(this::killThemselves);
    cluster.start().settles();
    int atMost = 1 + 4 * ROUNDS; // each node, and once more before, to make it kill itself
    cluster.judge(
        "kill -9 of one node at random, and of both " + words(points),
        1 + 2 * ROUNDS + " kills",
        Allowed.whereNodesDie(atMost));
  }

  @Test
  void nothingIsLostOrDoubledWhenTheRemoteHasDoneItsWorkAndWeNeverHear() {
    for (int kill = 0; kill < AFTER_THE_WORK; kill++) {
      Destination destination = destination(kill);
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
        .judge(
            "kill -9 of both nodes after the remote did its work, before our mark",
            AFTER_THE_WORK + " times",
            Allowed.whereNodesDie(2 * AFTER_THE_WORK));
  }

  @Test
  @EnabledIfSystemProperty(named = "chaos.long", matches = "true")
  void nothingIsLostOrDoubledWhenANodeIsKilledAtRandomAndTheOtherGoesOn() {
    for (int kill = 0; kill < AT_RANDOM; kill++) {
      killOneAtRandom();
      if (kill % 2 == 0) {
        awaitThatTheOtherDoesItAll();
      }
      cluster.start();
    }
    cluster
        .settles()
        .judge(
            "kill -9 of one node at random, the other goes on",
            AT_RANDOM + " kills",
            Allowed.whereNodesDie(AT_RANDOM));
  }

  private void killOneAtRandom() {
    long at = System.nanoTime() + Duration.ofMillis(cluster.random.nextInt(2_000)).toNanos();
    cluster.customers.write(30);
    await().atMost(HubProcess.PATIENCE).until(() -> System.nanoTime() > at);
    cluster.nodes.get(cluster.random.nextInt(2)).kill();
    await().until(() -> !cluster.nodes.stream().allMatch(HubProcess::isAlive));
  }

  /** What it takes over of Meta's waits for a status that may never come, and is left out. */
  private void awaitThatTheOtherDoesItAll() {
    await("the other node takes over")
        .atMost(HubProcess.PATIENCE)
        .until(
            () ->
                cluster.customers.unanswered() == 0
                    && cluster.count(
                            "select count(*) from deliveries where state in ('due', 'running')"
                                + " and topic <> 'send.meta'")
                        == 0);
  }

  /** Each in turn; by chance where there is but one. */
  private Destination destination(int kill) {
    Destination[] all = Destination.values();
    return all[Summary.LONG ? kill % all.length : cluster.random.nextInt(all.length)];
  }

  /** Both at the same point, each when it comes to it. */
  private void killThemselves(KillPoint point) {
    if (OF_THE_DRAIN.contains(point)) {
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
      case DURING_REPORT, DURING_DRAIN, AFTER_DRAIN_COMMIT -> 1;
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
