package io.leadhub.inbound;

import io.leadhub.HubSettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Stands before every webhook route: answers 503 until the routes are up, 413 to what is too large,
 * and reads the body once, byte by byte as it was signed, before anything decodes it. Then it lets
 * the route answer: no filter that is ordered after this one sees a webhook.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class WebhookFilter extends OncePerRequestFilter {

  private static final String BODY = "io.leadhub.webhook.body";

  private static final String ASKED_FOR = "io.leadhub.webhook.askedFor";

  /** Meta's largest webhook, see developers.facebook.com/docs/graph-api/webhooks. */
  private static final int LARGEST_BODY = 3 * 1024 * 1024;

  private static final String PREFIX = "/webhook/";
  private static final String SHORT_ADDRESS = "/webhook/whatsapp";

  private final CamelContext camel;
  private final HttpRoutes routes;
  private final String provider;

  WebhookFilter(CamelContext camel, HttpRoutes routes, HubSettings settings) {
    this.camel = camel;
    this.routes = routes;
    this.provider = settings.whatsapp().provider();
  }

  /** The body as it was signed. */
  static byte[] body(HttpServletRequest request) {
    return (byte[]) read(request, BODY);
  }

  /** Path and query as the sender wrote them, before the short address is resolved. */
  static String askedFor(HttpServletRequest request) {
    return (String) read(request, ASKED_FOR);
  }

  private static Object read(HttpServletRequest request, String attribute) {
    Object value = request.getAttribute(attribute);
    if (value == null) {
      throw new WebhookRefusedException(HttpStatus.NOT_FOUND, "There is no webhook here.");
    }
    return value;
  }

  /** The server's own reading of the path counts too: /%77ebhook/lead reaches the same route. */
  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !request.getRequestURI().startsWith(PREFIX)
        && !request.getServletPath().startsWith(PREFIX);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!camel.isStarted()) {
      response.setHeader("Retry-After", "5");
      refuse(response, HttpStatus.SERVICE_UNAVAILABLE, "The hub is starting. Send it again.");
      return;
    }
    byte[] body =
        request.getContentLengthLong() > LARGEST_BODY
            ? null
            : request.getInputStream().readNBytes(LARGEST_BODY + 1);
    if (body == null || body.length > LARGEST_BODY) {
      refuse(response, HttpStatus.PAYLOAD_TOO_LARGE, "A webhook may have 3 MB at most.");
      return;
    }
    String query = request.getQueryString();
    request.setAttribute(BODY, body);
    request.setAttribute(ASKED_FOR, request.getRequestURI() + (query == null ? "" : "?" + query));
    HttpServletRequest raw = new RawRequest(request, body);
    if (request.getRequestURI().equals(SHORT_ADDRESS)) {
      raw = new Moved(raw, SHORT_ADDRESS + "/" + provider);
    }
    if (!routes.answer(raw, response)) {
      chain.doFilter(raw, response);
    }
  }

  private static void refuse(HttpServletResponse response, HttpStatus status, String detail)
      throws IOException {
    response.setStatus(status.value());
    response.setContentType("application/problem+json");
    response
        .getOutputStream()
        .write(
            WebhookRefusedException.problemDetails(status, detail)
                .getBytes(StandardCharsets.UTF_8));
  }

  /** The request as if it had come to another address. */
  private static final class Moved extends HttpServletRequestWrapper {

    private final String path;

    Moved(HttpServletRequest request, String path) {
      super(request);
      this.path = path;
    }

    @Override
    public String getRequestURI() {
      return path;
    }

    @Override
    public String getServletPath() {
      return path;
    }
  }

  /**
   * The request with its body to be read again, and with the parameters of its query only. Form
   * fields are hidden: read by the server they would be decoded, and become headers that a sender
   * could fake.
   */
  private static final class RawRequest extends HttpServletRequestWrapper {

    private final byte[] body;
    private final Map<String, String[]> parameters = new LinkedHashMap<>();

    RawRequest(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = body;
      String query = request.getQueryString();
      FormBody.of((query == null ? "" : query).getBytes(StandardCharsets.UTF_8))
          .fields()
          .forEach((name, values) -> parameters.put(name, values.toArray(String[]::new)));
    }

    /** Camel would split a form by itself, whatever its route says, and fail where it is none. */
    @Override
    public String getContentType() {
      return "application/octet-stream";
    }

    @Override
    public String getParameter(String name) {
      String[] values = parameters.get(name);
      return values == null ? null : values[0];
    }

    @Override
    public String[] getParameterValues(String name) {
      return parameters.get(name);
    }

    @Override
    public Enumeration<String> getParameterNames() {
      return Collections.enumeration(parameters.keySet());
    }

    @Override
    public Map<String, String[]> getParameterMap() {
      return Collections.unmodifiableMap(parameters);
    }

    @Override
    public ServletInputStream getInputStream() {
      return new Replay(new ByteArrayInputStream(body));
    }

    /** What Camel reads unless told to stream; the server's own would fail, its body is read. */
    @Override
    public BufferedReader getReader() {
      return new BufferedReader(
          new InputStreamReader(new ByteArrayInputStream(body), StandardCharsets.UTF_8));
    }
  }

  private static final class Replay extends ServletInputStream {

    private final ByteArrayInputStream bytes;

    Replay(ByteArrayInputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] target, int from, int length) {
      return bytes.read(target, from, length);
    }

    @Override
    public boolean isFinished() {
      return bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException("the body is already here");
    }
  }
}
