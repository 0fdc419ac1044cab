package io.leadhub.outbound;

import io.leadhub.durable.DeliveryException;
import io.leadhub.durable.OutcomeClassifier;
import io.leadhub.durable.PauseException;
import io.leadhub.durable.ReconcileException;
import io.leadhub.durable.RejectException;
import io.leadhub.durable.RetryAtException;
import io.leadhub.durable.RetryException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLHandshakeException;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import org.apache.hc.client5.http.ConnectTimeoutException;

/**
 * What the answers of one remote mean. The lists stand in {@code routes/errors.camel.yaml}: the
 * remote's own codes ({@code 131047}, {@code 200-299}, {@code invalid_grant}) and, where no code is
 * listed, words of its message in small letters ({@code ~rate limit}), {@code transient} where the
 * remote itself says that the failure will pass, and HTTP statuses ({@code HTTP 429}, {@code HTTP
 * 5xx}).
 */
public final class ErrorTable implements OutcomeClassifier {

  private static final int LONGEST_REASON = 500;

  private String remote = "The remote";
  private List<String> retryAt = List.of();
  private List<String> retry = List.of();
  private List<String> reconcile = List.of();
  private List<String> reject = List.of();
  private List<String> pause = List.of();
  private List<String> outsideWindow = List.of();

  @Override
  public DeliveryException classify(Throwable failure) {
    Optional<RemoteFailure> answer = RemoteFailure.of(failure);
    if (answer.isPresent()) {
      return classify(answer.get(), failure);
    }
    return withoutAnswer(failure);
  }

  /**
   * Whether the remote refused because the customer's last message is too old for free text: a
   * template may still go out.
   */
  public boolean isOutsideWindow(Throwable failure) {
    return classify(failure) instanceof RejectException
        && RemoteFailure.of(failure)
            .map(
                answer ->
                    isOutsideWindow(answer.code())
                        || outsideWindow.stream().anyMatch(entry -> says(answer, entry)))
            .orElse(false);
  }

  /** The same of a code that came later, in a status; null never is. */
  public boolean isOutsideWindow(String code) {
    return code != null && lists(outsideWindow, code);
  }

  /**
   * What a code means that came later, in a status: the remote had taken the work and did not do
   * it.
   *
   * @param code null where the status told none
   * @param reason for people to read
   * @return {@link RejectException} where the code is not listed: nobody knows that it will pass
   */
  public DeliveryException toldLater(String code, String reason) {
    List<Predicate<String>> signs = List.of(entry -> code != null && names(entry, code));
    DeliveryException told = outcome(signs, reason, null, null);
    return told == null ? new RejectException(reason) : told;
  }

  private DeliveryException classify(RemoteFailure answer, Throwable failure) {
    String reason = describe(answer);
    List<Predicate<String>> signs = new ArrayList<>();
    if (answer.code() != null) {
      signs.add(entry -> names(entry, answer.code()));
    }
    signs.add(entry -> says(answer, entry));
    if (answer.isTransient()) {
      signs.add(entry -> entry.equals("transient"));
    }
    signs.add(entry -> entry.equals("HTTP " + answer.status()));
    signs.add(entry -> entry.equals("HTTP " + answer.status() / 100 + "xx"));
    DeliveryException outcome = outcome(signs, reason, answer.retryAfter(), failure);
    return outcome == null ? new RetryException(reason, failure) : outcome;
  }

  /** By the first sign that is in one of the lists; null where none is. */
  private DeliveryException outcome(
      List<Predicate<String>> signs, String reason, Duration wait, Throwable failure) {
    for (Predicate<String> sign : signs) {
      if (retryAt.stream().anyMatch(sign)) {
        return new RetryAtException(reason, wait, failure);
      }
      if (retry.stream().anyMatch(sign)) {
        return new RetryException(reason, failure);
      }
      if (reconcile.stream().anyMatch(sign)) {
        return new ReconcileException(reason, failure);
      }
      if (reject.stream().anyMatch(sign)) {
        return new RejectException(reason, failure);
      }
      if (pause.stream().anyMatch(sign)) {
        return new PauseException(reason, failure);
      }
    }
    return null;
  }

  /** Where a remote has no code for it, words of its stand in a list, after a ~. */
  private static boolean says(RemoteFailure answer, String entry) {
    return entry.startsWith("~")
        && answer.message() != null
        && answer.message().toLowerCase(Locale.ROOT).contains(entry.substring(1));
  }

  /** Whether the request was sent tells whether the work may have been done. */
  private DeliveryException withoutAnswer(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonQueryException) {
        return new RejectException(
            "The mapping for " + remote + " can't make a request of this: " + cause.getMessage(),
            failure);
      }
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof ConnectTimeoutException
          || cause instanceof HttpConnectTimeoutException
          || cause instanceof NoRouteToHostException
          || cause instanceof UnknownHostException
          || cause instanceof SSLHandshakeException) {
        return new RetryException(
            remote + " could not be reached (" + cause.getClass().getSimpleName() + ").", failure);
      }
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return new ReconcileException(
            remote + " did not answer to the end (" + cause.getClass().getSimpleName() + ").",
            failure);
      }
    }
    return null;
  }

  private String describe(RemoteFailure answer) {
    StringBuilder words =
        new StringBuilder(remote).append(" answered HTTP ").append(answer.status());
    if (answer.code() != null) {
      words.append(", code ").append(answer.code());
    }
    if (answer.message() != null) {
      words.append(": ").append(answer.message());
    }
    return words.codePointCount(0, words.length()) <= LONGEST_REASON
        ? words.toString()
        : words.substring(0, words.offsetByCodePoints(0, LONGEST_REASON)) + "…";
  }

  private static boolean lists(List<String> list, String name) {
    return list.stream().anyMatch(entry -> names(entry, name));
  }

  private static boolean names(String entry, String code) {
    return entry.equals(code) || inRange(entry, code);
  }

  private static boolean inRange(String entry, String name) {
    int dash = entry.indexOf('-');
    if (dash < 1 || !entry.matches("\\d{1,9}-\\d{1,9}") || !name.matches("\\d{1,9}")) {
      return false;
    }
    int value = Integer.parseInt(name);
    return value >= Integer.parseInt(entry.substring(0, dash))
        && value <= Integer.parseInt(entry.substring(dash + 1));
  }

  private static List<String> split(String list) {
    return List.of(list.strip().split("\\s*,\\s*"));
  }

  /** How reasons call the remote. */
  public void setRemote(String remote) {
    this.remote = remote;
  }

  /** Refused before doing any work; it says how long to wait. */
  public void setRetryAt(String codes) {
    this.retryAt = split(codes);
  }

  /** Certainly not done; try again with backoff. */
  public void setRetry(String codes) {
    this.retry = split(codes);
  }

  /** Perhaps done; look before trying again. */
  public void setReconcile(String codes) {
    this.reconcile = split(codes);
  }

  /** Will never be accepted; a person has to look. */
  public void setReject(String codes) {
    this.reject = split(codes);
  }

  /** Nothing will be accepted until a person has looked; the queue waits. */
  public void setPause(String codes) {
    this.pause = split(codes);
  }

  /** Refused because free text came too late; also listed as rejected. */
  public void setOutsideWindow(String codes) {
    this.outsideWindow = split(codes);
  }
}
