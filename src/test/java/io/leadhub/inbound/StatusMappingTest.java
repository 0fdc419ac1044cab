package io.leadhub.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code routes/in/meta-statuses.jq} makes of the samples in {@code in/meta}. */
class StatusMappingTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final CamelContext CAMEL = new DefaultCamelContext();

  @AfterAll
  static void stop() {
    CAMEL.stop();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sent", "delivered", "read", "failed", "played"})
  void everyStatusOfAMessageOfOursIsTold(String status) throws IOException {
    JsonNode told = map(sample("status-" + status));

    assertThat(told).hasSize(1);
    assertThat(told.at("/0/provider").asText()).isEqualTo("meta");
    assertThat(told.at("/0/status").asText()).isEqualTo(status);
    assertThat(told.at("/0/messageId").asText()).startsWith("wamid.");
    assertThat(told.at("/0/channel").asText()).isEqualTo("200000000000002");
    assertThat(told.at("/0/at").asText()).matches("2026-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
  }

  @Test
  void aFailedOneSaysWhy() throws IOException {
    assertThat(map(sample("status-failed")).at("/0/error").asText())
        .isEqualTo("131047: Re-engagement message");
  }

  @Test
  void theKeyThatWeGaveAlongComesBack() {
    JsonNode told =
        map(statuses("{'id':'wamid.1','status':'sent','biz_opaque_callback_data':'reply/7'}"));

    assertThat(told.at("/0/ourKey").asText()).isEqualTo("reply/7");
    assertThat(told.at("/0/at").isNull()).isTrue();
  }

  @Test
  void aStatusBesideMessagesIsTold() throws IOException {
    assertThat(map(sample("batch"))).hasSize(1);
    assertThat(map(sample("status-beside-a-message"))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "reaction", "errors-only", "no-entries"})
  void whatIsNoStatusTellsNothing(String sample) throws IOException {
    assertThat(map(sample(sample))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'id':'wamid.1'}",
        "{'status':'sent'}",
        "'text'",
        "null",
        "{'id':{},'status':[]}"
      })
  void whatCannotBeReadIsLeftOutAndItsNeighbourIsTold(String bad) {
    assertThat(map(statuses(bad + ",{'id':'wamid.2','status':'read','timestamp':[]}"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "{'entry':7}",
        "{'entry':[7,{'changes':{}},{'changes':[{'value':7}]}]}"
      })
  void whatIsNoWebhookOfMetaTellsNothing(String post) {
    assertThat(map(parse(post))).isEmpty();
  }

  private static JsonNode statuses(String statuses) {
    return parse("{'entry':[{'changes':[{'value':{'statuses':[" + statuses + "]}}]}]}");
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json.replace('\'', '"'));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode sample(String name) throws IOException {
    return JSON.readTree(Path.of("src/test/resources/in/meta", name + ".json").toFile());
  }

  private static JsonNode map(JsonNode post) {
    Expression mapping =
        CAMEL.resolveLanguage("jq").createExpression("resource:file:routes/in/meta-statuses.jq");
    mapping.init(CAMEL);
    DefaultExchange exchange = new DefaultExchange(CAMEL);
    exchange.getMessage().setBody(post);
    return mapping.evaluate(exchange, JsonNode.class);
  }
}
