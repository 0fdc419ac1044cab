package io.leadhub.form;

import io.leadhub.inbound.FormBody;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.web.util.UriUtils;

/**
 * A request for the form, or with it, as the visitor made it. It is read from the request itself:
 * among Camel's headers a field could pass for another.
 *
 * @param code what the path ends with behind {@code /form/}
 * @param asked the query's parameters
 * @param fields what was typed
 * @param tooLarge whether that was more than is read
 */
record Submission(
    String code, Map<String, Object> asked, Map<String, Object> fields, boolean tooLarge) {

  /**
   * @param body null when it is too large
   */
  static Submission of(HttpServletRequest request, byte[] body) {
    String query = request.getQueryString();
    String path = request.getRequestURI();
    int start = path.indexOf('/', 1) + 1;
    return new Submission(
        start == 0 ? "" : UriUtils.decode(path.substring(start), StandardCharsets.UTF_8),
        FormBody.toMap((query == null ? "" : query).getBytes(StandardCharsets.UTF_8)),
        FormBody.toMap(body == null ? new byte[0] : body),
        body == null);
  }

  /** As {@link FormFilter} read it. */
  static Submission in(HttpServletRequest request) {
    return (Submission) request.getAttribute(Submission.class.getName());
  }

  /** Whether the page stands in a frame of another site. */
  boolean embedded() {
    return "1".equals(value(asked, "embed"));
  }

  /** What was typed there without spaces around it; empty when it was not sent. */
  String field(String name) {
    return value(fields, name);
  }

  private static String value(Map<String, Object> from, String name) {
    Object value = from.get(name);
    if (value instanceof List<?> several) {
      value = several.get(0);
    }
    return value == null ? "" : value.toString().replace("\0", "").strip();
  }
}
