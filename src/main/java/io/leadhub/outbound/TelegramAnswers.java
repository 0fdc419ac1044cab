package io.leadhub.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
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
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
  private final ObjectMapper json = new ObjectMapper();

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    return client.sendAsync(withTimeout(request), handler).thenApply(this::checked);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      HttpResponse.PushPromiseHandler<T> pushes) {
    return client.sendAsync(withTimeout(request), handler, pushes).thenApply(this::checked);
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    return client.send(withTimeout(request), handler);
  }

  private static HttpRequest withTimeout(HttpRequest request) {
    return HttpRequest.newBuilder(request, (name, value) -> true).timeout(ANSWER_TIMEOUT).build();
  }

  @SuppressWarnings("unchecked")
  private <T> HttpResponse<T> checked(HttpResponse<T> answer) {
    if (!(answer.body() instanceof InputStream stream)) {
      return answer;
    }
    try (stream) {
      byte[] body = stream.readAllBytes();
      int status = answer.statusCode();
      if (status / 100 != 2) {
        String text = new String(body, StandardCharsets.UTF_8);
        throw new TelegramException("Telegram answered HTTP " + status, status, text);
      }
      JsonNode parsed = json.readTree(body);
      if (parsed == null || !parsed.path("ok").asBoolean()) {
        throw new IOException("Telegram's answer does not say that it is done");
      }
      return (HttpResponse<T>)
          new Reread((HttpResponse<InputStream>) answer, new ByteArrayInputStream(body));
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** The answer with its body still to be read. */
  private record Reread(HttpResponse<InputStream> answer, InputStream body)
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
      return answer.previousResponse();
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
