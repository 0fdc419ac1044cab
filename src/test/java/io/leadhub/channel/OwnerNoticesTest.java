package io.leadhub.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which notices {@code routes/channels.jq} makes ones for the owner. */
class OwnerNoticesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final CamelContext CAMEL = new DefaultCamelContext();

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  @ParameterizedTest
  @CsvSource({
    "quality,RED,true",
    "quality,YELLOW,true",
    "quality,FLAGGED,true",
    "quality,GREEN,false",
    "quality,UNFLAGGED,false",
    "quality,UPGRADE,false",
    "template,PAUSED,true",
    "template,DISABLED,true",
    "template,REJECTED,true",
    "template,APPROVED,false",
    "account,ACCOUNT_RESTRICTION,true",
    "account,DISABLED_UPDATE,true",
    "account,suspended,true",
    "account,a word of tomorrow,true",
    "account,OK,false",
    "account,VERIFIED_ACCOUNT,false",
    "error,131042,true",
    "token,REFUSED,true",
    "token,OK,true",
    "silence,SILENT,true",
    "silence-over,HEARD,true",
    "something else,RED,false",
  })
  void badNewsAreForTheOwnerAndGoodNewsAreOnlyKept(String notice, String event, boolean told) {
    JsonNode owner = owner(notice, event, "2026-11-27T18:00:00Z");

    assertThat(owner.isObject()).as("told").isEqualTo(told);
    if (told) {
      assertThat(owner.path("notice").asText()).isEqualTo(notice);
      assertThat(owner.at("/facts/event").asText()).isEqualTo(event);
      assertThat(owner.at("/facts/provider").asText()).isEqualTo("meta");
      assertThat(owner.at("/facts/channel").asText()).isEqualTo("2001");
    }
  }

  @Test
  void theSameIsToldOnceADayAndASilenceOnce() {
    assertThat(key("quality", "RED", "2026-11-27T18:00:00Z"))
        .isEqualTo(key("quality", "RED", "2026-11-27T03:00:00Z"))
        .isNotEqualTo(key("quality", "YELLOW", "2026-11-27T18:00:00Z"))
        .isNotEqualTo(key("quality", "RED", "2026-11-28T18:00:00Z"));
    assertThat(key("silence", "SILENT", "2026-11-27T18:00:00Z"))
        .isNotEqualTo(key("silence", "SILENT", "2026-11-27T03:00:00Z"));
  }

  @Test
  void whatTheHubFoundHasItsFacts() throws IOException {
    Notice notice =
        Notice.of(
            "meta",
            "silence",
            "2001",
            "SILENT",
            null,
            Instant.parse("2026-11-27T18:00:00Z"),
            Map.of("since", "2026-11-27 18:00", "expected", 15));

    JsonNode owner = map(JSON.convertValue(notice, Map.class));

    assertThat(owner.at("/facts/since").asText()).isEqualTo("2026-11-27 18:00");
    assertThat(owner.at("/facts/expected").asInt()).isEqualTo(15);
  }

  @Test
  void aKeyFitsHoweverLongTheNameOfATemplateIs() {
    Map<String, Object> notice =
        Map.of(
            "notice",
            "template",
            "provider",
            "meta",
            "subject",
            "x".repeat(600),
            "event",
            "PAUSED");
    assertThat(map(notice).path("key").asText()).hasSizeLessThanOrEqualTo(180);
  }

  private static String key(String notice, String event, String at) {
    return owner(notice, event, at).path("key").asText();
  }

  private static JsonNode owner(String notice, String event, String at) {
    return map(
        Map.of("notice", notice, "provider", "meta", "channel", "2001", "event", event, "at", at));
  }

  private static JsonNode map(Map<String, Object> notice) {
    Expression mapping =
        CAMEL.resolveLanguage("jq").createExpression("resource:file:routes/channels.jq");
    mapping.init(CAMEL);
    DefaultExchange exchange = new DefaultExchange(CAMEL);
    exchange.getMessage().setBody(JSON.valueToTree(notice));
    return mapping.evaluate(exchange, JsonNode.class).path(0);
  }
}
