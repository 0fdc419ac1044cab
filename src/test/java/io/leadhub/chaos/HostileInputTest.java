package io.leadhub.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever holds the keys may still post anything: it is refused or kept, and harms nobody. */
@Chaos
class HostileInputTest {

  private static final int MUTATED = Summary.LONG ? 10_000 : 100;
  private static final int SLOW_CLIENTS = 30;

  private static final List<String> PROVIDERS =
      List.of("meta", "twilio", "360dialog", "wati", "generic");

  /** As the hub has it: what is larger is refused. */
  private static final int LARGEST_BODY = 3 * 1024 * 1024;

  /** All of the heap is there from the start: what grows then grows beside it. */
  private static final String WHOLE_HEAP = "-Xms256m -XX:+AlwaysPreTouch";

  /** Buffers, code and threads of the later providers, that the first did not need. */
  private static final long MOST_GROWN_BESIDE_THE_HEAP = 96;

  /** Caches, and what was just being done. */
  private static final long MOST_GROWN_IN_THE_HEAP = 96;

  /** What is told of a step that did not expect what it got. */
  private static final String OUR_FAULT =
      "NullPointer|ClassCast|IndexOutOfBounds|StackOverflow|OutOfMemory|NegativeArraySize";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Random random = new Random(Summary.SEED);
  private final Cluster cluster = new Cluster("hostile", 1);
  private final Mutations mutations = new Mutations(random);

