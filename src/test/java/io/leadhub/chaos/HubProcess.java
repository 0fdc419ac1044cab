package io.leadhub.chaos;

import static org.awaitility.Awaitility.await;

import io.leadhub.LeadHub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One node: a hub in a process of its own, that signals and kills reach. Keeps its port and data.
 */
final class HubProcess {

  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** All of a node's memory that is not flat ends at this. */
  private static final String HEAP = "-Xmx256m";

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String name;
  private final int port = freePort();
  private final Path directory;
  private final Path log;
  private final Map<String, String> environment;
  private Process process;

  /**
   * @param name of its directory, below {@code target/chaos}
   */
  HubProcess(String name, Map<String, String> environment) {
    this.name = name;
    this.directory = Path.of("target", "chaos", name).toAbsolutePath();
    this.log = directory.resolve("hub.log");
    this.environment = environment;
    try {
      Files.createDirectories(directory);
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  /** Its environment, from the next launch on. */
  Map<String, String> settings() {
    return environment;
  }

  HubProcess launch() {
    return launch(LeadHub.class, Map.of());
  }

  /** It will kill itself the {@code at}th time it is there. */
  HubProcess launch(KillPoint point, int at) {
    return launch(
        HubWithKillPoints.class,
        Map.of("CHAOS_KILL_POINT", point.name(), "CHAOS_KILL_AT", Integer.toString(at)));
  }

  private HubProcess launch(Class<?> main, Map<String, String> more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> settings = new HashMap<>(environment);
    settings.putAll(more);
    settings.put("SERVER_PORT", Integer.toString(port));
    settings.put("HUB_DATA_DIR", directory.resolve("data").toString());
    builder.environment().keySet().removeIf(key -> key.startsWith("HUB_"));
    builder.environment().putAll(settings);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Ready for traffic, or already dead where it was to kill itself. */
  HubProcess awaitReady() {
    await(name + " is ready, see " + log)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> !process.isAlive() || isReady());
    return this;
  }

  private boolean isReady() throws IOException, InterruptedException {
    HttpRequest readiness =
        HttpRequest.newBuilder(url("/actuator/health/readiness"))
            .timeout(Duration.ofSeconds(5))
            .build();
    return http.send(readiness, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
  }

  /** And did not end for another reason. */
  void checkThatItKilledItself() {
    if (process.exitValue() != HubWithKillPoints.KILLED) {
      throw new AssertionError(name + " ended with " + process.exitValue() + ", see " + log);
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** {@code kill -9}. */
  void kill() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  /**
   * {@code kill -TERM}.
   *
   * @return how long it took to end
   */
  Duration terminate() {
    long begin = System.nanoTime();
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(name + " does not end, see " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Of its last life, as the system reports it. */
  int exitValue() {
    return process.exitValue();
  }

  /** {@code kill -STOP}: it does not know that it stands still. */
  void hold() {
    Signals.send("STOP", process.pid());
  }

  void goOn() {
    Signals.send("CONT", process.pid());
  }

  URI url(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  int port() {
    return port;
  }

  /** Files of webhooks that it keeps until the database takes them, and of those it never will. */
  List<String> spool() {
    Path spool = directory.resolve("data").resolve("spool");
    if (!Files.exists(spool)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(spool)) {
      return files.map(Path::toString).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything it said, over all its lives. */
  List<String> log() {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resident memory in MB, as the system counts it; 0 where it does not tell. */
  long residentMegabytes() {
    try {
      Matcher rss =
          Pattern.compile("VmRSS:\\s+(\\d+) kB")
              .matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status")));
      return rss.find() ? Long.parseLong(rss.group(1)) / 1024 : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** The sum of what it measures under this name; 0 when it measures nothing so. */
  double metric(String name) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(url("/actuator/prometheus"))
              .timeout(Duration.ofSeconds(10))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What its heap holds when all that is not needed any more is thrown away, in MB. */
  long liveMegabytes() {
    try {
      Process histogram =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(process.pid()),
                  "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      String told = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher total = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)").matcher(told);
      if (!total.find()) {
        throw new IllegalStateException("jcmd told no total: " + told);
      }
      return Long.parseLong(total.group(1)) / 1024 / 1024;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
