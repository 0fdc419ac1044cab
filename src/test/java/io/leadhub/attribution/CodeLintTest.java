package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.TestSettings;
import io.leadhub.attribution.CodeLint.Problem;
import io.leadhub.attribution.CodeLint.Severity;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class CodeLintTest {

  private static final List<PartnerDirectory.Entry> OTHERS =
      TestCodes.partners("HOTEL1", "ABC123", "МАША5", "X-9_Z", "CAFE7");

  private static final LookAlikes LOOK_ALIKES = new LookAlikes(TestSettings.of(CodeSettings.class));

  private static final CodeLint LINT =
      new CodeLint(LOOK_ALIKES, new Keywords(TestSettings.of(CodeSettings.class), LOOK_ALIKES));

  @ParameterizedTest
  @ValueSource(strings = {"BEACH22", "ПЛЯЖ22", "ร้านดี9", "PHUKET-VILLA", "SURF_SHOP-7"})
  void aGoodCodeHasNoProblem(String code) {
    assertThat(LINT.check(code, OTHERS)).isEmpty();
  }

  @Test
  void anIssuedCodeHasNoProblem() {
    IssuedCodes issuing = new IssuedCodes(LOOK_ALIKES, new Random(3));
    for (int i = 0; i < 50; i++) {
      assertThat(LINT.check(issuing.next(OTHERS), OTHERS)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HOTEL1, HOTEL1",
    "hotel1, HOTEL1",
    "HOTELI, HOTEL1",
    "НОТЕL1, HOTEL1",
    "H0TEL1, HOTEL1",
    "HOTEL-1, HOTEL1",
    "MAША5, МАША5",
    "X9Z, X-9_Z"
  })
  void aCodeThatLooksLikeAnExistingOneIsRefused(String code, String existing) {
    assertThat(LINT.check(code, OTHERS))
        .anySatisfy(
            problem -> {
              assertThat(problem.severity()).isEqualTo(Severity.ERROR);
              assertThat(problem.text()).contains("looks like " + existing + ",");
            });
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {"A", "-ABC1", "A B", "ABC!", "ABC/1", "A12345678901234567890123456789012", "😀1"})
  void whatIsNoCodeAtAllIsRefused(String code) {
    assertThat(LINT.check(code, OTHERS))
        .extracting(Problem::severity)
        .containsExactly(Severity.ERROR);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HOTEL2|one typo away from HOTEL1",
        "HOTEL|one typo away from HOTEL1",
        "HTOEL1|one typo away from HOTEL1",
        "PROMO|announces codes",
        "промокод|announces codes",
        "ANNA|may be a word or a name",
        "МОРЕ|may be a word or a name",
        "2026|only digits",
        "K8|is short",
        "PCX160|may be a model",
        "SU275|may be a model, a flight",
        "XY-123|number plate",
        "C7M2QXPH|reference of a click"
      })
  void anUnwiseCodeIsWarnedOf(String code, String warning) {
    assertThat(LINT.check(code, OTHERS))
        .anySatisfy(
            problem -> {
              assertThat(problem.severity()).isEqualTo(Severity.WARNING);
              assertThat(problem.text()).contains(warning);
            })
        .noneMatch(problem -> problem.severity() == Severity.ERROR);
  }

  @Test
  void othersAreReadAnewWhenTheyChanged() {
    assertThat(LINT.check("HOTEL1", List.of())).isEmpty();
    assertThat(LINT.check("HOTEL1", OTHERS)).isNotEmpty();
  }
}
