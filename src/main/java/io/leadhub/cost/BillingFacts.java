package io.leadhub.cost;

import io.leadhub.HubSettings;
import io.leadhub.locale.PhoneNumbers;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Reads from statuses of our messages what is to be paid for them. */
@Component("billingFacts")
public class BillingFacts {

  private static final Set<String> DELIVERED = Set.of("delivered", "read", "played");
  private static final Set<String> FAILED = Set.of("failed", "undelivered");
  private static final String SENT = "sent";

  /** Tells its price, but not in its statuses; all that it sends costs something. */
  private static final String TWILIO = "twilio";

  /** It becomes part of an address; a longer one is none of Twilio's. */
  private static final Pattern SID = Pattern.compile("[A-Za-z0-9-]{1,64}");

  /**
   * A user id that hides the number begins with the country, see
   * developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids.
   */
  private static final Pattern USER_ID = Pattern.compile("([A-Z]{2})\\..+");

  private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

  private static final int LONGEST_WORD = 64;
  private static final int LONGEST_MODEL = 40;

  private final PhoneNumbers phoneNumbers;
  private final ZoneId zone;
  private final Clock clock;

  BillingFacts(PhoneNumbers phoneNumbers, HubSettings settings, Clock clock) {
    this.phoneNumbers = phoneNumbers;
    this.zone = settings.timeZone();
    this.clock = clock;
  }

  /**
   * What to keep of statuses, a row of the table {@code charges} for each. Those on the way out
   * (queued, accepted) tell nothing yet and are left out. The rows are in one order everywhere, so
   * that nodes that keep the same ones do not lock each other out.
   *
   * @param statuses as the topic {@code message.status} has them
   */
  public List<Map<String, Object>> of(List<Map<String, Object>> statuses) {
    return statuses.stream()
        .filter(status -> !Boolean.TRUE.equals(status.get("copy")))
        .filter(
            status ->
                status.get("pricing") instanceof Map
                    || SENT.equals(status.get("status"))
                    || DELIVERED.contains(text(status, "status", LONGEST_WORD))
                    || FAILED.contains(text(status, "status", LONGEST_WORD)))
        .map(this::row)
        .sorted(
            Comparator.comparing((Map<String, Object> row) -> row.get("provider").toString())
                .thenComparing(row -> row.get("messageId").toString()))
        .toList();
  }

  /** The rows of messages whose provider has to be asked what they cost. */
  public List<Map<String, Object>> toAskFor(List<Map<String, Object>> rows) {
    return rows.stream()
        .filter(row -> row.get("provider").equals(TWILIO) && !row.get("failed").equals(true))
        .filter(row -> SID.matcher(row.get("messageId").toString()).matches())
        .map(row -> Map.of("messageId", row.get("messageId")))
        .toList();
  }

  private Map<String, Object> row(Map<String, Object> status) {
    Instant at = at(status.get("at"));
    Map<String, Object> row = new HashMap<>();
    row.put("provider", status.get("provider"));
    row.put("messageId", status.get("messageId"));
    row.put("channel", text(status, "channel", LONGEST_WORD));
    row.put("delivered", DELIVERED.contains(text(status, "status", LONGEST_WORD)));
    row.put("failed", FAILED.contains(text(status, "status", LONGEST_WORD)));
    row.put("country", country(status));
    row.put("at", at);
    row.put("day", LocalDate.ofInstant(at, zone));
    Map<?, ?> pricing = status.get("pricing") instanceof Map<?, ?> told ? told : Map.of();
    row.put("billable", billable(status, pricing));
    row.put("model", text(pricing, "model", LONGEST_MODEL));
    row.put("category", text(pricing, "category", LONGEST_WORD));
    row.put("type", text(pricing, "type", LONGEST_WORD));
    return row;
  }

  /** Where prices are told without saying that they are to be paid, they are. */
  private static Boolean billable(Map<String, Object> status, Map<?, ?> pricing) {
    if (pricing.isEmpty()) {
      return TWILIO.equals(status.get("provider")) ? true : null;
    }
    return !Boolean.FALSE.equals(pricing.get("billable"));
  }

  private String country(Map<String, Object> status) {
    String phone = text(status, "phone", LONGEST_WORD);
    if (phone != null) {
      String country = phoneNumbers.country(phone).orElse("");
      if (COUNTRY.matcher(country).matches()) {
        return country;
      }
    }
    String userId = text(status, "waUserId", LONGEST_WORD);
    var country = USER_ID.matcher(userId == null ? "" : userId);
    return country.matches() ? country.group(1) : null;
  }

  /** A time that is missing, unreadable or still to come is taken for now. */
  private Instant at(Object told) {
    Instant now = clock.instant();
    try {
      Instant at = told == null ? now : Instant.parse(told.toString());
      return at.isAfter(now) ? now : at;
    } catch (DateTimeException e) {
      return now;
    }
  }

  private static String text(Map<?, ?> from, String name, int longest) {
    Object value = from.get(name);
    if (value == null || value.toString().isBlank()) {
      return null;
    }
    String text = value.toString();
    return text.substring(0, Math.min(text.length(), longest));
  }
}
