package io.leadhub.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.leadhub.TestSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IssuedCodesTest {

  private static final CodeSettings SETTINGS = TestSettings.of(CodeSettings.class);
  private static final LookAlikes LOOK_ALIKES = new LookAlikes(SETTINGS);
  private static final List<String> ISSUED = issued(300);

  @Test
  void aCodeHasSixCharactersThatLookLikeNoOtherOnes() {
    assertThat(ISSUED)
        .allMatch(code -> code.matches("(?=.*[2-9])(?=.*[A-Z])[2-9CFGHJMPRVWX]{6}"))
        .doesNotHaveDuplicates();
  }

  @Test
  void aWrongCharacterOrASwapIsSeenByTheCheck() {
    for (String code : ISSUED) {
      assertThat(IssuedCodes.isIssued(code)).isTrue();
      for (int i = 0; i < code.length(); i++) {
        for (char other : IssuedCodes.ALPHABET.toCharArray()) {
          if (other != code.charAt(i)) {
            assertThat(IssuedCodes.isIssued(code.substring(0, i) + other + code.substring(i + 1)))
                .isFalse();
          }
        }
        for (int j = i + 1; j < code.length(); j++) {
          StringBuilder swapped = new StringBuilder(code);
          swapped.setCharAt(i, code.charAt(j));
          swapped.setCharAt(j, code.charAt(i));
          assertThat(IssuedCodes.isIssued(swapped.toString()))
              .isEqualTo(code.charAt(i) == code.charAt(j));
        }
      }
    }
  }

  @Test
  void noCodeIsOneEditFromAnother() {
    CodeIndex index = new CodeIndex(partners(ISSUED), LOOK_ALIKES);
    assertThat(ISSUED).allMatch(code -> index.near(code).isEmpty(), "near no other");
  }

  @Test
  void aCodeThatIsTakenOrNearlySoIsDrawnAgain() {
    String first = new IssuedCodes(LOOK_ALIKES, new Random(7)).next(List.of());
    String longer = first.substring(0, 3) + "W" + first.substring(3);
    for (String taken : List.of(first, longer, first.substring(1))) {
      assertThat(new IssuedCodes(LOOK_ALIKES, new Random(7)).next(partners(List.of(taken))))
          .as("beside " + taken)
          .isNotEqualTo(first);
    }
  }

  @Test
  void whatWasIssuedToSomebodyElseIsNoTypoOfACodeChosenByHand() {
    String gone = ISSUED.get(0);
    String byHand = gone.substring(0, 5) + "Z";
    CodeExtractor extractor = TestCodes.extractor(partners(List.of(byHand)), SETTINGS);
    assertThat(extractor.find("code " + gone.substring(0, 5) + "K")).hasSize(1);
    assertThat(extractor.find("code " + gone)).isEmpty();
  }

  @Test
  void everyTypoOfAnIssuedCodeIsSuspectedToBeIt() {
    CodeExtractor extractor = TestCodes.extractor(partners(ISSUED), SETTINGS);
    Set<String> missed = new HashSet<>();
    for (String code : ISSUED) {
      for (int i = 0; i < code.length(); i++) {
        String typo = code.substring(0, i) + "K" + code.substring(i + 1);
        if (typo.chars().anyMatch(Character::isDigit)
            && extractor.find("code " + typo).stream()
                .noneMatch(found -> found.partner().code().equals(code))) {
          missed.add(typo);
        }
      }
    }
    assertThat(missed).isEmpty();
  }

  private static List<String> issued(int count) {
    IssuedCodes issuing = new IssuedCodes(LOOK_ALIKES, new Random(42));
    List<String> codes = new ArrayList<>();
    while (codes.size() < count) {
      codes.add(issuing.next(partners(codes)));
    }
    return codes;
  }

  private static List<PartnerDirectory.Entry> partners(List<String> codes) {
    return TestCodes.partners(codes.toArray(String[]::new));
  }
}
