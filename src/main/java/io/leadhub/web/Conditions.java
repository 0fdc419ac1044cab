package io.leadhub.web;

import java.util.ArrayList;
import java.util.List;

/** The where clause of a list, of those filters that were asked for. */
final class Conditions {

  private static final int LARGEST_PAGE = 500;

  private final List<String> conditions = new ArrayList<>();
  private final List<Object> values = new ArrayList<>();

  /** Left out when the value is null. */
  Conditions and(String condition, Object value) {
    if (value != null) {
      conditions.add(condition);
      values.add(value);
    }
    return this;
  }

  /** Left out when it is null. */
  Conditions and(String condition) {
    if (condition != null) {
      conditions.add(condition);
    }
    return this;
  }

  String sql() {
    return conditions.isEmpty() ? "" : "where " + String.join(" and ", conditions);
  }

  Object[] values() {
    return values.toArray();
  }

  static int pageSize(int asked) {
    return Math.max(1, Math.min(asked, LARGEST_PAGE));
  }
}
