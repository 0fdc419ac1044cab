package io.leadhub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.leadhub.signature.Hmac;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The hub as a process of its own, with its embedded database, killed with -9 in the middle of its
 * work. {@code -Dcrash.messages=2000} makes it longer, {@code -Dcrash.seed=…} repeats a run.
 */
class CrashTest {

  private static final int MESSAGES = Integer.getInteger("crash.messages", 400);
  private static final long SEED = Long.getLong("crash.seed", System.nanoTime());
  private static final String SECRET = "crash-test-secret";
  private static final String WEBHOOK_KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Random random = new Random(SEED);
  private final World world = new World();
  private int port;
  private Process hub;
  @TempDir Path dataDirectory;

  @BeforeEach
  void start() throws Exception {
    port = freePort();
    startHub();
  }

  @AfterEach
  void stop() throws Exception {
    hub.destroy();
    hub.waitFor(60, TimeUnit.SECONDS);
    hub.destroyForcibly();
    world.stop();
  }

  @Test
  void nothingAcknowledgedIsLostOrDoubledWhenTheProcessIsKilled() throws Exception {
    createPartner();
    List<ObjectNode> messages = messages();
    List<String> posts = posts(messages);
    AtomicInteger acknowledged = new AtomicInteger();
    ExecutorService providers = Executors.newFixedThreadPool(8);
    List<Future<?>> sending = new ArrayList<>();
    for (String post : posts) {
      sending.add(
          providers.submit(
              () -> {
                postUntilAcknowledged(post);
                acknowledged.incrementAndGet();
              }));
    }

    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> acknowledged.get() > posts.size() / 2 && world.telegram.size() > 20);
    hub.destroyForcibly().waitFor();
    startHub();
    for (Future<?> one : sending) {
      one.get(3, TimeUnit.MINUTES);
    }
    providers.shutdown();

