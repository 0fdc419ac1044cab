package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Every remote fails in every way. */
@Chaos
class RemoteFaultsTest {

  private static final int ROUNDS = Summary.LONG ? 5 : 1;

  /** What takes as long as the longest patience of the hub's clients is for the long form. */
  private static final Set<Misbehaviour> LONG_FORM_ONLY =
      Set.of(Misbehaviour.TRICKLES_PAST_THE_LEASE, Misbehaviour.TRICKLES_PAST_ALL_PATIENCE);

  private static final Set<Misbehaviour> SILENT =
      Set.of(Misbehaviour.IS_SILENT, Misbehaviour.WORKS_AND_IS_SILENT);

  /** Before it sends again the hub asks these two what they did, and may hear nothing of use. */
  private static final Set<Destination> ASKED = Set.of(Destination.SHEETS, Destination.TWILIO);

  private static final int MEASURED = 60;

  private static final String DEAD = "('google-sheets', 'webhook-sender')";

  private static final String UNDER_WAY =
      "select count(*) from deliveries where state in ('due', 'running') and subscriber ";

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
        if (Summary.LONG && ASKED.contains(destination)) {
          cluster.remotes.misbehaveWhenAsked(destination, whenAsked());
        }
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
   * 15 and 10 s are silent in the long form only.
   */
  private List<Misbehaviour> misbehaviours(Destination destination) {
    List<Misbehaviour> all = new ArrayList<>(List.of(Misbehaviour.values()));
    if (!Summary.LONG) {
      all.removeAll(LONG_FORM_ONLY);
    }
    if (!Summary.LONG
        && (destination == Destination.TELEGRAM || destination == Destination.SHEETS)) {
      all.removeAll(SILENT);
    }
    Collections.shuffle(all, cluster.random);
    return Summary.LONG ? all : all.subList(0, 4);
  }

  private List<Misbehaviour> whenAsked() {
    List<Misbehaviour> all =
        new ArrayList<>(
            List.of(
                Misbehaviour.RESETS,
                Misbehaviour.FAILS,
                Misbehaviour.SHOWS_A_PAGE,
                Misbehaviour.WORKS_AND_ANSWERS_WRONG_JSON));
    Collections.shuffle(all, cluster.random);
    return all;
  }

  @Test
  @EnabledIfSystemProperty(named = "chaos.long", matches = "true")
  void remotesWhoseCertificateNobodyTrustsAreToldNothingUntilItIsMended() {
    try (Cluster betrayed = Cluster.ofNobody("tls")) {
      betrayed.start();
      betrayed.customers.write(10);
      List.of("meta", "twilio", "generic").forEach(betrayed.customers::write);
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

  /**
   * One is silent, so that who calls it waits for 10 s; one resets, so that it is called often. A
   * lead that had to wait behind the first would take ten times the second that is left to the
   * machine, which has more to do then and which others may use, too.
   */
  @Test
  @EnabledIfSystemProperty(named = "chaos.long", matches = "true")
  void remotesThatAreDeadForLongDoNotDelayTheOthers() {
    cluster.settles();
    Duration before = p95();
    cluster.remotes.die(Destination.SHEETS, Misbehaviour.IS_SILENT);
    cluster.remotes.die(Destination.WEBHOOK, Misbehaviour.RESETS);
    cluster.customers.write(300);
    Duration beside = p95();
    assertThat(cluster.count(UNDER_WAY + "in " + DEAD))
        .as("what waits for the dead ones")
        .isGreaterThan(300);
    cluster.remotes.behave();
    cluster.settles();
    Duration after = p95();
    Duration usual = before.compareTo(after) > 0 ? before : after;
    assertThat(beside)
        .as("before: %s, after: %s, seed %d", before, after, Summary.SEED)
        .isLessThan(usual.multipliedBy(2).plusSeconds(1));
    cluster.settles();
    cluster.judge(
        "Two remotes dead for long, one silent and one resetting: p95 from webhook to Telegram,"
            + " before, beside and after",
        "%d ms, %d ms and %d ms".formatted(before.toMillis(), beside.toMillis(), after.toMillis()));
  }

  /**
   * From the post to Telegram, for some customers one after the other; those who wrote before are
   * told of first.
   */
  private Duration p95() {
    await("Telegram and all that leads there have nothing else to do")
        .atMost(Duration.ofMinutes(5))
        .until(
            () ->
                cluster.customers.unanswered() == 0
                    && cluster.count(UNDER_WAY + "not in " + DEAD) == 0);
    Map<String, Long> told = new ConcurrentHashMap<>();
    cluster.remotes.whenDone(Destination.TELEGRAM, key -> told.putIfAbsent(key, System.nanoTime()));
    List<Duration> taken = new ArrayList<>();
    for (int i = 0; i < MEASURED; i++) {
      long begin = System.nanoTime();
      History.Message message = cluster.customers.write("generic");
      await("the partner is told of " + message)
          .pollInterval(Duration.ofMillis(20))
          .atMost(Duration.ofMinutes(1))
          .until(() -> leadOf(message).stream().anyMatch(told::containsKey));
      taken.add(Duration.ofNanos(told.get(leadOf(message).get(0)) - begin));
    }
    return taken.stream().sorted().toList().get(MEASURED * 95 / 100 - 1);
  }

  /** As the remotes call it; none until the lead is there. */
  private List<String> leadOf(History.Message message) {
    return cluster.query(
        "select concat('lead/', lead_id) from messages where provider = '%s'"
                .formatted(message.provider())
            + " and provider_message_id = '%s'".formatted(message.id()),
        row -> row.getString(1));
  }
}
