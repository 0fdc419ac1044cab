package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A hub that is asked to stop while it works, and while remotes keep it waiting. */
@Chaos
class GracefulStopTest {

  private static final int STOPS = Summary.LONG ? 5 : 1;
  private static final Duration IN_TIME = Duration.ofSeconds(20);

  /** As the system reports a process that ended when it was asked to. */
  private static final int TERMINATED = 143;

  /**
   * They do their work, and their answers never come. Google's client waits for 10 s: in the short
   * form nobody does. Not Meta: both nodes may be away for longer than its statuses are waited for.
   */
  private static final List<Destination> SILENT =
      List.of(Destination.TWILIO, Summary.LONG ? Destination.SHEETS : Destination.WEBHOOK);

  private final Cluster cluster = Cluster.shared();

  @AfterEach
  void behave() {
    cluster.remotes.behave();
  }

  @Test
  void whatIsInHandIsFinishedOrReleasedInTime() throws Exception {
    Duration longest = Duration.ZERO;
    cluster.customers.write("twilio"); // and the sheet has its headings
    cluster.settles();
    for (int stop = 0; stop < STOPS; stop++) {
      try (AutoCloseable writing = cluster.customers.writeAllTheTime(Summary.LONG ? 30 : 10)) {
        cluster.customers.write(Summary.LONG ? 60 : 30);
        List<Socket> halfAPost = Summary.LONG ? beginPosts() : List.of();
        keepWaiting();
        for (CompletableFuture<Duration> end : terminate()) {
          Duration took = end.get();
          longest = took.compareTo(longest) > 0 ? took : longest;
        }
        assertThat(longest).as("seed " + Summary.SEED).isLessThanOrEqualTo(IN_TIME);
        assertThat(cluster.nodes)
            .extracting(HubProcess::exitValue)
            .as("exit values, seed " + Summary.SEED)
            .containsOnly(TERMINATED);
        assertThat(cluster.count("select count(*) from deliveries where state = 'running'"))
            .as("deliveries that nobody works on, seed " + Summary.SEED)
            .isZero();
        for (Socket socket : halfAPost) {
          socket.close();
        }
      }
      cluster.remotes.behave();
      cluster.start();
    }
    cluster
        .settles()
        .judge(
            (Summary.LONG
                    ? "SIGTERM to both nodes under load, beside a post that does not go on, while"
                    : "SIGTERM to both nodes under load, while")
                + " %s do their work and are silent:"
                    .formatted(
                        String.join(" and ", SILENT.stream().map(one -> one.subscriber).toList()))
                + " ends within 20 s with 143, nothing in hand",
            "%d times, %d ms at most".formatted(2 * STOPS, longest.toMillis()));
  }

  /** One to each node, that does not go on. */
  private List<Socket> beginPosts() throws IOException {
    List<Socket> begun = new ArrayList<>();
    for (HubProcess node : cluster.nodes) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
      begun.add(socket);
      socket
          .getOutputStream()
          .write(
              "POST /webhook/lead HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
                  .getBytes(StandardCharsets.US_ASCII));
    }
    return begun;
  }

  /** Both at once. */
  private List<CompletableFuture<Duration>> terminate() {
    return cluster.nodes.stream()
        .map(node -> CompletableFuture.supplyAsync(node::terminate))
        .toList();
  }

  /** Until deliveries are in hand whose remotes have done their work and do not say so. */
  private void keepWaiting() {
    SILENT.forEach(
        destination ->
            cluster.remotes.misbehave(
                destination, Collections.nCopies(1_000, Misbehaviour.WORKS_AND_IS_SILENT)));
    Map<Destination, Long> before =
        SILENT.stream().collect(Collectors.toMap(one -> one, cluster.history::effectsAt));
    await("remotes did their work and keep the hub waiting")
        .atMost(HubProcess.PATIENCE)
        .until(
            () ->
                SILENT.stream()
                    .allMatch(
                        one -> cluster.history.effectsAt(one) > before.get(one) && isInHand(one)));
  }

  private boolean isInHand(Destination destination) {
    return cluster.count(
            "select count(*) from deliveries where state = 'running' and subscriber = '%s'"
                .formatted(destination.subscriber))
        > 0;
  }
}