    await().atMost(Duration.ofMinutes(4)).until(this::allDelivered);
    Set<String> contacts = new HashSet<>();
    messages.forEach(message -> contacts.add("+" + message.path("from").asText()));
    List<JsonNode> leads = leads();
    assertThat(leads).extracting(lead -> lead.path("phone").asText()).hasSameElementsAs(contacts);
    assertThat(leads).hasSize(contacts.size());
    assertThat(leads.stream().mapToInt(lead -> lead.path("messageCount").asInt()).sum())
        .as("each acknowledged message is counted once")
        .isEqualTo(messages.size());
    Set<String> ids = new HashSet<>();
    leads.forEach(lead -> ids.add(lead.path("id").asText()));
    reached("Telegram", ids, world.telegram, 4);
    reached("WhatsApp", ids, world.replies, 4);
    reached("Google Sheets", ids, world.rows, 100);
    reached("the webhook's receiver", ids, world.webhooks, 4);
  }

  /** Each lead, and none twice but for what was in flight at the kill: at most {@code inFlight}. */
  private static void reached(
      String destination, Set<String> leads, Map<String, AtomicInteger> effects, int inFlight) {
    assertThat(effects.keySet()).as(destination).hasSameElementsAs(leads);
    int doubles = effects.values().stream().mapToInt(times -> times.get() - 1).sum();
    System.getLogger("CrashTest")
        .log(System.Logger.Level.INFO, destination + ": " + doubles + " doubles, seed " + SEED);
    assertThat(doubles).as("doubles at " + destination).isLessThanOrEqualTo(inFlight);
  }

  /** One in ten is a further message of somebody who wrote before. */
  private List<ObjectNode> messages() {
    List<ObjectNode> messages = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      int contact = i % 10 == 9 ? random.nextInt(i) : i;
      while (contact % 10 == 9) {
        contact--;
      }
      ObjectNode message = json.createObjectNode();
      message.put("from", "6681" + (1_000_000 + contact));
      message.put("id", "wamid.CRASH" + i);
      message.put("timestamp", "1790000000");
      message.put("type", "text");
      message.putObject("text").put("body", "Код: CRASH1. Сообщение " + i);
      messages.add(message);
    }
    return messages;
  }

  /** In batches of 1 to 20; one in ten of the messages comes a second time. */
  private List<String> posts(List<ObjectNode> messages) {
    List<ObjectNode> sent = new ArrayList<>(messages);
    sent.addAll(messages.subList(0, MESSAGES / 10));
    Collections.shuffle(sent, random);
    List<String> posts = new ArrayList<>();
    for (int from = 0; from < sent.size(); ) {
      int until = Math.min(from + 1 + random.nextInt(20), sent.size());
      posts.add(envelope(sent.subList(from, until)));
      from = until;
    }
    return posts;
  }

  private String envelope(List<ObjectNode> messages) {
    ObjectNode envelope = json.createObjectNode().put("object", "whatsapp_business_account");
    ObjectNode value =
        envelope
            .putArray("entry")
            .addObject()
            .put("id", "1")
            .putArray("changes")
            .addObject()
            .put("field", "messages")
            .putObject("value");
    value.put("messaging_product", "whatsapp");
    value.putObject("metadata").put("phone_number_id", "200000000000002");
    ArrayNode list = value.putArray("messages");
    messages.forEach(list::add);
    return envelope.toString();
  }

  /** As Meta does: what was not answered with 200 is posted again. */
  private void postUntilAcknowledged(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    HttpRequest post =
        HttpRequest.newBuilder(hub("/webhook/whatsapp/meta"))
            .timeout(Duration.ofSeconds(20))
            .header("Content-Type", "application/json")
            .header(
                "X-Hub-Signature-256",
                "sha256=" + Hmac.sha256(SECRET.getBytes(StandardCharsets.UTF_8)).hex(bytes))
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
            .build();
    await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> http.send(post, HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
  }

  private boolean allDelivered() throws Exception {
    for (String state : List.of("due", "running")) {
      if (!api("/api/deliveries?limit=1&state=" + state).path("items").isEmpty()) {
        return false;
      }
    }
    assertThat(api("/api/deliveries?state=dead").path("items")).isEmpty();
    return true;
  }

  private List<JsonNode> leads() throws Exception {
    List<JsonNode> leads = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = api("/api/leads?limit=500" + cursor);
      page.path("items").forEach(leads::add);
      cursor = page.path("next").isNull() ? null : "&cursor=" + page.path("next").asText();
    } while (cursor != null);
    return leads;
  }

  private JsonNode api(String path) throws Exception {
    HttpRequest get =
        HttpRequest.newBuilder(hub(path)).header("Authorization", "Bearer crash-token").build();
    return json.readTree(http.send(get, HttpResponse.BodyHandlers.ofByteArray()).body());
  }

  private void createPartner() throws Exception {
    HttpRequest post =
        HttpRequest.newBuilder(hub("/api/partners"))
            .header("Authorization", "Bearer crash-token")
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"code\":\"CRASH1\",\"name\":\"Crash\",\"locale\":\"en\",\"telegramChatId\":7}"))
            .build();
    assertThat(http.send(post, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(201);
  }

  private URI hub(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private void startHub() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            LeadHub.class.getName(),
            "--hub.webhooks[0].url=" + world.url() + "/webhook",
            "--hub.webhooks[0].secret=" + WEBHOOK_KEY,
            "--hub.meta.status-wait=1s");
    builder
        .environment()
        .putAll(
            Map.ofEntries(
                Map.entry("SERVER_PORT", Integer.toString(port)),
                Map.entry("HUB_DATA_DIR", dataDirectory.toString()),
                Map.entry("HUB_DB_URL", ""),
                Map.entry("HUB_API_TOKEN", "crash-token"),
                Map.entry("META_APP_SECRET", SECRET),
                Map.entry("META_ACCESS_TOKEN", "t"),
                Map.entry("META_BASE_URL", world.url() + "/meta"),
                Map.entry("TELEGRAM_BOT_TOKEN", "1:t"),
                Map.entry("TELEGRAM_BASE_URL", world.url() + "/telegram"),
                Map.entry("GOOGLE_SHEETS_ID", "sheet"),
                Map.entry("GOOGLE_SHEETS_BASE_URL", world.url())));
    builder.redirectErrorStream(true).redirectOutput(Path.of("target", "crash-test.log").toFile());
    hub = builder.start();
    await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .until(
            () -> {
              assertThat(hub.isAlive()).isTrue();
              return api("/actuator/health/readiness").path("status").asText().equals("UP");
            });
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** All remotes in one; counts for each lead id how often it was told. */
  private final class World {

    private static final Pattern LEAD_NUMBER = Pattern.compile("№ (\\d+)");

    final Map<String, AtomicInteger> telegram = new ConcurrentHashMap<>();
    final Map<String, AtomicInteger> replies = new ConcurrentHashMap<>();
    final Map<String, AtomicInteger> rows = new ConcurrentHashMap<>();
    final Map<String, AtomicInteger> webhooks = new ConcurrentHashMap<>();
    private final Set<String> webhookIds = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answers = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(16);

    World() {
      try {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      server.createContext("/telegram", this::telegram);
      server.createContext("/meta", this::meta);
      server.createContext("/v4", this::sheets);
      server.createContext("/webhook", this::webhook);
      server.setExecutor(threads);
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void stop() {
      server.stop(0);
      threads.shutdown();
    }

    private void telegram(HttpExchange call) throws IOException {
      count(telegram, numberIn(body(call).path("text").asText()));
      answer(
          call,
          "{\"ok\":true,\"result\":{\"message_id\":" + answers.incrementAndGet() + ",\"date\":1}}");
    }

    private void meta(HttpExchange call) throws IOException {
      count(replies, numberIn(body(call).path("text").path("body").asText()));
      answer(call, "{\"messages\":[{\"id\":\"wamid.OUT" + answers.incrementAndGet() + "\"}]}");
    }

    private void sheets(HttpExchange call) throws IOException {
      if (call.getRequestMethod().equals("GET")) {
        answer(call, "{\"range\":\"A1\",\"values\":[[\"Lead\"]]}");
        return;
      }
      body(call).path("values").forEach(row -> count(rows, row.path(0).asText()));
      answer(call, "{\"updates\":{\"updatedRange\":\"A2\"}}");
    }

    /** Drops a repeat by its id, as the standard asks of every receiver. */
    private void webhook(HttpExchange call) throws IOException {
      JsonNode event = body(call);
      boolean first = webhookIds.add(call.getRequestHeaders().getFirst("webhook-id"));
      if (first && event.path("type").asText().equals("lead.created")) {
        count(webhooks, event.path("data").path("id").asText());
      }
      answer(call, "");
    }

    private String numberIn(String text) {
      Matcher number = LEAD_NUMBER.matcher(text);
      return number.find() ? number.group(1) : "no number in: " + text;
    }

    private void count(Map<String, AtomicInteger> effects, String lead) {
      effects.computeIfAbsent(lead, id -> new AtomicInteger()).incrementAndGet();
    }

    private JsonNode body(HttpExchange call) throws IOException {
      InputStream raw = call.getRequestBody();
      boolean zipped = "gzip".equals(call.getRequestHeaders().getFirst("Content-Encoding"));
      return json.readTree((zipped ? new GZIPInputStream(raw) : raw).readAllBytes());
    }

    private void answer(HttpExchange call, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      call.getResponseHeaders().set("Content-Type", "application/json");
      call.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
      call.getResponseBody().write(bytes);
      call.close();
    }
  }
}
