package io.leadhub.partner;

import io.leadhub.HubSettings;
import io.leadhub.locale.PhoneNumbers;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** Checks what is told of a partner, by whichever way, and makes it uniform. */
@Component
class PartnerFields {

  static final List<String> NAMES =
      List.of("name", "locale", "timeZone", "phone", "active", "telegramChatIds");

  private static final int LONGEST_NAME = 200;
  private static final int MOST_CHATS = 50;

  /** What a partner reads of whom nobody told the language. */
  final String defaultLanguage;

  private final PhoneNumbers phoneNumbers;

  PartnerFields(PhoneNumbers phoneNumbers, HubSettings settings) {
    this.phoneNumbers = phoneNumbers;
    this.defaultLanguage = settings.reply().defaultLanguage();
  }

  /**
   * @param told values by the names of {@link #NAMES}; those that are missing stay as they are,
   *     null is what the field is when nothing is told: no chats, the default language
   * @param problems takes what is wrong, each beginning with the field's name
   * @return the values as they are kept, of those fields that are right
   */
  Map<String, Object> check(Map<String, ?> told, List<String> problems) {
    Map<String, Object> fields = new LinkedHashMap<>();
    told.forEach(
        (field, value) -> {
          try {
            fields.put(field, check(field, value));
          } catch (IllegalArgumentException e) {
            problems.add(field + " " + e.getMessage());
          }
        });
    return fields;
  }

  private Object check(String field, Object value) {
    return switch (field) {
      case "name" -> name(value);
      case "locale" -> value == null ? defaultLanguage : locale(value);
      case "timeZone" -> value == null ? null : timeZone(value);
      case "phone" -> value == null ? null : phone(value);
      case "active" -> active(value);
      case "telegramChatIds" -> value == null ? List.of() : chats(value);
      default ->
          throw new IllegalArgumentException(
              "is no field of a partner; there are " + String.join(", ", NAMES));
    };
  }

  private static String name(Object value) {
    if (!(value instanceof String name) || name.isBlank()) {
      throw new IllegalArgumentException("must not be blank");
    }
    if (name.strip().length() > LONGEST_NAME) {
      throw new IllegalArgumentException("may have " + LONGEST_NAME + " characters at most");
    }
    return name.strip();
  }

  private static String locale(Object value) {
    if (!(value instanceof String locale) || !locale.matches("[a-z]{2}")) {
      throw new IllegalArgumentException("must be a language such as ru, en or th");
    }
    return locale;
  }

  private static String timeZone(Object value) {
    try {
      return ZoneId.of(value.toString()).getId();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("must be a name such as Asia/Bangkok", e);
    }
  }

  private String phone(Object value) {
    return phoneNumbers
        .normalise(value.toString())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "must be an international number such as +66812345678"));
  }

  private static Boolean active(Object value) {
    if (!(value instanceof Boolean active)) {
      throw new IllegalArgumentException("must be true or false");
    }
    return active;
  }

  private static List<Long> chats(Object value) {
    if (!(value instanceof List<?> told) || told.size() > MOST_CHATS) {
      throw new IllegalArgumentException("must be a list of at most " + MOST_CHATS + " numbers");
    }
    List<Long> chats = new ArrayList<>();
    for (Object chat : told) {
      if (!(chat instanceof Integer || chat instanceof Long)) {
        throw new IllegalArgumentException(
            "must hold numbers of Telegram chats, such as -1001234567890");
      }
      Long id = ((Number) chat).longValue();
      if (!chats.contains(id)) {
        chats.add(id);
      }
    }
    return chats;
  }

  /**
   * @param from the value before, null for none
   * @param to the value after
   */
  public record Change(Object from, Object to) {}

  /** Those fields that would not stay as they are. */
  static Map<String, Change> changes(Partner partner, Map<String, Object> fields) {
    Map<String, Change> changes = new LinkedHashMap<>();
    Map<String, Object> before = partner.fields();
    fields.forEach(
        (field, value) -> {
          if (!Objects.equals(before.get(field), value)) {
            changes.put(field, new Change(before.get(field), value));
          }
        });
    return changes;
  }
}
