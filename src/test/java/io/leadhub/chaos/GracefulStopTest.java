package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A hub that is asked to stop under load. */
@Chaos
class GracefulStopTest {

  private static final int STOPS = Summary.LONG ? 5 : 1;
  private static final Duration IN_TIME = Duration.ofSeconds(20);

  private final Cluster cluster = Cluster.shared();

  @Test
  void whatIsInHandIsFinishedOrReleasedInTime() throws Exception {
    Duration longest = Duration.ZERO;
    for (int stop = 0; stop < STOPS; stop++) {
      try (AutoCloseable writing = cluster.customers.writeAllTheTime(Summary.LONG ? 30 : 10)) {
        cluster.customers.write(Summary.LONG ? 60 : 30);
        List<CompletableFuture<Duration>> ends =
            cluster.nodes.stream()
                .map(node -> CompletableFuture.supplyAsync(node::terminate))
                .toList();
        for (CompletableFuture<Duration> end : ends) {
          Duration took = end.get();
          assertThat(took).isLessThanOrEqualTo(IN_TIME);
          longest = took.compareTo(longest) > 0 ? took : longest;
        }
        assertThat(cluster.count("select count(*) from deliveries where state = 'running'"))
            .as("deliveries that nobody works on")
            .isZero();
      }
      cluster.start();
    }
    cluster
        .settles()
        .judge(
            "SIGTERM to both nodes under load: ends within 20 s, nothing in hand",
            "%d times, %d ms at most".formatted(2 * STOPS, longest.toMillis()));
  }
}
