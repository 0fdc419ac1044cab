package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever holds the keys may still post anything: it is refused or kept, and harms nobody. */
@Chaos
class HostileInputTest {

  private static final int MUTATED = Summary.LONG ? 10_000 : 100;
  private static final int SLOW_CLIENTS = 30;

  /** Heap, code and threads: more than that is a leak beside the heap, which ends at 256 MB. */
  private static final long MOST_MEGABYTES = 700;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Random random = new Random(Summary.SEED);
  private final Cluster cluster = new Cluster("hostile", 1);
  private final Mutations mutations = new Mutations(random);

  @BeforeEach
  void start() {
    cluster.start();
    cluster.remotes.statusesOfMeta(status -> {}); // they would be counted as posts
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void whateverIsPostedIsRefusedOrKeptAndHarmsNobody() throws Exception {
    try (SlowClients slow = new SlowClients(cluster.node())) {
      for (String provider : List.of("meta", "twilio", "360dialog", "wati", "generic")) {
        List<Posts.Post> posts = new ArrayList<>();
        List<byte[]> samples = samples(provider);
        for (int i = 0; i < MUTATED; i++) {
          byte[] sample = samples.get(random.nextInt(samples.size()));
          posts.add(new Posts.Post(provider, mutations.of(sample)));
        }
        mutations.known().forEach(body -> posts.add(new Posts.Post(provider, body)));
        Map<Integer, Integer> answers = answers(posts);
        Summary.row(
            "Hostile posts of " + provider + ", signed, with " + SLOW_CLIENTS + " slow clients",
            posts.size() + " posts",
            "answered " + answers + ", everything answered with 200 is kept");
      }
    }
    // The node still does its work, and all that it took is done or dead.
    cluster.customers.write("meta");
    await("nothing is on its way")
        .atMost(Duration.ofMinutes(15))
        .until(
            () ->
                cluster.customers.unanswered() == 0
                    && cluster.count(
                            "select count(*) from deliveries where state in ('due', 'running')")
                        == 0);
    assertThat(cluster.node().log())
        .as("what nobody handled")
        .noneMatch(
            line ->
                line.matches(
                    ".*(Exception in thread|OutOfMemory|StackOverflow|could not be kept|"
                        + "Servlet\\.service\\(\\)).*"));
    assertThat(cluster.node().residentMegabytes()).isLessThan(MOST_MEGABYTES);
  }

  /** How often which status; what was taken is in the journal. */
  private Map<Integer, Integer> answers(List<Posts.Post> posts) throws Exception {
    long before = webhooks();
    ExecutorService senders = Executors.newFixedThreadPool(8);
    Map<Integer, Integer> answers = new TreeMap<>();
    try {
      List<Callable<Integer>> calls =
          posts.stream().<Callable<Integer>>map(post -> () -> status(post)).toList();
      for (Future<Integer> answer : senders.invokeAll(calls)) {
        answers.merge(answer.get(), 1, Integer::sum);
      }
    } finally {
      senders.shutdown();
    }
    assertThat(answers.keySet()).as("seed " + Summary.SEED).isSubsetOf(200, 400, 401, 413);
    assertThat(answers.get(200)).isGreaterThan(posts.size() / 2);
    assertThat(webhooks() - before).isEqualTo((long) answers.get(200));
    return answers;
  }

  private int status(Posts.Post post) throws IOException, InterruptedException {
    return http.send(post.to(cluster.node()), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private long webhooks() {
    return cluster.count("select count(*) from events where topic like 'webhook.%'");
  }

  private static List<byte[]> samples(String provider) throws IOException {
    List<byte[]> samples = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/in", provider))) {
      for (Path file : files.filter(one -> !one.toString().contains("expected")).toList()) {
        samples.add(Files.readString(file).strip().getBytes(StandardCharsets.UTF_8));
      }
    }
    return samples;
  }

  /** Connections that begin a request and go on a byte at a time, or never. */
  private static final class SlowClients implements AutoCloseable {

    private final List<Socket> sockets = new ArrayList<>();

    SlowClients(HubProcess node) throws IOException {
      for (int i = 0; i < SLOW_CLIENTS; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
        sockets.add(socket);
        OutputStream out = socket.getOutputStream();
        String begin = "POST /webhook/whatsapp/meta HTTP/1.1\r\nHost: localhost\r\n";
        String rest = i % 2 == 0 ? "" : "Content-Length: 1000\r\n\r\n{";
        out.write((begin + rest).getBytes(StandardCharsets.US_ASCII));
        out.flush();
      }
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** What happens to a post on its way through a hostile world. */
  private record Mutations(Random random) {

    private static final List<String> INTRUDERS =
        List.of(
            "\0",
            "\\u0000",
            "\\ud800",
            "\\udfff\\ud83d",
            "%00",
            "%ff",
            "%",
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "&",
            "=",
            "null",
            "-1e999",
            "99999999999999999999999",
            "\ufeff",
            "\u202e",
            "😀",
            "<script>",
            "' or '1'='1",
            "${7*7}",
            "{{hub.api-token}}",
            "\r\n");

    byte[] of(byte[] sample) {
      byte[] mutated = sample;
      for (int times = 1 + random.nextInt(3); times > 0; times--) {
        mutated = once(mutated);
      }
      return mutated;
    }

    private byte[] once(byte[] body) {
      if (body.length < 2) {
        return body;
      }
      int from = random.nextInt(body.length);
      int to = Math.min(body.length, from + 1 + random.nextInt(40));
      byte[] part = Arrays.copyOfRange(body, from, to);
      byte[] head = Arrays.copyOf(body, from);
      byte[] tail = Arrays.copyOfRange(body, to, body.length);
      return switch (random.nextInt(9)) {
        case 0 -> head;
        case 1 -> joined(head, tail);
        case 2 -> joined(head, part, part, tail);
        case 3 -> joined(head, utf8(INTRUDERS.get(random.nextInt(INTRUDERS.size()))), part, tail);
        case 4 -> {
          byte[] noise = new byte[1 + random.nextInt(8)];
          random.nextBytes(noise);
          yield joined(head, noise, tail);
        }
        case 5 -> new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16);
        case 6 -> new String(body, StandardCharsets.UTF_8).getBytes(StandardCharsets.ISO_8859_1);
        case 7 -> joined(head, utf8("x".repeat(1 + random.nextInt(100_000))), part, tail);
        default ->
            utf8(
                new String(body, StandardCharsets.UTF_8)
                    .replaceFirst("\"(\\w+)\":", "\"$1\":{},\"$1\":"));
      };
    }

    /** The classics. */
    List<byte[]> known() {
      return List.of(
          new byte[0],
          utf8("[".repeat(10_000)),
          utf8("[".repeat(10_000) + "]".repeat(10_000)),
          utf8("{\"entry\":".repeat(10_000) + "1" + "}".repeat(10_000)),
          utf8("{\"entry\":[" + "{},".repeat(100_000) + "{}]}"),
          utf8("\"" + "x".repeat(10 * 1024 * 1024) + "\""),
          utf8("a=b&".repeat(500_000)),
          utf8("null"),
          utf8("{\"from\":\"+66812345678\",\"body\":\"\\ud800\\u0000\"}"));
    }

    private static byte[] joined(byte[]... parts) {
      byte[] all = new byte[Stream.of(parts).mapToInt(part -> part.length).sum()];
      int at = 0;
      for (byte[] part : parts) {
        System.arraycopy(part, 0, all, at, part.length);
        at += part.length;
      }
      return all;
    }

    private static byte[] utf8(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }
}
