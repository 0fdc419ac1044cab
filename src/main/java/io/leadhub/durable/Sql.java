package io.leadhub.durable;

import java.util.Collections;

/** Pieces of SQL text. */
final class Sql {

  private Sql() {}

  /** {@code ?, ?, ?} for a list of that size. */
  static String placeholders(int size) {
    return String.join(", ", Collections.nCopies(size, "?"));
  }
}
