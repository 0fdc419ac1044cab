package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Reads a request body that ought to be a JSON object. */
final class RequestJson {

  private static final int LIMIT = 10_000_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private RequestJson() {}

  static Optional<ObjectNode> read(byte[] body) {
    if (body == null) {
      return Optional.empty();
    }
    try {
      return JSON.readTree(body) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Google's Java client compresses what it sends, and the server leaves it so. */
  static Optional<ObjectNode> readGzip(byte[] body) {
    if (body == null) {
      return Optional.empty();
    }
    try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return read(plain.readNBytes(LIMIT));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
