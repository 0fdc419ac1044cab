package io.leadhub.outbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.auth.oauth2.TokenResponseException;
import com.google.api.client.http.HttpResponseException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.component.telegram.TelegramException;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * What a remote answered when it did not do as asked, whichever client heard it.
 *
 * @param status HTTP status
 * @param code the remote's own code for it, or null
 * @param message the remote's own words, or null
 * @param isTransient whether it says itself that this will pass
 * @param retryAfter how long it asks us to wait, or null
 * @param migrateToChatId the Telegram chat that has taken the place of the one written to, or null
 */
record RemoteFailure(
    int status,
    String code,
    String message,
    boolean isTransient,
    Duration retryAfter,
    Long migrateToChatId) {

  /** Longer is no throttling but a mistake, and would be a delivery that nobody sees again. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private static final ObjectMapper JSON = new ObjectMapper();

  private RemoteFailure(
      int status, String code, String message, boolean isTransient, Duration retryAfter) {
    this(status, code, message, isTransient, retryAfter, null);
  }

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
        return Optional.of(new RemoteFailure(token.getStatusCode(), code, null, false, null));
      }
      // 0: what came was no HTTP.
      if (cause instanceof HttpResponseException google && google.getStatusCode() > 0) {
        return Optional.of(of(google));
      }
    }
    return Optional.empty();
  }

  /**
   * Meta says {@code {"error":{"code","message"}}}, Twilio {@code {"code","message"}}, 360dialog
   * {@code {"meta":{"http_code","developer_message"}}} where it does not pass on what Meta said,
   * Wati {@code {"result":false,"info"}} or {@code "message"}, for a template {@code
   * {"receivers":[{"errors":[{"error"}]}]}}.
   */
  private static RemoteFailure of(HttpOperationFailedException answer) {
    JsonNode body = parse(answer.getResponseBody());
    JsonNode error =
        Stream.of(body.path("error"), body.path("meta"), body.at("/receivers/0/errors/0"))
            .filter(JsonNode::isObject)
            .findFirst()
            .orElse(body);
    return new RemoteFailure(
        answer.getStatusCode(),
        text(error.path("code")),
        Stream.of("message", "developer_message", "developerMessage", "info", "error")
            .map(name -> text(error.path(name)))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null),
        error.path("is_transient").asBoolean(),
        wait(retryAfter(answer.getResponseHeaders())));
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
        false,
        wait(text(body.path("parameters").path("retry_after"))),
        number(body.path("parameters").path("migrate_to_chat_id")));
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
        false,
        wait(answer.getHeaders().getRetryAfter()));
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body == null ? "" : body);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  private static String text(JsonNode node) {
    return node.isValueNode() && !node.isNull() ? node.asText() : null;
  }

  private static Long number(JsonNode node) {
    return node.canConvertToLong() && node.isIntegralNumber() ? node.asLong() : null;
  }

  /** Retry-After in either of its forms, seconds or a date. */
  private static Duration wait(String value) {
    Duration told;
    if (value == null) {
      return null;
    } else if (value.matches("\\d{1,9}")) {
      told = Duration.ofSeconds(Long.parseLong(value));
    } else {
      told = until(value);
    }
    return told != null && told.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : told;
  }

  /** Null when the text is no date; nothing to wait for when it is over. */
  private static Duration until(String date) {
    try {
      Instant then = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
      Duration wait = Duration.between(Instant.now(), then);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
