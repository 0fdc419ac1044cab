import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Plays Meta, Telegram, Google Sheets and a receiver of webhooks, each answering at once; /counts
 * tells how often each was asked.
 *
 * <p>java bench/Remotes.java port
 *
 * <p>With more arguments it also posts webhooks one by one, each when the one before has come out
 * at Telegram, and prints p50 and p95 of the time between in milliseconds:
 *
 * <p>java bench/Remotes.java port hub-address file-of-signed-posts warm-up count
 */
class Remotes {

  private static final String[] NAMES = {"graph", "telegram", "google", "crm"};
  private static final AtomicLong[] COUNTS = new AtomicLong[NAMES.length];
  private static final LinkedTransferQueue<Long> TOLD = new LinkedTransferQueue<>();

  public static void main(String[] args) throws Exception {
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 512);
    server.setExecutor(Executors.newFixedThreadPool(16));
    Arrays.setAll(COUNTS, i -> new AtomicLong());
    for (int i = 0; i < NAMES.length; i++) {
      int remote = i;
      server.createContext("/" + NAMES[i], exchange -> answer(exchange, remote));
    }
    server.createContext("/counts", exchange -> send(exchange, Arrays.toString(COUNTS)));
    server.start();
    if (args.length > 1) {
      latency(args[1], Path.of(args[2]), Integer.parseInt(args[3]), Integer.parseInt(args[4]));
      server.stop(0);
      System.exit(0);
    }
  }

  private static void answer(HttpExchange exchange, int remote) throws IOException {
    long count = COUNTS[remote].incrementAndGet();
    try (InputStream body = exchange.getRequestBody()) {
      body.readAllBytes();
    }
    switch (NAMES[remote]) {
      case "graph" ->
          send(
              exchange,
              "{\"messaging_product\":\"whatsapp\",\"messages\":[{\"id\":\"wamid.bench%d\"}]}"
                  .formatted(count));
      case "telegram" -> {
        TOLD.add(System.nanoTime());
        send(
            exchange,
            "{\"ok\":true,\"result\":{\"message_id\":%d,\"date\":1,\"chat\":{\"id\":1,\"type\":\"private\"}}}"
                .formatted(count));
      }
      case "google" ->
          send(exchange, "{\"updates\":{\"updatedRange\":\"A%d\"},\"range\":\"A1\"}".formatted(count));
      default -> send(exchange, "");
    }
  }

  private static void send(HttpExchange exchange, String answer) throws IOException {
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static void latency(String hub, Path posts, int warmUp, int count) throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    List<String> lines = Files.readAllLines(posts);
    double[] millis = new double[count];
    for (int i = 0; i < warmUp + count; i++) {
      String[] signed = lines.get(i).split("\t", 2);
      TOLD.clear();
      long sent = System.nanoTime();
      HttpResponse<Void> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(hub + "/webhook/whatsapp/meta"))
                  .header("Content-Type", "application/json")
                  .header("X-Hub-Signature-256", "sha256=" + signed[0])
                  .POST(HttpRequest.BodyPublishers.ofString(signed[1]))
                  .build(),
              HttpResponse.BodyHandlers.discarding());
      Long told = TOLD.poll(30, TimeUnit.SECONDS);
      if (answer.statusCode() != 200 || told == null) {
        throw new IllegalStateException("post " + i + " was answered with " + answer.statusCode()
            + (told == null ? " and never came out at Telegram" : ""));
      }
      if (i >= warmUp) {
        millis[i - warmUp] = (told - sent) / 1e6;
      }
    }
    Arrays.sort(millis);
    System.out.printf("%.1f %.1f%n", millis[count / 2], millis[(int) Math.ceil(count * 0.95) - 1]);
  }
}
