package io.leadhub.sandbox;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Profile;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers a {@link Refusal}, and tells the log, where somebody trying the demo looks first. */
@RestControllerAdvice(basePackageClasses = Refusals.class)
@Profile(SandboxEnvironment.PROFILE)
final class Refusals {

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  @ExceptionHandler
  ResponseEntity<Object> refuse(Refusal refusal) {
    log.warn("The sandbox refused a call: {}", refusal.getMessage());
    return ResponseEntity.status(refusal.status()).body(refusal.body());
  }
}