  @BeforeEach
  void start() {
    cluster.node().settings().put("JAVA_TOOL_OPTIONS", WHOLE_HEAP);
    cluster.start();
    cluster.remotes.statusesOfMeta(status -> {}); // they would be counted as posts
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void whateverIsPostedIsRefusedOrKeptAndHarmsNobody() throws Exception {
    List<Long> resident = new ArrayList<>();
    List<Long> live = new ArrayList<>();
    History.Message last;
    try (SlowClients slow = new SlowClients(cluster.node())) {
      for (String provider : PROVIDERS) {
        List<Posts.Post> posts = new ArrayList<>();
        List<byte[]> samples = samples(provider);
        for (int i = 0; i < MUTATED; i++) {
          byte[] sample = samples.get(random.nextInt(samples.size()));
          posts.add(new Posts.Post(provider, mutations.of(sample)));
        }
        mutations.known().forEach(body -> posts.add(new Posts.Post(provider, body)));
        Map<Integer, Integer> answers = answers(posts);
        live.add(cluster.node().liveMegabytes());
        resident.add(cluster.node().residentMegabytes());
        Summary.row(
            "Hostile posts of " + provider + ", signed, with " + SLOW_CLIENTS + " slow clients",
            posts.size() + " posts",
            "answered %s, everything answered with 200 is kept; %d MB resident, %d MB of it live in the heap"
                .formatted(answers, resident.get(resident.size() - 1), live.get(live.size() - 1)));
      }
      last = cluster.customers.write("meta");
      await("a customer is answered beside slow clients, seed " + Summary.SEED)
          .atMost(HubProcess.PATIENCE)
          .until(() -> cluster.customers.unanswered() == 0);
      slow.checkThatTheyGoOn();
    }
    nothingIsOnItsWay();
    checkThatItReachedEverybody(last);
    assertThat(cluster.node().log())
        .as("what nobody handled, seed " + Summary.SEED)
        .noneMatch(
            line ->
                line.matches(
                    ".*(Exception in thread|OutOfMemory|StackOverflow|could not be kept|"
                        + "Servlet\\.service\\(\\)).*"));
    assertThat(
            cluster.query(
                "select concat(topic, ' ', subscriber, ': ', last_error) from deliveries"
                    + " where last_error rlike '%s' limit 10".formatted(OUR_FAULT),
                row -> row.getString(1)))
        .as("what no step expected, seed " + Summary.SEED)
        .isEmpty();
    assertThat(grown(resident))
        .as("MB resident: " + resident)
        .isLessThan(MOST_GROWN_BESIDE_THE_HEAP);
    assertThat(grown(live)).as("MB live: " + live).isLessThan(MOST_GROWN_IN_THE_HEAP);
  }

  /** Since the first provider, for which everything had to be loaded. */
  private static long grown(List<Long> megabytes) {
    return Collections.max(megabytes) - megabytes.get(0);
  }

  /** All that the node took is done or dead. */
  private void nothingIsOnItsWay() {
    await("nothing is on its way, seed " + Summary.SEED)
        .atMost(Duration.ofMinutes(15))
        .until(
            () ->
                cluster.count("select count(*) from deliveries where state in ('due', 'running')")
                    == 0);
  }

  /** The node still does its work. */
  private void checkThatItReachedEverybody(History.Message message) {
    List<Long> leads =
        cluster.query(
            "select lead_id from messages where provider = '%s' and provider_message_id = '%s'"
                .formatted(message.provider(), message.id()),
            row -> row.getLong(1));
    assertThat(leads).as("messages of the last customer, seed " + Summary.SEED).hasSize(1);
    String lead = "lead/" + leads.get(0);
    assertThat(cluster.history.effects())
        .as("what was done for the last customer, seed " + Summary.SEED)
        .filteredOn(effect -> effect.key().matches(lead + "( .*)?"))
        .extracting(History.Effect::destination)
        .containsExactlyInAnyOrder(
            Destination.TELEGRAM, Destination.SHEETS, Destination.META, Destination.WEBHOOK);
  }

  /**
   * How often which status: what is not too large is taken, and what was taken is in the journal.
   */
  private Map<Integer, Integer> answers(List<Posts.Post> posts) throws Exception {
    long before = webhooks();
    ExecutorService senders = Executors.newFixedThreadPool(8);
    Map<Integer, Integer> answers = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    try {
      List<Callable<Integer>> calls =
          posts.stream().<Callable<Integer>>map(post -> () -> status(post)).toList();
      List<Future<Integer>> answered = senders.invokeAll(calls);
      for (int i = 0; i < posts.size(); i++) {
        int status = answered.get(i).get();
        answers.merge(status, 1, Integer::sum);
        if (status != (posts.get(i).body().length > LARGEST_BODY ? 413 : 200)) {
          wrong.add(status + " to " + words(posts.get(i)));
        }
      }
    } finally {
      senders.shutdown();
    }
    assertThat(wrong).as("seed " + Summary.SEED).isEmpty();
    assertThat(webhooks() - before).isEqualTo((long) answers.get(200));
    return answers;
  }

  private static String words(Posts.Post post) {
    byte[] begin = Arrays.copyOf(post.body(), Math.min(post.body().length, 1_000));
    return "%s, %d bytes: %s"
        .formatted(
            post.provider(),
            post.body().length,
            new String(begin, StandardCharsets.ISO_8859_1).replaceAll("\\p{Cntrl}", "?"));
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

  /**
   * Connections that begin a request and go on a byte at a time, some in its head and some in its
   * body; one that the node closes is opened anew.
   */
  private static final class SlowClients implements AutoCloseable {

    private static final long PAUSE_MILLIS = 500;

    private final HubProcess node;
    private final Socket[] sockets = new Socket[SLOW_CLIENTS];
    private final AtomicLong bytes = new AtomicLong();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    SlowClients(HubProcess node) {
      this.node = node;
      clock.scheduleWithFixedDelay(this::goOn, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void goOn() {
      for (int i = 0; i < sockets.length; i++) {
        try {
          if (sockets[i] == null) {
            sockets[i] = begun(i);
          }
          sockets[i].getOutputStream().write('x');
          bytes.incrementAndGet();
        } catch (IOException e) {
          close(sockets[i]);
          sockets[i] = null;
        }
      }
    }

    private Socket begun(int number) throws IOException {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
      String begin = "POST /webhook/whatsapp/meta HTTP/1.1\r\nHost: localhost\r\n";
      String rest = number % 2 == 0 ? "X-Slow: " : "Content-Length: 1000\r\n\r\n{";
      socket.getOutputStream().write((begin + rest).getBytes(StandardCharsets.US_ASCII));
      return socket;
    }

    /** All of them, once more. */
    void checkThatTheyGoOn() {
      long before = bytes.get();
      await("slow clients go on").until(() -> bytes.get() - before > SLOW_CLIENTS);
    }

    @Override
    public void close() throws InterruptedException {
      clock.shutdownNow();
      clock.awaitTermination(1, TimeUnit.MINUTES);
      Stream.of(sockets).forEach(SlowClients::close);
    }

    private static void close(Socket socket) {
      try {
        if (socket != null) {
          socket.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What happens to a post on its way through a hostile world. */
  private record Mutations(Random random) {

    /** In JSON, or in a form. */
    private static final Pattern NAME = Pattern.compile("\"\\w+\":|(?<=^|&)\\w+=");

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
        default -> twice(new String(body, StandardCharsets.UTF_8));
      };
    }

    /** A key or a field comes once more, with another value. */
    private byte[] twice(String body) {
      List<MatchResult> names = NAME.matcher(body).results().toList();
      if (names.isEmpty()) {
        return utf8(body);
      }
      MatchResult one = names.get(random.nextInt(names.size()));
      String again = one.group() + (one.group().startsWith("\"") ? "{}," : "another&");
      return utf8(body.substring(0, one.start()) + again + body.substring(one.start()));
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
