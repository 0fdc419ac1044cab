package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClickReferenceTest {

  private static final String ALPHABET = "23456789CFGHJMPQRVWX";

  /** All its letters have look-alikes elsewhere. */
  private static final String KNOWN = "PHMX3CR" + check("PHMX3CR");

  @Test
  void aReferenceHasEightCharactersAmongThemALetterAndADigit() {
    Set<String> references =
        Stream.generate(ClickReference::next).limit(2_000).collect(Collectors.toSet());
    assertThat(references).hasSizeGreaterThan(1_990);
    assertThat(references)
        .allSatisfy(
            reference ->
                assertThat(reference)
                    .matches("[" + ALPHABET + "]{8}")
                    .matches(".*[2-9].*")
                    .matches(".*[A-Z].*"));
  }

  @Test
  void whatIsIssuedIsFound() {
    for (int i = 0; i < 500; i++) {
      String reference = ClickReference.next();
      assertThat(ClickReference.in("Здравствуйте! Код: HOTEL1 (#" + reference + ")"))
          .containsExactly(reference);
    }
  }

  @Test
  void oneWrongCharacterIsAlwaysNoticed() {
    String reference = ClickReference.next();
    for (int i = 0; i < reference.length(); i++) {
      for (char other : ALPHABET.toCharArray()) {
        String wrong = reference.substring(0, i) + other + reference.substring(i + 1);
        assertThat(ClickReference.in("#" + wrong))
            .isEqualTo(wrong.equals(reference) ? List.of(reference) : List.of());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#%s",
        "# %s",
        "%s",
        "Hi! (#%s)",
        "＃%s",
        "«%s»",
        "ref %s.",
        "#%s, #%s",
        "สวัสดีค่ะ%sค่ะ",
        "a\n%s\nb"
      })
  void itIsFoundHoweverItStandsInTheText(String text) {
    String written = text.replace("%s", KNOWN);
    assertThat(ClickReference.in(written)).containsExactly(KNOWN);
    assertThat(ClickReference.in(written.toLowerCase())).containsExactly(KNOWN);
  }

  @Test
  void lookAlikesForeignDigitsAndInvisibleCharactersAreForgiven() {
    String cyrillic = KNOWN.replace('P', 'Р').replace('H', 'Н').replace('M', 'м').replace('C', 'с');
    assertThat(ClickReference.in("#" + cyrillic)).containsExactly(KNOWN);
    assertThat(ClickReference.in("#" + KNOWN.replace('3', '๓'))).containsExactly(KNOWN);
    assertThat(ClickReference.in("#" + KNOWN.replace('M', 'Ｍ'))).containsExactly(KNOWN);
    assertThat(ClickReference.in("#" + KNOWN.replace("X", "𝐗"))).containsExactly(KNOWN);
    assertThat(ClickReference.in("#" + KNOWN.substring(0, 3) + "\u200b" + KNOWN.substring(3)))
        .containsExactly(KNOWN);
  }

  @Test
  void severalAreFoundInTheirOrder() {
    String other = ClickReference.next();
    assertThat(ClickReference.in("#" + other + " #" + KNOWN + " #" + other))
        .containsExactly(other, KNOWN);
  }

  @Test
  void partOfAWordANumberOrAnotherCodeIsNone() {
    assertThat(ClickReference.in("X" + KNOWN)).isEmpty();
    assertThat(ClickReference.in(KNOWN + "5")).isEmpty();
    assertThat(ClickReference.in("Ж" + KNOWN)).isEmpty();
    for (int number = 22_222_222; number < 22_232_222; number++) {
      assertThat(ClickReference.in("тел. " + number)).isEmpty();
    }
  }

  @Test
  void whateverIsWrittenNothingBreaks() {
    assertThat(ClickReference.in(null)).isEmpty();
    assertThat(ClickReference.in("")).isEmpty();
    assertThat(ClickReference.in("\ud83d # \u202e" + "#".repeat(100_000))).isEmpty();
    assertThat(ClickReference.in("x ".repeat(50_000) + "#" + KNOWN)).isEmpty();
  }

  /** By the rule as it is described, written another way. */
  private static char check(String body) {
    int sum = 0;
    for (int i = 0; i < body.length(); i++) {
      int value = ALPHABET.indexOf(body.charAt(i));
      boolean doubled = (body.length() - i) % 2 == 1;
      sum += !doubled ? value : value < 10 ? 2 * value : 2 * value - 19;
    }
    return ALPHABET.charAt((20 - sum % 20) % 20);
  }
}
