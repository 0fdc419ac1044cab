package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class PartnerCodesTest {

  /** What the directory knows: in upper case, as partners are created. */
  private static final Map<String, Long> ACTIVE =
      Map.of("ABC123", 1L, "ANNA", 2L, "МАША", 3L, "ร้านดี", 4L, "X-9_Z", 5L, "2026", 6L);

  private final PartnerCodes codes =
      new PartnerCodes(
          () ->
              ACTIVE.entrySet().stream()
                  .map(
                      one ->
                          new PartnerDirectory.Entry(
                              one.getValue(), one.getKey(), "Partner", "en", null))
                  .toList());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Код: ABC123",
        "Код:ABC123",
        "КОД-ABC123",
        "код ABC123",
        "Здравствуйте, код — «ABC123».",
        "промокод ABC123",
        "Промо-код: ABC123",
        "ПРОМО КОД: ABC123",
        "code ABC123",
        "Code=ABC123",
        "CODE#ABC123!",
        "(code:ABC123)",
        "promo ABC123",
        "promo code ABC123",
        "Promocode: ABC123",
        "ref ABC123",
        "ref_ABC123",
        "https://example.org/?ref=ABC123&x=1",
        "partner: ABC123",
        "รหัส ABC123",
        "รหัส: ABC123",
        "รหัสABC123",
        "สวัสดีครับรหัสABC123",
        "โค้ด ABC123",
        "ขอใช้โค้ด ABC123 ครับ",
        "code 👉 ABC123",
        "code 👉🏽 ABC123",
        "Код ✅✅ ABC123 🙏",
        "code: **ABC123**",
        "code: `abc123`",
        "Код: abc123",
        "รหัส abc123",
        "My car\nCode: ABC123\nThanks"
      })
  void aCodeAfterAKeywordCreditsItsPartner(String text) {
    assertThat(find(text)).contains(new Attribution(1, "ABC123", "keyword"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Код: anna", "code Anna", "my ref: aNNa", "โค้ด anna", "promo code anna"})
  void afterAKeywordTheCaseOfTheCodeDoesNotMatter(String text) {
    assertThat(find(text)).contains(new Attribution(2, "ANNA", "keyword"));
  }

  @Test
  void codesAreWrittenInAnyScript() {
    assertThat(find("Код маша")).contains(new Attribution(3, "МАША", "keyword"));
    assertThat(find("รหัส ร้านดี")).contains(new Attribution(4, "ร้านดี", "keyword"));
    assertThat(find("code x-9_z")).contains(new Attribution(5, "X-9_Z", "keyword"));
    assertThat(find("code 2026")).contains(new Attribution(6, "2026", "keyword"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ABC123",
        "  abc123\n",
        "Hello! ABC123, please",
        "Хочу Тойоту ABC123",
        "code is ABC123",
        "รหัสส่วนลด ABC123",
        "Code:\nABC123",
        "👋ABC123👋",
        "ABC123."
      })
  void aCodeWithADigitIsKnownAlone(String text) {
    assertThat(find(text)).contains(new Attribution(1, "ABC123", "code"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ABC123ครับ", "สวัสดีABC123", "รหัสส่วนลดABC123ครับ", "ขอโปรABC123ด้วยค่ะ"})
  void aLatinCodeIsFoundAmongThaiLettersWithoutSpaces(String text) {
    assertThat(find(text)).map(Attribution::partnerCode).contains("ABC123");
  }

  @Test
  void aKeywordStandsRightBesideTheCodeAndThaiRightBehindIt() {
    assertThat(find("รหัสABC123ครับ")).contains(new Attribution(1, "ABC123", "keyword"));
  }

  @Test
  void anOrdinaryWordIsACodeOnlyAsItWasIssued() {
    assertThat(find("I am from ANNA")).contains(new Attribution(2, "ANNA", "code"));
    assertThat(find("my name is anna")).isEmpty();
    assertThat(find("Anna told me of you")).isEmpty();
    assertThat(find("меня зовут Маша")).isEmpty();
    assertThat(find("МАША прислала")).contains(new Attribution(3, "МАША", "code"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Have you a promo code?\nanna",
        "decode anna",
        "кодекс anna",
        "preference anna",
        "partners anna",
        "code: XABC123",
        "code: ABC1234",
        "code: ABC123X",
        "код: ЁABC123",
        "ABC1234",
        "XABC123",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABC123",
        "code: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABC123",
        "ABC-123",
        "A BC123",
        "HANNAH",
        "https://example.org/ANNABEL"
      })
  void aCodeInsideALongerWordOrBehindNoKeywordIsNotTaken(String text) {
    assertThat(find(text)).isEmpty();
  }

  @Test
  void twoDifferentCodesCreditNobody() {
    assertThat(find("code ABC123 or code ANNA")).isEmpty();
    assertThat(find("ABC123 ANNA")).isEmpty();
  }

  @Test
  void aCodeAfterAKeywordCountsMoreThanOneThatStandsAlone() {
    assertThat(find("2026 Toyota, code ANNA")).contains(new Attribution(2, "ANNA", "keyword"));
  }

  @Test
  void twoCodesAfterKeywordsAreNotOutvotedByAThirdAlone() {
    assertThat(find("code ABC123, code ANNA, 2026")).isEmpty();
  }

  @Test
  void theSameCodeTwiceIsOneCode() {
    assertThat(find("code ABC123, I repeat: code abc123"))
        .contains(new Attribution(1, "ABC123", "keyword"));
    assertThat(find("ABC123 abc123 ABC123")).contains(new Attribution(1, "ABC123", "code"));
  }

  @Test
  void anUnknownCodeBesideAKnownOneDoesNotSpoilIt() {
    assertThat(find("code ABC123, code NOBODY7")).contains(new Attribution(1, "ABC123", "keyword"));
  }

  @Test
  void anUnknownCodeCreditsNobody() {
    assertThat(find("Код: NOBODY7")).isEmpty();
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {" ", "\n\n", "Код:", "code", "👍", "…", "รหัส"})
  void aTextWithoutACodeCreditsNobody(String text) {
    assertThat(find(text)).isEmpty();
  }

  @Test
  void aVeryLongTextIsSearchedOnlyAtItsStart() {
    String words = "слово ".repeat(20_000);
    assertThat(find("code ABC123 " + words)).isPresent();
    assertThat(find(words + "code ABC123")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "code ", "code", "рrоmо", "promo ", "promo-", "-", "_", "a", "A1", "รหัส", "ร้", "😀", " ",
        "\n", "код-", "ref=", "\ud83d", "aก", "1ก"
      })
  void noTextMakesTheSearchRunAway(String repeated) {
    String text = repeated.repeat(100_000 / repeated.length());
    Optional<Attribution> found =
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> find(text));
    assertThat(found).isEmpty();
  }

  private Optional<Attribution> find(String text) {
    return codes
        .find(text)
        .map(found -> new Attribution(found.partner().id(), found.partner().code(), found.how()));
  }

  private record Attribution(long partnerId, String partnerCode, String rule) {}
}
