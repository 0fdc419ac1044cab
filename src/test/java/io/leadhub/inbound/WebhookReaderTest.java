package io.leadhub.inbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
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

  @ParameterizedTest
  @ValueSource(strings = {"{\"From\":\"a\"}", " \r\n{\"From\":\"a\"}"})
  void jsonInsteadOfAFormIsReadAsJson(String body) {
    assertThat(reader.form(body.getBytes(UTF_8))).isEqualTo(json.valueToTree(Map.of("From", "a")));
  }

  @Test
  void whatOnlyStartsLikeJsonIsRejectedInWords() {
    assertThatThrownBy(() -> reader.form("{From=a".getBytes(UTF_8)))
        .isInstanceOf(RejectException.class)
        .hasMessageStartingWith("The webhook's body is no JSON: ");
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
  void aWebhookMayHoldNothingAtAll() throws Exception {
    assertThat(sort("[]"))
        .isEqualTo(new WebhookReader.Received(List.of(), List.of(), List.of(), List.of()));
  }

  @Test
  void eachElementGoesTheWayOfItsKind() throws Exception {
    WebhookReader.Received received =
        sort(
            """
            [{"messageId":"1"},
             {"status":"sent","messageId":"2"},
             {"change":"edit","id":"3"},
             {"notice":"quality","id":"4"},
             {"malformed":"no sender","raw":{"status":"sent"}},
             {"malformed":"no sender","status":"sent","messageId":"5"}]
            """);
    assertThat(received.messages())
        .extracting(message -> message.get("messageId"))
        .containsExactly("1", "webhook-7-1", "5");
    assertThat(received.statuses()).extracting(one -> one.get("messageId")).containsExactly("2");
    assertThat(received.changes()).extracting(one -> one.get("id")).containsExactly("3");
    assertThat(received.notices()).extracting(one -> one.get("id")).containsExactly("4");
  }

  @Test
  void theTopicNamesTheProviderUnlessTheMappingDoes() throws Exception {
    WebhookReader.Received received =
        sort(
            "[{\"messageId\":\"1\"},{\"messageId\":\"2\",\"provider\":\"acme\"},{\"notice\":\"error\"}]");
    assertThat(received.messages())
        .extracting(message -> message.get("provider"))
        .containsExactly("360dialog", "acme");
    assertThat(received.notices().get(0)).containsEntry("provider", "360dialog");
  }

  @Test
  void whereNoNumberIsToldOursIsTaken() throws Exception {
    JsonNode mapped =
        json.readTree("[{\"channel\":null},{\"channel\":\"200\"},{\"change\":\"edit\"}]");
    WebhookReader.Received received = reader.sort(mapped, "webhook.meta", 7, RECEIVED, "100");
    assertThat(received.messages())
        .extracting(message -> message.get("channel"))
        .containsExactly("100", "200");
    assertThat(received.changes().get(0)).doesNotContainKey("channel");
    assertThat(reader.sort(mapped, "webhook.meta", 7, RECEIVED, "").messages().get(0))
        .containsEntry("channel", null);
  }

  @Test
  void aChangeWithoutAnIdIsKnownAgainWhenItIsPostedAgain() throws Exception {
    String stop = "{\"change\":\"opt-out\",\"phone\":\"%s\",\"at\":\"%s\"}";
    String first = stop.formatted("1555", "2026-01-31T12:00:00Z");
    String again = "[" + first + "]";
    Object id = sort(again).changes().get(0).get("id");
    assertThat(reader.sort(json.readTree(again), "webhook.meta", 8, RECEIVED, null).changes())
        .extracting(change -> change.get("id"))
        .containsExactly(id);
    assertThat(
            sort("["
                    + stop.formatted("1556", "2026-01-31T12:00:00Z")
                    + ","
                    + stop.formatted("1555", "2026-01-31T12:00:01Z")
                    + ","
                    + first.replace("opt-out", "opt-in")
                    + "]")
                .changes())
        .extracting(change -> change.get("id"))
        .doesNotContain(id)
        .doesNotHaveDuplicates();
  }

  @Test
  void newsWithoutAnIdAndATimeIsTheSameEachTimeItsWebhookIsRead() throws Exception {
    String mapped = "[{\"notice\":\"error\"},{\"notice\":\"error\"}]";
    assertThat(sort(mapped).notices())
        .extracting(notice -> notice.get("id"))
        .containsExactly("webhook-7-0", "webhook-7-1");
  }

  @Test
  void anIdOfAChangeThatIsTooLongForAKeyIsShortenedAndStaysDifferent() throws Exception {
    String mapped = "[{\"change\":\"edit\",\"id\":\"%s1\"},{\"change\":\"edit\",\"id\":\"%s2\"}]";
    String longId = "x".repeat(200);
    assertThat(sort(mapped.formatted(longId, longId)).changes())
        .extracting(change -> change.get("id").toString())
        .doesNotHaveDuplicates()
        .allSatisfy(id -> assertThat(id).hasSizeLessThan(150));
  }

  @Test
  void aChangeStaysInOrderWithTheOthersOfItsPerson() throws Exception {
    assertThat(sort("[{\"change\":\"edit\",\"id\":\"1\",\"waUserId\":\"US.1\"}]").changes().get(0))
        .containsEntry("sender", "US.1");
  }

  @Test
  void aStatusThatCanBeOfNoMessageOfOursIsLeftOut() throws Exception {
    String mapped =
        "[{\"status\":\"sent\"},{\"status\":\"sent\",\"messageId\":\"%s\"},{\"status\":\"%s\",\"messageId\":\"1\"},"
            + "{\"status\":\"read\",\"messageId\":\"2\",\"ourKey\":\"%s\"}]";
    assertThat(sort(mapped.formatted("x".repeat(150), "s".repeat(41), "k".repeat(151))).statuses())
        .hasSize(1)
        .first()
        .satisfies(
            status ->
                assertThat(status).containsEntry("messageId", "2").containsEntry("ourKey", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "\"text\"", "1"})
  void aMappingThatAnswersWithNoArrayIsRejectedInWords(String mapped) {
    assertThatThrownBy(() -> messages(mapped))
        .isInstanceOf(RejectException.class)
        .hasMessage("The provider's jq mapping has to answer with one array.");
    assertThatThrownBy(() -> reader.sort(null, "webhook.meta", 7, RECEIVED, null))
        .isInstanceOf(RejectException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[null]", "[[]]", "[\"text\"]"})
  void aMappingThatAnswersWithSomethingElseThanObjectsIsRejectedInWords(String mapped) {
    assertThatThrownBy(() -> messages(mapped))
        .isInstanceOf(RejectException.class)
        .hasMessage("The provider's jq mapping has to answer with objects only.");
  }

  private List<Map<String, Object>> messages(String mapped) throws Exception {
    return sort(mapped).messages();
  }

  private WebhookReader.Received sort(String mapped) throws Exception {
    return reader.sort(json.readTree(mapped), "webhook.360dialog", 7, RECEIVED, null);
  }
}
