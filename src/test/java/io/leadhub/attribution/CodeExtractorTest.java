package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.leadhub.TestSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeExtractorTest {

  /** In upper case, as partners are created. */
  private static final List<PartnerDirectory.Entry> PARTNERS =
      TestCodes.partners(
          "ABC123", "ANNA", "МАША", "ร้านดี", "X-9_Z", "2026", "HOTEL1", "PHUKET-VILLA");

  private static final CodeExtractor CODES = TestCodes.extractor(PARTNERS);

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
        "รหัสABC123ครับ",
        "รหัสส่วนลด ABC123",
        "รหัสส่วนลดABC123ครับ",
        "โค้ด ABC123",
        "ขอใช้โค้ด ABC123 ครับ",
        "code 👉 ABC123",
        "code 👉🏽 ABC123",
        "Код ✅✅ ABC123 🙏",
        "code: **ABC123**",
        "code: `abc123`",
        "Код: abc123",
        "รหัส abc123",
        "code is ABC123",
        "Код партнёра: ABC123",
        "Code:\nABC123",
        "código: ABC123",
        "kod ABC123",
        "优惠码ABC123",
        "кoд: ABC123",
        "My car\nCode: ABC123\nThanks"
      })
  void aCodeAfterAKeywordCreditsItsPartner(String text) {
    assertThat(find(text)).containsExactly("ABC123 keyword sure");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Код: anna", "code Anna", "my ref: aNNa", "โค้ด anna", "promo code anna"})
  void afterAKeywordTheCaseOfTheCodeDoesNotMatter(String text) {
    assertThat(find(text)).containsExactly("ANNA keyword sure");
  }

  @Test
  void aPartnerMayAlsoBeAPerson() {
    assertThat(find("my partner Anna and I need two bikes")).isEmpty();
    assertThat(find("partner: Anna")).containsExactly("ANNA keyword sure");
    assertThat(find("partner code Anna")).containsExactly("ANNA keyword sure");
    assertThat(find("partner ANNA")).containsExactly("ANNA keyword sure");
  }

  @Test
  void aNameOnTheNextLineIsSuspectedUnlessItIsMarked() {
    assertThat(find("My code\nanna")).containsExactly("ANNA keyword suspected");
    assertThat(find("My code:\nanna")).containsExactly("ANNA keyword sure");
    assertThat(find("My code\nABC123")).containsExactly("ABC123 keyword sure");
  }

  @ParameterizedTest
  @CsvSource({
    "Код маша, МАША",
    "รหัส ร้านดี, ร้านดี",
    "ขอใช้รหัสร้านดีครับ, ร้านดี",
    "code x-9_z, X-9_Z",
    "code 2026, 2026",
    "code ๒๐๒๖, 2026"
  })
  void codesAreWrittenInAnyScript(String text, String code) {
    assertThat(find(text)).containsExactly(code + " keyword sure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ABC123",
        "  abc123\n",
        "Hello! ABC123, please",
        "Хочу Тойоту ABC123",
        "hello abc123",
        "👋ABC123👋",
        "ABC123.",
        "ABC123ครับ",
        "สวัสดีABC123",
        "ขอโปรABC123ด้วยค่ะ",
        "Спасибо-ABC123",
        "ABC123-thanks"
      })
  void aCodeWithADigitIsKnownAlone(String text) {
    assertThat(find(text)).containsExactly("ABC123 code sure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "АВС123 пожалуйста", // Cyrillic
        "ΑΒC123 please", // Greek
        "авс123 пожалуйста",
        "Hi ＡＢＣ１２３ ok",
        "Hi 𝐀𝐁𝐂𝟏𝟐𝟑 ok",
        "Hi ⒶⒷⒸ①②③ ok",
        "Hi ABC๑๒๓ ok",
        "Hi ABC١٢٣ ok",
        "Hi ABC1️⃣2️⃣3️⃣ ok",
        "Hi A\u200BB\u2060C\uFEFF1\u00AD23 ok",
        "Hi \u202EABC123\u202C ok",
        "Hi A\u0000BC123 ok",
        "Hi A\u0335\u0320B\u0336C\u0489123\u0301 ok",
        "Hi ABCI23 ok",
        "Hi ABCl23 ok",
        "Hi ABС123 ok"
      })
  void aCodeThatLooksTheSameIsTheSame(String text) {
    assertThat(find(text)).containsExactly("ABC123 code sure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A BC123",
        "ABC 123!",
        "ABC-123",
        "hello, A B C 1 2 3 please",
        "Hello\nABC 123\nthanks",
        "A-B-C-1-2-3",
        "ABC\u2011123 please"
      })
  void hyphensAndSpacesInsideACodeDoNotMatter(String text) {
    assertThat(find(text)).containsExactly("ABC123 code sure");
  }

  @ParameterizedTest
  @ValueSource(strings = {"We come by ABC 123, thanks", "Hi, A BC123", "ABC\u00A0123 please"})
  void amidWordsPiecesThatMakeACodeAreOnlySuspected(String text) {
    assertThat(find(text)).containsExactly("ABC123 code suspected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flight ABC 123",
        "flight ABC123 at 10:30",
        "the plate is ABC 123",
        "номер машины ABC123",
        "Рейс: ABC123, прилёт в 7:40",
        "госномер ABC 123",
        "my passport number ABC123",
        "ทะเบียน ABC 123",
        "เที่ยวบิน ABC123 ครับ"
      })
  void platesFlightsAndPassportsAreNoCodes(String text) {
    assertThat(find(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flight SU270, ABC123",
        "flight SU270 ABC123",
        "flight SU 270\nABC123",
        "we have a flight on Monday from ABC123",
        "zip code 83100 ABC123"
      })
  void behindAFlightTheMessageGoesOn(String text) {
    assertThat(find(text)).containsExactly("ABC123 code sure");
  }

  @Test
  void aKeywordSaysMoreThanTheWordForAFlight() {
    assertThat(find("flight code ABC123")).containsExactly("ABC123 keyword sure");
    assertThat(find("Код номер ABC123")).containsExactly("ABC123 keyword sure");
    assertThat(find("passport and code ABC123")).containsExactly("ABC123 keyword sure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PIN code 2026",
        "the pin-code: 2026",
        "ZIP code 2026",
        "postal code 2026",
        "OTP code 2026",
        "Your verification code is 2026",
        "код подтверждения 2026",
        "почтовый индекс 2026",
        "почтовый код: 2026",
        "код города 2026",
        "รหัสไปรษณีย์ 2026",
        "รหัสไปรษณีย์2026",
        "รหัส OTP 2026",
        "รหัส OTP: 2026"
      })
  void codesOfAnotherKindAreNobodys(String text) {
    assertThat(find(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "кодABC123",
        "Здравствуйте, кодABC123 Хочу байк",
        "codeABC123",
        "Code: ABC—123",
        "Код: ABC123интересует авто"
      })
  void aSlipOfTheThumbDoesNotHideACode(String text) {
    assertThat(find(text)).containsExactly("ABC123 keyword sure");
  }

  @ParameterizedTest
  @ValueSource(strings = {"code2026", "Код: ABC123х", "кодABC1234", "decodeABC123"})
  void whatIsGluedToACodeOtherwiseMakesAnotherOneOfIt(String text) {
    assertThat(find(text)).noneMatch(one -> one.endsWith("sure"));
  }

  @Test
  void afterAKeywordSmallLettersMayBeApartToo() {
    assertThat(find("code abc 123")).containsExactly("ABC123 keyword sure");
    assertThat(find("my code: a b c - 123")).containsExactly("ABC123 keyword sure");
    assertThat(find("promo: phuket villa")).containsExactly("PHUKET-VILLA keyword sure");
    assertThat(find("promo phuket villa")).containsExactly("PHUKET-VILLA keyword suspected");
    assertThat(find("we look for a phuket villa")).isEmpty();
    assertThat(find("abc 123")).as("the whole message").containsExactly("ABC123 code sure");
    assertThat(find("we rented abc 123 times")).isEmpty();
  }

  @Test
  void anOrdinaryWordIsACodeOnlyAsItWasIssued() {
    assertThat(find("I am from ANNA")).containsExactly("ANNA code suspected");
    assertThat(find("Hi!\nANNA")).as("a line").containsExactly("ANNA code sure");
    assertThat(find("my name is anna")).isEmpty();
    assertThat(find("Anna told me of you")).isEmpty();
    assertThat(find("меня зовут Маша")).isEmpty();
    assertThat(find("МАША прислала")).containsExactly("МАША code suspected");
    assertThat(find("ร้านดีมากครับ")).isEmpty();
    assertThat(find("ไปที่ ร้านดี มา")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"anna, ANNA", "Маша!, МАША", "ร้านดี, ร้านดี", "2026, 2026", "👉 2026 👈, 2026"})
  void aMessageThatIsNothingButACodeTellsIt(String text, String code) {
    assertThat(find(text)).containsExactly(code + " code sure");
  }

  @Test
  void whereAllIsInCapitalsTheyTellLittle() {
    assertThat(find("HELLO I AM ANNA AND NEED A CAR")).containsExactly("ANNA code suspected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Have you a promo code?\nanna",
        "I have no code. Anna",
        "есть код, маша дала",
        "decode anna",
        "кодекс anna",
        "preference anna",
        "partners anna",
        "code: XXABC123",
        "code: ABC12345",
        "ABC1234",
        "XABC123",
        "ЁABC123",
        "X-ABC123",
        "ABC123-45",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABC123",
        "code: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABC123",
        "HANNAH",
        "https://example.org/ANNABEL",
        "https://example.org/ABC123",
        "abc123@example.org",
        "write to hotel1.com",
        "hoteli w Phuket",
        "hoteli",
        "promo hoteli",
        "Phuket villa",
        "2 026",
        "we stay in hotel 1",
        "Toyota 2026",
        "promo 2026 baht",
        "code 2026฿",
        "code ฿2026",
        "promo 20:26",
        "promo 12.2026",
        "promo hotel 1 night",
        "code: HOTEL",
        "NOBODY7"
      })
  void aCodeInsideSomethingElseIsNotTaken(String text) {
    assertThat(find(text)).noneMatch(one -> one.endsWith("sure"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "code: XABC123",
        "code: ABC1234",
        "code: ABC12",
        "code: ABC132",
        "code: ABX123",
        "код АВХ123",
        "ABC124"
      })
  void aTypoAfterAKeywordOrAloneIsSuspected(String text) {
    assertThat(find(text)).containsExactly("ABC123 typo suspected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello ABC124 please", // no keyword
        "code ABX124", // two edits
        "partner hotels", // a word
        "code HOTEL",
        "code hotel",
        "promo anne", // of a short code
        "code 2027",
        "code 12345",
        "no code. HOTEL2"
      })
  void whatIsNoTypoOfACodeIsNoFinding(String text) {
    assertThat(find(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hi, K7M2QXX sent us, how much is a car?",
        "K7M2Q is what the hotel gave me, need a car today",
        "Привет! K7M2QZ, нужен скутер",
      })
  void aTypoOfACodeThatIsNoWordIsSuspectedAmidWords(String text) {
    CodeExtractor extractor = TestCodes.extractor(TestCodes.partners("K7M2QX", "HOTEL1"));
    assertThat(extractor.find(text))
        .extracting(one -> one.partner().code() + " " + one.how() + " " + one.certainty().word())
        .containsExactly("K7M2QX typo suspected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "we want k7m2qz", // small letters
        "flight K7M2QZ at ten", // another thing's number
        "plate K7M2QZ",
        "see K7M2QZ.com",
        "K7M2QZ-15 is our booking",
        "K7M9QZ please", // two edits
        "HOTEL7 is near", // a word and a number
      })
  void whatOnlyLooksLikeSuchACodeIsNoFindingAmidWords(String text) {
    CodeExtractor extractor = TestCodes.extractor(TestCodes.partners("K7M2QX", "HOTEL1"));
    assertThat(extractor.find(text)).isEmpty();
  }

  @Test
  void aTypoInANameInCapitalsIsSuspectedAfterAKeyword() {
    CodeExtractor extractor = TestCodes.extractor(TestCodes.partners("NAI-HARN"));
    assertThat(extractor.find("код NAI-HARM").get(0).how()).isEqualTo("typo");
    assertThat(extractor.find("my code is nai-harm")).isEmpty();
  }

  @Test
  void aTypoOfTwoCodesIsOfNone() {
    CodeExtractor two = TestCodes.extractor(TestCodes.partners("HOTEL2", "HOTEL3"));
    assertThat(two.find("code HOTEL4")).isEmpty();
    assertThat(two.find("code HOTEL2")).hasSize(1);
  }

  @Test
  void typosCanBeSwitchedOff() {
    CodeExtractor strict = TestCodes.extractor(PARTNERS, "hub.codes.typos", "false");
    assertThat(strict.find("code ABC124")).isEmpty();
    assertThat(strict.find("code ABC123")).hasSize(1);
  }

  @Test
  void besideASureCodeATypoIsNothing() {
    assertThat(find("code ABC123, not code HOTEL2")).containsExactly("ABC123 keyword sure");
  }

  @Test
  void aReferenceOfAClickIsNoTypo() {
    CodeExtractor issued = TestCodes.extractor(TestCodes.partners("C7M2QXP"));
    assertThat(issued.find("code #C7M2QXPH")).isEmpty();
    assertThat(issued.find("code #C7M2QXP")).hasSize(1);
  }

  @Test
  void twoDifferentCodesAreBothFound() {
    assertThat(find("code ABC123 or code ANNA"))
        .containsExactly("ABC123 keyword sure", "ANNA keyword sure");
    assertThat(find("ABC123 HOTEL1")).containsExactly("ABC123 code sure", "HOTEL1 code sure");
    assertThat(find("I am from HOTEL1, code ABC123"))
        .as("the surest first")
        .containsExactly("ABC123 keyword sure", "HOTEL1 code sure");
  }

  @Test
  void aNumberBesideACodeIsNoSecondCode() {
    assertThat(find("2026 Toyota, code ANNA")).containsExactly("ANNA keyword sure");
    assertThat(find("code ABC123, code ANNA, 2026")).hasSize(2);
  }

  @Test
  void theSameCodeTwiceIsOneFinding() {
    assertThat(find("ABC123, I repeat: code abc123")).containsExactly("ABC123 keyword sure");
    assertThat(find("ABC123 abc123 ABC123")).containsExactly("ABC123 code sure");
  }

  @Test
  void anUnknownCodeBesideAKnownOneDoesNotSpoilIt() {
    assertThat(find("code ABC123, code NOBODY7")).containsExactly("ABC123 keyword sure");
    assertThat(find("Код: NOBODY7")).isEmpty();
  }

  @Test
  void ofLookAlikesTheOneThatIsWrittenWins() {
    CodeExtractor both = TestCodes.extractor(TestCodes.partners("COP1", "СОР1", "COPI"));
    assertThat(both.find("code cop1")).extracting(one -> one.partner().code()).contains("COP1");
    assertThat(both.find("код сор1")).extracting(one -> one.partner().id()).containsExactly(2L);
    assertThat(both.find("code COPI")).extracting(one -> one.partner().id()).containsExactly(3L);
    assertThat(both.find("code ϹOP1")).as("written as none of them").hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Hello, code: ABC123!|ABC123",
        "สวัสดีครับรหัสABC123ครับ|ABC123",
        "Hi 𝐀𝐁C-123 ok|𝐀𝐁C-123",
        "code A\u200BB C 12\u0301 3.|A\u200BB C 12\u0301 3",
        "ขอใช้รหัสร้านดี|ร้านดี",
        "https://example.org/?ref=ABC123&x=1|ABC123",
        "https://example.org/w/abc123|abc123"
      })
  void theSpanIsWhatTheCustomerWrote(String text, String written) {
    CodeFinding finding = CODES.find(text).get(0);
    assertThat(finding.written()).isEqualTo(written);
    assertThat(text.substring(finding.start(), finding.end())).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "> Код: ABC123",
        "> > Код: ABC123\nда",
        "«Код: ABC123»",
        "[12:30, 25.11.2026] Ivan: Код: ABC123",
        "Forwarded message\n---\ncode ABC123",
        "> Hi, code ABC123\nYes, that one"
      })
  void quotedAndForwardedWordsCount(String text) {
    assertThat(find(text)).containsExactly("ABC123 keyword sure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.org/w/%D0%9C%D0%90%D0%A8%D0%90?x=1",
        "see example.com/w/маша",
        "https://example.org/x?a=b&code=МАША",
        "https://example.org/x?promo=маша#top"
      })
  void addressesTellACodeOnlyWhereOursDo(String text) {
    assertThat(find(text)).containsExactly("МАША keyword sure");
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        " ",
        "\n\n",
        "Код:",
        "code",
        "👍",
        "…",
        "รหัส",
        "\ud83d",
        "https://x/w/%zz",
        "\u200B"
      })
  void aTextWithoutACodeGivesNothing(String text) {
    assertThat(find(text)).isEmpty();
  }

  @Test
  void aVeryLongTextIsSearchedOnlyAtItsStart() {
    String words = "слово ".repeat(20_000);
    assertThat(find("code ABC123 " + words)).hasSize(1);
    assertThat(find(words + "code ABC123")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "code ", "code", "рrоmо", "promo ", "promo-", "-", "_", "a", "A1", "A ", "A-", "รหัส", "ร้",
        "😀", " ", "\n", "код-", "ref=", "\ud83d", "aก", "1ก", "a.", "a@", "www.", "a.com/",
            "\u0301",
        "\u200B", "\u202E", "ﷺ", "code is my ", "code-", "https://a.co/w/1?ref=1&"
      })
  void noTextMakesTheSearchRunAway(String repeated) {
    String text = repeated.repeat(100_000 / repeated.length());
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          for (int i = 0; i < 5; i++) {
            assertThat(CODES.find(text)).isEmpty();
          }
        });
  }

  /** The time of an attack is that of an ordinary long message. */
  @ParameterizedTest
  @ValueSource(strings = {"รหัส", "code ", "code-", "codeรหัส", "ref=", "код 1 "})
  void keywordsRepeatedAThousandTimesTakeMilliseconds(String repeated) {
    String text = repeated.repeat(4_096 / repeated.length());
    Duration best = Duration.ofDays(1);
    for (int i = 0; i < 60; i++) {
      long start = System.nanoTime();
      assertThat(CODES.find(text)).isEmpty();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      best = took.compareTo(best) < 0 ? took : best;
    }
    assertThat(best).isLessThan(Duration.ofMillis(5));
  }

  @ParameterizedTest
  @CsvSource({
    "abc123, ABC123",
    "АВС123, ABC123",
    "abc-123, ABC123",
    "ABCI23, ABC123",
    "маша, МАША",
    "ร้านดี, ร้านดี",
    "x9z, X-9_Z",
    "2026, 2026",
    "' anna ', ANNA"
  })
  void anAddressOrAFormMeansACodeHoweverItIsWritten(String written, String code) {
    assertThat(CODES.resolve(written).orElseThrow().code()).isEqualTo(code);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"ABC124", "ABC123 ANNA", "code ABC123", "..", "%00", "/", "\u200B"})
  void anAddressOrAFormWithATypoMeansNobody(String written) {
    assertThat(CODES.resolve(written)).isEmpty();
  }

  @Test
  void ofTwoLookAlikesAnAddressMeansNeither() {
    CodeExtractor both = TestCodes.extractor(TestCodes.partners("COP1", "COPI"));
    assertThat(both.resolve("ϹOP1")).isEmpty();
    assertThat(both.resolve("cop1").orElseThrow().id()).isEqualTo(1);
  }

  @Test
  void whoJoinsIsFoundAndWhoLeavesIsNot() {
    List<List<PartnerDirectory.Entry>> now = new ArrayList<>(List.of(PARTNERS));
    CodeSettings settings = TestSettings.of(CodeSettings.class);
    LookAlikes lookAlikes = new LookAlikes(settings);
    CodeExtractor changing =
        new CodeExtractor(
            () -> now.get(0), lookAlikes, new Keywords(settings, lookAlikes), settings);
    assertThat(changing.find("code ABC123")).hasSize(1);
    now.set(0, TestCodes.partners("NEW77"));
    assertThat(changing.find("code ABC123")).isEmpty();
    assertThat(changing.find("code NEW77")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Код: HOTEL1", "hotel1", "code HOTEL9", "from HOTEL1, thanks"})
  void theCodeOfAPartnerWhoRestsIsNobodysAndNoTypoOfAnothers(String text) {
    PartnerDirectory.Entry resting =
        new PartnerDirectory.Entry(9, "HOTEL1", "Hotel", "en", null, false);
    List<PartnerDirectory.Entry> both = new ArrayList<>(TestCodes.partners("HOTEL2"));
    both.add(resting);
    CodeExtractor extractor = TestCodes.extractor(List.copyOf(both));

    assertThat(extractor.find(text)).isEmpty();
    assertThat(extractor.resolve("HOTEL1")).isEmpty();
    assertThat(extractor.find("code HOTEL2 or HOTEL1")).hasSize(1);
  }

  private List<String> find(String text) {
    return CODES.find(text).stream()
        .map(one -> one.partner().code() + " " + one.how() + " " + one.certainty().word())
        .toList();
  }
}
