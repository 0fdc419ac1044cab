package io.leadhub.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.RetryAtException;
import io.leadhub.durable.RetryException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Twilio says a message cost. */
class TwilioPricesTest {

  private static final Instant NOW = Instant.parse("2026-11-15T12:00:00Z");
  private static final String NOT_YET = "{\"sid\":\"SM1\",\"price\":null,\"price_unit\":\"USD\"}";

  private final TwilioPrices prices =
      new TwilioPrices(new ObjectMapper(), Clock.fixed(NOW, ZoneOffset.UTC));

  @ParameterizedTest
  @CsvSource({"-0.00500, 0.00500", "0.00500, 0.00500", "-12, 12", "0, 0"})
  void aPriceIsWhatTheAccountLoses(String told, String price) {
    assertThat(
            prices.read(
                "{\"sid\":\"SM1\",\"price\":\"%s\",\"price_unit\":\"usd\"}".formatted(told),
                "SM1",
                NOW))
        .containsEntry("messageId", "SM1")
        .containsEntry("price", new BigDecimal(price))
        .containsEntry("currency", "USD");
  }

  @ParameterizedTest
  @CsvSource({"PT1S, PT2M", "PT10M, PT10M", "PT23H, PT1H"})
  void withoutAPriceItIsAskedAgainEverLater(Duration age, Duration wait) {
    RetryAtException later =
        catchThrowableOfType(
            RetryAtException.class, () -> prices.read(NOT_YET, "SM1", NOW.minus(age)));
    assertThat(later.delay()).isEqualTo(wait);
  }

  @Test
  void afterADayTheMessageStaysWithoutAPrice() {
    assertThat(prices.read(NOT_YET, "SM1", NOW.minus(Duration.ofDays(1))))
        .containsEntry("messageId", "SM1")
        .containsEntry("price", null)
        .containsEntry("currency", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "[]", "{\"status\":\"ok\"}"})
  void anAnswerThatIsNoMessageIsAFailure(String answer) {
    assertThatThrownBy(() -> prices.read(answer, "SM1", NOW)).isInstanceOf(RetryException.class);
  }
}
