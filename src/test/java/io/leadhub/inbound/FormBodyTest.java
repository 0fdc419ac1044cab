package io.leadhub.inbound;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormBodyTest {

  @Test
  void fieldsKeepTheirOrder() {
    assertThat(read("To=1&From=2&Body=3"))
        .containsExactly(entry("To", "1"), entry("From", "2"), entry("Body", "3"));
  }

  @Test
  void aRepeatedNameGivesAListInOrder() {
    assertThat(read("Tag=b&Name=x&Tag=a&Tag=a"))
        .containsExactly(entry("Tag", List.of("b", "a", "a")), entry("Name", "x"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "Hi+%26+50%25+off,Hi & 50% off",
        "a%2Bb,a+b",
        "%D7%A9%D7%9C%D7%95%D7%9D+%f0%9f%91%8b,שלום 👋",
        "a=b=c,a=b=c",
        "%2526,%26",
        "a%00b,a\u0000b"
      })
  void valuesAreDecoded(String written, String meant) {
    assertThat(read("v=" + written)).containsExactly(entry("v", meant));
  }

  @ParameterizedTest
  @CsvSource({
    "100%, 100%",
    "100%+sure, 100% sure",
    "%4, %4",
    "%zz, %zz",
    "%+1, % 1",
    "%%41, %A",
    "%4%41, %4A"
  })
  void aBrokenEscapeStaysAsItWasWritten(String written, String meant) {
    assertThat(read("v=" + written)).containsExactly(entry("v", meant));
  }

  @Test
  void bytesThatAreNoUtf8AreReplacedAndNothingElseIsLost() {
    assertThat(FormBody.toMap("v=caf%E9+noir&w=caf\u00e9".getBytes(ISO_8859_1)))
        .containsExactly(entry("v", "caf\ufffd noir"), entry("w", "caf\ufffd"));
  }

  @Test
  void lettersThatWereNotEscapedAreReadAsUtf8() {
    assertThat(read("имя=Дана")).containsExactly(entry("имя", "Дана"));
  }

  @Test
  void aNameWithoutValueHasAnEmptyOne() {
    assertThat(read("a&b=&&c=1&")).containsExactly(entry("a", ""), entry("b", ""), entry("c", "1"));
  }

  @Test
  void anEmptyBodyHasNoFields() {
    assertThat(read("")).isEmpty();
    assertThat(read("&")).isEmpty();
  }

  private static Map<String, Object> read(String body) {
    return FormBody.toMap(body.getBytes(UTF_8));
  }
}
