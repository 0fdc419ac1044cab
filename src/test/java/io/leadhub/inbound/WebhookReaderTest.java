package io.leadhub.inbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.RejectException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookReaderTest {

  private static final Instant RECEIVED = Instant.parse("2026-01-31T12:00:00.123456Z");

  private final ObjectMapper json = new ObjectMapper();
  private final WebhookReader reader = new WebhookReader(json);

  @Test
  void jsonIsReadAsItIs() {
    assertThat(reader.json("{\"text\":\"\\u0434\\/\"}".getBytes(UTF_8)).path("text").asText())
        .isEqualTo("д/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "hello", "<xml/>", "a=b", "{\"a\":\"\u0000\"}"})
  void aBodyThatIsNoJsonIsRejectedInWords(String body) {
    assertThatThrownBy(() -> reader.json(body.getBytes(UTF_8)))
        .isInstanceOf(RejectException.class)
        .hasMessageStartingWith("The webhook's body is no JSON: ");
  }

  @Test
  void anEmptyBodyIsRejectedInWords() {
    assertThatThrownBy(() -> reader.json(new byte[0]))
        .isInstanceOf(RejectException.class)
        .hasMessage("The webhook's body is empty.");
  }

  @Test
  void aBodyInAnUnknownEncodingIsRejected() {
    assertThatThrownBy(() -> reader.json(new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"'}))
        .isInstanceOf(RejectException.class);
    assertThatThrownBy(() -> reader.json(new byte[] {0, 0, (byte) 0xff, (byte) 0xfe, 0, 0, 0, 1}))
        .isInstanceOf(RejectException.class);
  }

  @Test
  void aBodyNestedTooDeepIsRejected() {
    assertThatThrownBy(() -> reader.json("[".repeat(100_000).getBytes(UTF_8)))
        .isInstanceOf(RejectException.class);
  }

  @Test
  void theFieldsOfAFormAreDecoded() {
    assertThat(reader.form("From=whatsapp%3A%2B1555&Body=Hi+%26&Tag=b&Tag=a".getBytes(UTF_8)))
        .isEqualTo(
            json.valueToTree(
                Map.of("From", "whatsapp:+1555", "Body", "Hi &", "Tag", List.of("b", "a"))));
  }

  @Test
  void aMessageIsCompletedWithItsSenderAndTheTimeItCameIn() throws Exception {
    List<Map<String, Object>> messages =
        messages(
            """
            [{"messageId":"1","phone":"+1555","waUserId":"US.1"},
             {"messageId":"2","waUserId":"US.1"},
             {"messageId":"3","phone":null,"waUserId":"US.2"},
             {"messageId":"4"}]
            """);
    assertThat(messages)
        .extracting(message -> message.get("sender"))
        .containsExactly("+1555", "US.1", "US.2", "");
    assertThat(messages)
        .allSatisfy(m -> assertThat(m).containsEntry("receivedAt", RECEIVED.toString()));
  }

  @Test
  void aMessageWithoutAnIdGetsTheSameOneEachTimeItsWebhookIsRead() throws Exception {
    String mapped = "[{\"phone\":\"+1\"},{\"messageId\":\"own\"},{\"messageId\":null}]";
    assertThat(messages(mapped))
        .extracting(message -> message.get("messageId"))
        .containsExactly("webhook-7-0", "own", "webhook-7-2");
    assertThat(messages(mapped)).isEqualTo(messages(mapped));
  }

  @Test
  void anIdTooLongForAKeyMakesItsMessageMalformedAndNoOther() throws Exception {
    List<Map<String, Object>> messages =
        messages(
            "[{\"messageId\":\"%s\"},{\"messageId\":\"%s\"}]"
                .formatted("x".repeat(151), "x".repeat(150)));
    assertThat(messages.get(0))
        .containsEntry("messageId", "webhook-7-0")
        .containsEntry("malformed", "its id has more than 150 characters");
    assertThat(messages.get(1))
        .containsEntry("messageId", "x".repeat(150))
        .doesNotContainKey("malformed");
  }

  @Test
  void aSenderTooLongForAKeyIsCut() throws Exception {
    assertThat(messages("[{\"waUserId\":\"%s\"}]".formatted("x".repeat(200))).get(0))
        .containsEntry("sender", "x".repeat(150));
  }

  @Test
  void aWebhookMayHoldNoMessageAtAll() throws Exception {
    assertThat(messages("[]")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "\"text\"", "1"})
  void aMappingThatAnswersWithNoArrayIsRejectedInWords(String mapped) {
    assertThatThrownBy(() -> messages(mapped))
        .isInstanceOf(RejectException.class)
        .hasMessage("The provider's jq mapping has to answer with one array.");
    assertThatThrownBy(() -> reader.messages(null, 7, RECEIVED))
        .isInstanceOf(RejectException.class);
  }

  private List<Map<String, Object>> messages(String mapped) throws Exception {
    return reader.messages(json.readTree(mapped), 7, RECEIVED);
  }
}
