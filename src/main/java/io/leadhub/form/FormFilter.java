package io.leadhub.form;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.CamelContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Stands before the form: reads what was sent, up to a limit, and tells the browser what the page
 * may do. That is nothing but show itself and send its form; in a frame only where it was asked for
 * that.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class FormFilter extends OncePerRequestFilter {

  private static final String PATH = "/form";
  private static final int LARGEST_BODY = 64 * 1024;

  private final CamelContext camel;

  FormFilter(CamelContext camel) {
    this.camel = camel;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String path = request.getServletPath();
    return !path.equals(PATH) && !path.startsWith(PATH + "/");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    // Asked for in any case: else the server would read a large body itself, for its parameters.
    InputStream sent = request.getInputStream();
    byte[] body =
        request.getContentLengthLong() > LARGEST_BODY ? null : sent.readNBytes(LARGEST_BODY + 1);
    Submission submission =
        Submission.of(request, body == null || body.length > LARGEST_BODY ? null : body);
    request.setAttribute(Submission.class.getName(), submission);
    // No form-action: browsers apply it to where WhatsApp sends on, too.
    response.setHeader(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors "
            + (submission.embedded() ? "*" : "'none'"));
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cache-Control", "no-store");
    if (!camel.isStarted()) {
      response.setHeader("Retry-After", "5");
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return;
    }
    chain.doFilter(new WithoutForm(request), response);
  }

  /** What is read already; Camel would split a form by itself, whatever its route says. */
  private static final class WithoutForm extends HttpServletRequestWrapper {

    WithoutForm(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getContentType() {
      return "application/octet-stream";
    }
  }
}
