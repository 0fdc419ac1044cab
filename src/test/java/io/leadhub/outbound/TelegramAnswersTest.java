package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.leadhub.durable.RejectException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.telegram.TelegramException;
import org.apache.camel.component.telegram.model.MessageResult;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TelegramAnswersTest {

  private static final String TOKEN = "123456:T0P-secret";
  private static final String DONE =
      "{\"ok\":true,\"result\":{\"message_id\":133,\"chat\":{\"id\":42},\"date\":1790000000}}";
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final CountDownLatch testIsOver = new CountDownLatch(1);
  private final Queue<JsonNode> posted = new ConcurrentLinkedQueue<>();
  private HttpServer telegram;

  @BeforeEach
  void startTelegram() throws IOException {
    telegram = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    telegram.setExecutor(workers);
    telegram.start();
  }

  @AfterEach
  void stopTelegram() {
    testIsOver.countDown();
    telegram.stop(0);
    workers.shutdownNow();
  }

  @Test
  void anAnswerThatSaysItIsDoneReachesTheProducerInItsWords() throws IOException {
    answers(200, DONE);
    assertThat(new String(send(LONG).body().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(DONE.replace("\"result\"", "\"message\""));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 401, 403, 404, 409, 429, 500, 502})
  void anAnswerThatIsNoSuccessFailsWithItsStatusAndItsWords(int status) {
    answers(status, "{\"ok\":false,\"error_code\":" + status + "}");
    assertThatThrownBy(() -> send(LONG))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            TelegramException.class,
            failure -> {
              assertThat(failure.getHttpResponseCode()).isEqualTo(status);
              assertThat(failure.getHttpResponseStatus()).contains("\"error_code\":" + status);
              assertThat(failure).hasMessage("Telegram answered HTTP " + status);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"ok\":false,\"error_code\":400}",
        "<html>Welcome to the hotel's Wi-Fi</html>",
        "{}",
        "[true]",
        "true",
        "null",
        "{\"ok\":true"
      })
  void aSuccessThatDoesNotSayItIsDoneFails(String body) {
    answers(200, body);
    assertThatThrownBy(() -> send(LONG))
        .isInstanceOf(CompletionException.class)
        .hasRootCauseInstanceOf(IOException.class)
        .hasRootCauseMessage("Telegram's answer does not say that it is done");
  }

  @Test
  void silenceFails() {
    telegram.createContext("/", exchange -> waitForTheEnd());
    assertThatThrownBy(() -> send(SHORT)).hasCauseInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void anAnswerThatNeverEndsFails() {
    telegram.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, DONE.length());
          exchange.getResponseBody().write(DONE.charAt(0));
          exchange.getResponseBody().flush();
          waitForTheEnd();
        });
    assertThatThrownBy(() -> send(SHORT)).hasCauseInstanceOf(HttpTimeoutException.class);
  }

  @Test
  void noConnectionFails() {
    telegram.stop(0);
    assertThatThrownBy(() -> send(LONG)).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void noFailureTellsTheTokenThatIsPartOfTheAddress() {
    answers(200, "");
    assertThat(catchThrowable(() -> send(LONG))).satisfies(this::keepsTheSecret);
    telegram.removeContext("/");
    answers(401, "{\"ok\":false}");
    assertThat(catchThrowable(() -> send(LONG))).satisfies(this::keepsTheSecret);
    telegram.removeContext("/");
    telegram.createContext("/", exchange -> waitForTheEnd());
    assertThat(catchThrowable(() -> send(SHORT))).satisfies(this::keepsTheSecret);
    telegram.stop(0);
    assertThat(catchThrowable(() -> send(LONG))).satisfies(this::keepsTheSecret);
  }

  @Test
  void messagesSentAtOnceArriveEachWithItsOwnTextAndChat() throws Exception {
    telegram.createContext(
        "/bot" + TOKEN + "/sendMessage",
        exchange -> {
          posted.add(json.readTree(exchange.getRequestBody()));
          answer(exchange, 200, DONE);
        });
    int messages = 200;
    try (DefaultCamelContext camel = camel()) {
      ProducerTemplate producer = camel.createProducerTemplate();
      CountDownLatch together = new CountDownLatch(1);
      List<CompletableFuture<Object>> sent =
          IntStream.range(0, messages)
              .mapToObj(
                  i ->
                      CompletableFuture.supplyAsync(
                          () -> {
                            awaitQuietly(together);
                            return tell(producer, i, text(i));
                          },
                          workers))
              .toList();
      together.countDown();
      for (CompletableFuture<Object> one : sent) {
        assertThat(one.get(1, TimeUnit.MINUTES)).isInstanceOf(MessageResult.class);
      }
    }
    assertThat(posted)
        .extracting(
            message -> message.path("chat_id").asText(), message -> message.path("text").asText())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, messages).mapToObj(i -> tuple("" + i, text(i))).toList());
  }

  @Test
  void aRefusedMessageFailsItsRouteAndIsNoSuccess() {
    answers(403, "{\"ok\":false,\"error_code\":403,\"description\":\"bot was blocked\"}");
    ErrorTable table = new ErrorTable();
    table.setReject("403");
    try (DefaultCamelContext camel = camel()) {
      Throwable failure = catchThrowable(() -> tell(camel.createProducerTemplate(), 42, "Hello"));
      assertThat(failure).isInstanceOf(CamelExecutionException.class);
      assertThat(table.classify(failure))
          .isInstanceOf(RejectException.class)
          .hasMessage("The remote answered HTTP 403, code 403: bot was blocked");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(int i) {
    return ("Lead " + i + " · ").repeat(1 + i % 40);
  }

  private static Object tell(ProducerTemplate producer, int chat, String text) {
    return producer.requestBodyAndHeaders(
        "telegram:bots", text, Map.of("CamelTelegramChatId", Integer.toString(chat)));
  }

  private DefaultCamelContext camel() {
    SafeTelegramComponent component = new SafeTelegramComponent();
    component.setBaseUri(address());
    component.setAuthorizationToken(TOKEN);
    DefaultCamelContext camel = new DefaultCamelContext();
    camel.addComponent("telegram", component);
    camel.start();
    return camel;
  }

  private void keepsTheSecret(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain(TOKEN).doesNotContain("/bot");
    }
  }

  private String address() {
    return "http://127.0.0.1:" + telegram.getAddress().getPort();
  }

  private HttpResponse<InputStream> send(Duration patience) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address() + "/bot" + TOKEN + "/sendMessage"))
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    return new TelegramAnswers(patience)
        .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
        .join();
  }

  private void answers(int status, String body) {
    telegram.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          answer(exchange, status, body);
        });
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void waitForTheEnd() {
    awaitQuietly(testIsOver);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
