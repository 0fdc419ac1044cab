package io.leadhub.inbound;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of an {@code application/x-www-form-urlencoded} body (or of a query), in the order
 * they came. Reading never fails: a broken percent escape stays as it was written, bytes that are
 * no UTF-8 become U+FFFD.
 */
public final class FormBody {

  private final Map<String, List<String>> fields = new LinkedHashMap<>();

  private FormBody() {}

  static FormBody of(byte[] raw) {
    FormBody form = new FormBody();
    int start = 0;
    for (int i = 0; i <= raw.length; i++) {
      if (i == raw.length || raw[i] == '&') {
        form.add(raw, start, i);
        start = i + 1;
      }
    }
    return form;
  }

  /** Each name with a String, or with a List of them when it came more than once. */
  public static Map<String, Object> toMap(byte[] raw) {
    Map<String, Object> map = new LinkedHashMap<>();
    of(raw)
        .fields
        .forEach((name, values) -> map.put(name, values.size() == 1 ? values.get(0) : values));
    return map;
  }

  /** Every name with its values. */
  Map<String, List<String>> fields() {
    return Collections.unmodifiableMap(fields);
  }

  /** The values of a name, in order; empty when it did not come. */
  List<String> values(String name) {
    return fields.getOrDefault(name, List.of());
  }

  private void add(byte[] raw, int start, int end) {
    if (start == end) {
      return;
    }
    int equals = start;
    while (equals < end && raw[equals] != '=') {
      equals++;
    }
    String name = decode(raw, start, equals);
    String value = decode(raw, Math.min(equals + 1, end), end);
    fields.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
  }

  private static String decode(byte[] raw, int start, int end) {
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(end - start);
    for (int i = start; i < end; i++) {
      int high = raw[i] == '%' && i + 2 < end ? Character.digit(raw[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(raw[i + 2], 16);
      if (low >= 0) {
        decoded.write(high * 16 + low);
        i += 2;
      } else {
        decoded.write(raw[i] == '+' ? ' ' : raw[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }
}
