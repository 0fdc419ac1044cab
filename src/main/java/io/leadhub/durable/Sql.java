package io.leadhub.durable;

import java.time.Duration;
import java.util.Collections;

/** Pieces of SQL text. */
final class Sql {

  private Sql() {}

  /** {@code ?, ?, ?} for a list of that size. */
  static String placeholders(int size) {
    return String.join(", ", Collections.nCopies(size, "?"));
  }

  /** For {@code interval ? microsecond}. */
  static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}
