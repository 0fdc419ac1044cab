package io.leadhub.web;

import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.stream.Collectors;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Every refusal, and every unknown path, as RFC 9457 problem details that say what to change. */
@RestControllerAdvice
class ApiErrors extends ResponseEntityExceptionHandler {

  private static final String SECONDS = "5";

  /**
   * A lost connection ends in an {@code EOFException}, and Spring takes that for a client who went
   * away: it would answer 200 with nothing. See {@code DisconnectedClientHelper} of spring-web.
   */
  @ExceptionHandler({
    TransactionException.class,
    DataAccessResourceFailureException.class,
    RecoverableDataAccessException.class,
    TransientDataAccessException.class
  })
  ResponseEntity<Object> withoutDatabase(Exception failure, WebRequest request) {
    HttpStatus status = HttpStatus.SERVICE_UNAVAILABLE;
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            status, "The database does not answer. Try again in " + SECONDS + " seconds.");
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.RETRY_AFTER, SECONDS);
    return handleExceptionInternal(failure, problem, headers, status, request);
  }

  @Override
  protected ResponseEntity<Object> handleHttpMessageNotReadable(
      HttpMessageNotReadableException refused,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    if (!(refused.getCause() instanceof UnrecognizedPropertyException unknown)) {
      return super.handleHttpMessageNotReadable(refused, headers, status, request);
    }
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(
            status,
            "There is no field %s here. Known are: %s."
                .formatted(
                    unknown.getPropertyName(),
                    unknown.getKnownPropertyIds().stream()
                        .map(Object::toString)
                        .sorted()
                        .collect(Collectors.joining(", "))));
    return handleExceptionInternal(refused, problem, headers, status, request);
  }

  @Override
  protected ResponseEntity<Object> handleMethodArgumentNotValid(
      MethodArgumentNotValidException refused,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    ProblemDetail problem = refused.getBody();
    problem.setDetail(
        refused.getFieldErrors().stream()
            .map(error -> error.getField() + " " + error.getDefaultMessage())
            .sorted()
            .collect(Collectors.joining("; ")));
    return handleExceptionInternal(refused, problem, headers, status, request);
  }
}
