package io.leadhub.web;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Some items, newest first, and where the next ones begin.
 *
 * @param next to be sent as {@code cursor}, or null at the end
 */
record Page<T>(List<T> items, String next) {

  /**
   * @param found up to {@code limit + 1} items; the one too many says that there are more
   */
  static <T> Page<T> of(List<T> found, int limit, ToLongFunction<T> id) {
    if (found.size() <= limit) {
      return new Page<>(found, null);
    }
    List<T> items = found.subList(0, limit);
    return new Page<>(items, Long.toString(id.applyAsLong(items.get(limit - 1))));
  }
}
