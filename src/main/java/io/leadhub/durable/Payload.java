package io.leadhub.durable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.camel.StreamCache;

/**
 * A message body as it is kept: bytes stay bytes, text stays text, everything else (maps, lists,
 * records, JSON nodes) is kept as JSON and read back as maps and lists.
 */
public record Payload(String contentType, byte[] bytes) {

  static final String BYTES = "application/octet-stream";
  static final String TEXT = "text/plain";
  static final String JSON = "application/json";

  /**
   * @throws IllegalArgumentException when there is no body, or one that Jackson cannot write
   */
  static Payload of(Object body, ObjectMapper json) {
    if (body == null) {
      throw new IllegalArgumentException("an event needs a body");
    }
    try {
      if (body instanceof byte[] bytes) {
        return new Payload(BYTES, bytes);
      }
      if (body instanceof StreamCache cached) {
        cached.reset();
      }
      if (body instanceof InputStream stream) {
        return new Payload(BYTES, stream.readAllBytes());
      }
      if (body instanceof String text) {
        return new Payload(TEXT, text.getBytes(StandardCharsets.UTF_8));
      }
      return new Payload(JSON, json.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "a body of " + body.getClass().getName() + " can't be written as JSON", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the body can't be read", e);
    }
  }

  /** As people see it: JSON as it is, text as text, bytes in base64. */
  public JsonNode toJson(ObjectMapper json) {
    try {
      return switch (contentType) {
        case JSON -> json.readTree(bytes);
        case TEXT -> TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));
        default -> TextNode.valueOf(Base64.getEncoder().encodeToString(bytes));
      };
    } catch (IOException e) {
      throw new IllegalStateException("a payload that was kept as JSON is none", e);
    }
  }

  /**
   * What people wrote, to be kept like a payload of that type; the reverse of {@link #toJson}.
   *
   * @throws IllegalArgumentException when it does not fit the type
   */
  static Payload fromJson(String contentType, JsonNode written, ObjectMapper json) {
    if (contentType.equals(JSON)) {
      return of(written, json);
    }
    if (!written.isTextual()) {
      throw new IllegalArgumentException(
          "The payload of this delivery is %s: send it as a JSON string%s."
              .formatted(contentType, contentType.equals(TEXT) ? "" : " in base64"));
    }
    if (contentType.equals(TEXT)) {
      return of(written.textValue(), json);
    }
    try {
      return new Payload(contentType, Base64.getDecoder().decode(written.textValue()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "The payload of this delivery is bytes: send them in base64. " + e.getMessage() + ".", e);
    }
  }

  Object toBody(ObjectMapper json) throws IOException {
    return switch (contentType) {
      case JSON -> json.readValue(bytes, Object.class);
      case TEXT -> new String(bytes, StandardCharsets.UTF_8);
      default -> bytes;
    };
  }
}
