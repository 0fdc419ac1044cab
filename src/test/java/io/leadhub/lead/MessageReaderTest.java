package io.leadhub.lead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.durable.RejectException;
import io.leadhub.locale.PhoneNumbers;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {

  private static final Instant RECEIVED = Instant.parse("2026-01-31T12:00:00Z");

  private final MessageReader reader = new MessageReader(new PhoneNumbers(), new ObjectMapper());

  @Test
  void aMessageIsReadAsItIs() {
    assertThat(
            reader.read(
                Map.ofEntries(
                    Map.entry("provider", "meta"),
                    Map.entry("channel", "200000000000002"),
                    Map.entry("messageId", "wamid.1"),
                    Map.entry("kind", "text"),
                    Map.entry("phone", "+15550002222"),
                    Map.entry("waUserId", "US.98765432101234"),
                    Map.entry("name", "Dana"),
                    Map.entry("text", "Hello"),
                    Map.entry("at", "2026-01-31T11:59:59.5Z"),
                    Map.entry("referral", Map.of("source_type", "ad")),
                    Map.entry("code", "ABC123"),
                    Map.entry("media", Map.of("id", "7")),
                    Map.entry("receivedAt", RECEIVED.toString()))))
        .isEqualTo(
            new InboundMessage(
                "meta",
                "200000000000002",
                "wamid.1",
                "text",
                "+15550002222",
                "US.98765432101234",
                "Dana",
                "Hello",
                Instant.parse("2026-01-31T11:59:59.5Z"),
                "{\"source_type\":\"ad\"}",
                "ABC123",
                "{\"id\":\"7\"}"));
  }

  @Test
  void whatMayBeMissingIsNull() {
    InboundMessage message = read();
    assertThat(message.channel()).isNull();
    assertThat(message.waUserId()).isNull();
    assertThat(message.name()).isNull();
    assertThat(message.text()).isNull();
    assertThat(message.referral()).isNull();
    assertThat(message.code()).isNull();
    assertThat(message.media()).isNull();
  }

  @Test
  void aMessageThatTheMappingCouldNotReadIsRejectedWithItsReason() {
    assertThatThrownBy(() -> read("malformed", "messages[0] has no id"))
        .isInstanceOf(RejectException.class)
        .hasMessage("One message of a webhook could not be read: messages[0] has no id");
  }

  @Test
  void nulIsTakenOutOfEveryText() {
    InboundMessage message =
        read("text", "Hel\0lo", "name", "\0Dana\0", "messageId", "w\0amid", "channel", "1\0");
    assertThat(message.text()).isEqualTo("Hello");
    assertThat(message.name()).isEqualTo("Dana");
    assertThat(message.messageId()).isEqualTo("wamid");
    assertThat(message.channel()).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "\n", "\0", " \0 "})
  void aBlankFieldIsAMissingOne(String blank) {
    InboundMessage message = read("text", blank, "name", blank, "waUserId", blank, "at", blank);
    assertThat(message.text()).isNull();
    assertThat(message.name()).isNull();
    assertThat(message.waUserId()).isNull();
    assertThat(message.at()).isEqualTo(RECEIVED);
  }

  @Test
  void spacesAroundATextStay() {
    assertThat(read("text", "  Hello\n").text()).isEqualTo("  Hello\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-01-31T12:00:00.000001Z", "2027-01-01T00:00:00Z"})
  void aTimeThatLiesAheadIsTheTimeOfReceipt(String ahead) {
    assertThat(read("at", ahead).at()).isEqualTo(RECEIVED);
  }

  @Test
  void aTimeInThePastStays() {
    assertThat(read("at", "2020-01-01T00:00:00Z").at())
        .isEqualTo(Instant.parse("2020-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "1790000000", "2026-01-31", "2026-02-30T00:00:00Z"})
  void aTimeThatIsNoneIsRejectedInWords(String garbage) {
    assertThatThrownBy(() -> read("at", garbage))
        .isInstanceOf(RejectException.class)
        .hasMessage("“" + garbage + "” is no time of the form 2026-01-31T12:00:00Z.");
  }

  @Test
  void anIdThatFitsItsColumnIsTakenAndALongerOneIsRejected() {
    assertThat(read("messageId", "x".repeat(255)).messageId()).hasSize(255);
    assertThatThrownBy(() -> read("messageId", "x".repeat(256)))
        .isInstanceOf(RejectException.class)
        .hasMessage("The message's messageId has more than 255 characters.");
  }

  @Test
  void aLongNameIsCutBetweenItsCharacters() {
    assertThat(read("name", "й".repeat(255)).name()).isEqualTo("й".repeat(255));
    assertThat(read("name", "й".repeat(256)).name()).isEqualTo("й".repeat(255));
    assertThat(read("name", "x" + "😀".repeat(300)).name()).isEqualTo("x" + "😀".repeat(254));
  }

  @Test
  void aMessageOfNobodyIsRejected() {
    assertThatThrownBy(() -> read("phone", null, "waUserId", " "))
        .isInstanceOf(RejectException.class)
        .hasMessage("The message tells neither the sender's phone number nor a WhatsApp user id.");
  }

  @Test
  void aUserIdStandsInForAPhoneNumber() {
    InboundMessage message = read("phone", null, "waUserId", "US.98765432101234");
    assertThat(message.phone()).isNull();
    assertThat(message.waUserId()).isEqualTo("US.98765432101234");
  }

  @Test
  void aPhoneNumberIsMadeUniform() {
    assertThat(read("phone", " +66 81 234-56-78 ").phone()).isEqualTo("+66812345678");
    assertThat(read("phone", 66812345678L).phone()).isEqualTo("+66812345678");
  }

  @Test
  void aNumberThatIsNoneIsRejectedInWords() {
    assertThatThrownBy(() -> read("phone", "12ab"))
        .isInstanceOf(RejectException.class)
        .hasMessage("The sender's number “12ab” is no phone number.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"provider", "messageId", "kind"})
  void aFieldThatTheMappingHasToGiveIsMissed(String field) {
    assertThatThrownBy(() -> read(field, null))
        .isInstanceOf(RejectException.class)
        .hasMessage("The message has no " + field + "; the provider's mapping gives it.");
  }

  @ParameterizedTest
  @NullSource
  void anEmptyAttachmentIsNone(Object none) {
    assertThat(read("media", none).media()).isNull();
  }

  /** A message that is complete but for these fields. */
  private InboundMessage read(Object... namesAndValues) {
    Map<String, Object> message = new HashMap<>();
    message.put("provider", "meta");
    message.put("messageId", "wamid.1");
    message.put("kind", "text");
    message.put("phone", "15550002222");
    message.put("receivedAt", RECEIVED.toString());
    for (int i = 0; i < namesAndValues.length; i += 2) {
      message.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return reader.read(message);
  }
}
