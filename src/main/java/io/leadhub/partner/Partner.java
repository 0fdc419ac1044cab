package io.leadhub.partner;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Somebody who sends customers.
 *
 * @param code in upper case; never changed, as it is printed on QR codes
 * @param locale language of what they read, two letters
 * @param timeZone such as Asia/Bangkok, or null for the hub's
 * @param phone their own, E.164, or null
 * @param active whether leads are credited to them
 * @param telegramChatIds where they hear of their leads
 */
public record Partner(
    long id,
    String code,
    String name,
    String locale,
    String timeZone,
    String phone,
    boolean active,
    List<Long> telegramChatIds) {

  /** What may be changed, by its name. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", name);
    fields.put("locale", locale);
    fields.put("timeZone", timeZone);
    fields.put("phone", phone);
    fields.put("active", active);
    fields.put("telegramChatIds", telegramChatIds);
    return fields;
  }
}
