package io.leadhub.cost;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.RetryAtException;
import io.leadhub.durable.RetryException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Reads what a message cost from Twilio's message resource, where the price appears some time after
 * the message was sent (twilio.com/docs/messaging/api/message-resource).
 */
@Component("twilioPrices")
public class TwilioPrices {

  private static final Duration SHORTEST_WAIT = Duration.ofMinutes(2);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);
  private static final Duration GIVEN_UP_AFTER = Duration.ofDays(1);

  private final ObjectMapper json;
  private final Clock clock;

  TwilioPrices(ObjectMapper json, Clock clock) {
    this.json = json;
    this.clock = clock;
  }

  /**
   * @param answer the message resource, whose price is what the account loses: {@code "-0.00500"}
   * @param messageId of the message that was asked for
   * @param since when the message was first heard of
   * @return {@code messageId}, {@code price} (0 or more) and {@code currency}; the last two are
   *     null when Twilio told none for a day
   * @throws RetryAtException when it tells none yet
   * @throws RetryException when the answer is no message resource
   */
  public Map<String, Object> read(String answer, String messageId, Instant since) {
    JsonNode message = parse(answer);
    String price = message.path("price").asText("");
    String currency = message.path("price_unit").asText("");
    if (price.matches("-?\\d{1,8}(\\.\\d{1,12})?") && currency.matches("[A-Za-z]{3}")) {
      return row(messageId, new BigDecimal(price).abs(), currency.toUpperCase(Locale.ROOT));
    }
    Duration age = Duration.between(since, clock.instant());
    if (age.compareTo(GIVEN_UP_AFTER) >= 0) {
      return row(messageId, null, null);
    }
    throw new RetryAtException(
        "Twilio does not tell yet what the message cost.",
        age.compareTo(SHORTEST_WAIT) < 0
            ? SHORTEST_WAIT
            : age.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : age);
  }

  private static Map<String, Object> row(String messageId, BigDecimal price, String currency) {
    Map<String, Object> row = new HashMap<>();
    row.put("messageId", messageId);
    row.put("price", price);
    row.put("currency", currency);
    return row;
  }

  private JsonNode parse(String answer) {
    try {
      JsonNode message = json.readTree(answer == null ? "" : answer);
      if (message.hasNonNull("sid")) {
        return message;
      }
    } catch (IOException e) {
      // Said below.
    }
    throw new RetryException("Twilio's answer is no message.");
  }
}
