package io.leadhub.durable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.StreamCache;

/**
 * A message body as it is kept: bytes stay bytes, text stays text, everything else (maps, lists,
 * records, JSON nodes) is kept as JSON and read back as maps and lists.
 */
record Payload(String contentType, byte[] bytes) {

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

  Object toBody(ObjectMapper json) throws IOException {
    return switch (contentType) {
      case JSON -> json.readValue(bytes, Object.class);
      case TEXT -> new String(bytes, StandardCharsets.UTF_8);
      default -> bytes;
    };
  }
}
