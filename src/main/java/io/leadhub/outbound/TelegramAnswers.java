package io.leadhub.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.apache.camel.component.telegram.TelegramException;

/**
 * The HTTP client that Camel's Telegram producer gets. The producer takes any answer for a success
 * and waits for ever; here an answer that is not {@code {"ok":true,…}} fails the call, and so does
 * silence. No message quotes the address: the bot's token is part of it.
 */
final class TelegramAnswers extends HttpClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
  private final ObjectMapper json = new ObjectMapper();
  private final Duration patience;

  /**
   * @param patience how long an answer may take, to its last byte
   */
  TelegramAnswers(Duration patience) {
    this.patience = patience;
  }

  /** The producer asks for a stream; it gets one that was read to the end. */
  @Override
  @SuppressWarnings("unchecked")
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> stream) {
    CompletableFuture<HttpResponse<byte[]>> asked =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    CompletableFuture<HttpResponse<byte[]>> inTime =
        asked.copy().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    return inTime
        .exceptionally(
            failure -> {
              asked.cancel(true);
              throw failed(failure);
            })
        .thenApply(answer -> (HttpResponse<T>) new Reread(answer, stream(answer)));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      HttpResponse.BodyHandler<T> stream,
      HttpResponse.PushPromiseHandler<T> pushes) {
    return sendAsync(request, stream);
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    throw new UnsupportedOperationException("the producer sends asynchronously");
  }

  /** An answer too late is told as the HTTP client would tell it. */
  private static CompletionException failed(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return new CompletionException(
        cause instanceof TimeoutException
            ? new HttpTimeoutException("Telegram did not answer in time")
            : cause);
  }

  private InputStream stream(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    if (status / 100 != 2) {
      String text = new String(answer.body(), StandardCharsets.UTF_8);
      throw new TelegramException("Telegram answered HTTP " + status, status, text);
    }
    try {
      JsonNode told = json.readTree(answer.body());
      if (told.path("ok").asBoolean()) {
        return new ByteArrayInputStream(json.writeValueAsBytes(inCamelsWords(told)));
      }
    } catch (IOException e) {
      // Not even JSON: it does not say that it is done.
    }
    throw new CompletionException(
        new IOException("Telegram's answer does not say that it is done"));
  }

  /**
   * Camel reads a message under "result" with a mapper made for it alone, one under "message" not.
   */
  private static JsonNode inCamelsWords(JsonNode answer) {
    if (answer instanceof ObjectNode object && object.path("result").isObject()) {
      object.set("message", object.remove("result"));
    }
    return answer;
  }

  /** The answer with its body still to be read. */
  private record Reread(HttpResponse<byte[]> answer, InputStream body)
      implements HttpResponse<InputStream> {

    @Override
    public int statusCode() {
      return answer.statusCode();
    }

    @Override
    public HttpRequest request() {
      return answer.request();
    }

    @Override
    public Optional<HttpResponse<InputStream>> previousResponse() {
      return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
      return answer.headers();
    }

    @Override
    public Optional<SSLSession> sslSession() {
      return answer.sslSession();
    }

    @Override
    public URI uri() {
      return answer.uri();
    }

    @Override
    public Version version() {
      return answer.version();
    }
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }
}
