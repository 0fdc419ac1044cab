package io.leadhub.web;

import io.leadhub.attribution.CodeExtractor;
import io.leadhub.attribution.PartnerDirectory;
import io.leadhub.click.ClickDesk;
import io.leadhub.click.QrCode;
import io.leadhub.click.Visit;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Partners' links as QR codes, for screens (PNG) and for print (SVG). */
@RestController
class QrController {

  private static final int SMALLEST = 120;
  private static final int LARGEST = 1_024;
  private static final MediaType SVG = MediaType.valueOf("image/svg+xml");

  private final CodeExtractor codes;
  private final ClickDesk desk;
  private final ProducerTemplate routes;
  private final Semaphore turns;
  private final Duration patience;

  @Autowired
  QrController(CodeExtractor codes, ClickDesk desk, ProducerTemplate routes) {
    this(codes, desk, routes, new Semaphore(2), Duration.ofSeconds(1));
  }

  /**
   * @param turns pictures take memory and time: so many are drawn at once
   * @param patience how long a request waits for its turn
   */
  QrController(
      CodeExtractor codes,
      ClickDesk desk,
      ProducerTemplate routes,
      Semaphore turns,
      Duration patience) {
    this.turns = turns;
    this.patience = patience;
    this.codes = codes;
    this.desk = desk;
    this.routes = routes;
  }

  @GetMapping("/qr/{code}.png")
  ResponseEntity<byte[]> png(
      @PathVariable String code,
      @RequestParam(required = false) String placement,
      @RequestParam(defaultValue = "512") int size,
      HttpServletRequest request) {
    if (size < SMALLEST || size > LARGEST) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "size must be from " + SMALLEST + " to " + LARGEST + " pixels.");
    }
    return picture(code, placement, MediaType.IMAGE_PNG, qr -> qr.png(size), request);
  }

  @GetMapping("/qr/{code}.svg")
  ResponseEntity<byte[]> svg(
      @PathVariable String code,
      @RequestParam(required = false) String placement,
      HttpServletRequest request) {
    return picture(code, placement, SVG, qr -> qr.svg().getBytes(StandardCharsets.UTF_8), request);
  }

  private ResponseEntity<byte[]> picture(
      String code,
      String placement,
      MediaType type,
      Function<QrCode, byte[]> draw,
      HttpServletRequest request) {
    Optional<PartnerDirectory.Entry> found = codes.resolve(code);
    if (found.isEmpty()) {
      return unknown(desk.unknown(request, code));
    }
    PartnerDirectory.Entry partner = found.get();
    if (!hasATurn()) {
      return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
          .header(HttpHeaders.RETRY_AFTER, "1")
          .build();
    }
    try {
      String link = desk.link(partner.code(), placement);
      byte[] picture = draw.apply(QrCode.of(link, partner.name(), partner.code()));
      return ResponseEntity.ok()
          .contentType(type)
          .cacheControl(CacheControl.maxAge(Duration.ofHours(1)).cachePublic())
          .eTag(DigestUtils.md5DigestAsHex(picture))
          .header("X-Content-Type-Options", "nosniff")
          .header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
          .body(picture);
    } catch (IllegalArgumentException e) {
      throw new ResponseStatusException(HttpStatus.BAD_REQUEST, e.getMessage(), e);
    } finally {
      turns.release();
    }
  }

  private boolean hasATurn() {
    try {
      return turns.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Not an address of a picture, but perhaps of somebody's poster. */
  @GetMapping({"/qr", "/qr/**"})
  ResponseEntity<byte[]> nothing(HttpServletRequest request) {
    return unknown(desk.unknown(request, ""));
  }

  /** The same page that an unknown link shows. */
  private ResponseEntity<byte[]> unknown(Visit visit) {
    Exchange answered =
        routes.request("direct:click-unknown", asked -> asked.getMessage().setBody(visit));
    if (answered.getException() != null) {
      throw new IllegalStateException("The page for unknown codes failed", answered.getException());
    }
    Message page = answered.getMessage();
    ResponseEntity.BodyBuilder answer = ResponseEntity.status(HttpStatus.NOT_FOUND);
    page.getHeaders()
        .forEach(
            (name, value) -> {
              if (!name.startsWith("Camel")) {
                answer.header(name, value.toString());
              }
            });
    return answer.body(page.getBody(String.class).getBytes(StandardCharsets.UTF_8));
  }
}
