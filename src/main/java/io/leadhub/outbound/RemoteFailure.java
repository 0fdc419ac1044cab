package io.leadhub.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.auth.oauth2.TokenResponseException;
import com.google.api.client.http.HttpResponseException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.component.telegram.TelegramException;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * What a remote answered when it did not do as asked, whichever client heard it.
 *
 * @param status HTTP status
 * @param code the remote's own code for it, or null
 * @param message the remote's own words, or null
 * @param retryAfter how long it asks us to wait, or null
 */
record RemoteFailure(int status, String code, String message, Duration retryAfter) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @return empty when no remote answered, as after a time-out
   */
  static Optional<RemoteFailure> of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpOperationFailedException http) {
        return Optional.of(of(http));
      }
      if (cause instanceof TelegramException telegram && telegram.getHttpResponseCode() > 0) {
        return Optional.of(of(telegram));
      }
      if (cause instanceof TokenResponseException token) {
        String code = token.getDetails() == null ? null : token.getDetails().getError();
        return Optional.of(new RemoteFailure(token.getStatusCode(), code, null, null));
      }
      // 0: what came was no HTTP.
      if (cause instanceof HttpResponseException google && google.getStatusCode() > 0) {
        return Optional.of(of(google));
      }
    }
    return Optional.empty();
  }

  /** Meta says {@code {"error":{"code","message"}}}, Twilio {@code {"code","message"}}. */
  private static RemoteFailure of(HttpOperationFailedException answer) {
    JsonNode body = parse(answer.getResponseBody());
    JsonNode error = body.path("error").isObject() ? body.path("error") : body;
    return new RemoteFailure(
        answer.getStatusCode(),
        text(error.path("code")),
        text(error.path("message")),
        seconds(retryAfter(answer.getResponseHeaders())));
  }

  /** Header names have no case; HTTP/2 and proxies write them small. */
  private static String retryAfter(Map<String, String> headers) {
    return headers == null
        ? null
        : headers.entrySet().stream()
            .filter(header -> "Retry-After".equalsIgnoreCase(header.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(null);
  }

  /** Telegram's own code counts, see core.telegram.org/bots/api "Making requests". */
  private static RemoteFailure of(TelegramException answer) {
    JsonNode body = parse(answer.getHttpResponseStatus());
    return new RemoteFailure(
        answer.getHttpResponseCode(),
        text(body.path("error_code")),
        text(body.path("description")),
        seconds(text(body.path("parameters").path("retry_after"))));
  }

  /**
   * Google's client gives what is inside {@code {"error":{…}}} where it could read the answer; the
   * token server says {@code {"error":"invalid_grant"}}.
   */
  private static RemoteFailure of(HttpResponseException answer) {
    JsonNode body = parse(answer.getContent());
    JsonNode error = body.has("error") ? body.path("error") : body;
    return new RemoteFailure(
        answer.getStatusCode(),
        text(error.isTextual() ? error : error.path("status")),
        text(error.path("message")),
        seconds(answer.getHeaders().getRetryAfter()));
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body == null ? "" : body);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  private static String text(JsonNode node) {
    return node.isValueNode() ? node.asText() : null;
  }

  /** Only the form in seconds: none of our remotes is known to send a date. */
  private static Duration seconds(String value) {
    return value != null && value.matches("\\d{1,9}")
        ? Duration.ofSeconds(Long.parseLong(value))
        : null;
  }
}
