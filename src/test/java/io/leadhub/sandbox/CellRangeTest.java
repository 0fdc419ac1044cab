package io.leadhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CellRangeTest {

  private static final String END = "2147483647";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A1 | Sheet1 | 1 | 1 | 1 | 1",
        "b2 | Sheet1 | 2 | 2 | 2 | 2",
        "A1:Z1 | Sheet1 | 1 | 1 | 26 | 1",
        "Leads!A1 | Leads | 1 | 1 | 1 | 1",
        "Leads!A:A | Leads | 1 | 1 | 1 | " + END,
        "Leads!A2:C | Leads | 1 | 2 | 3 | " + END,
        "Leads!1:2 | Leads | 1 | 1 | " + END + " | 2",
        "'My ''best'' leads!'!AA10:AB11 | My 'best' leads! | 27 | 10 | 28 | 11",
        "Leads | Leads | 1 | 1 | " + END + " | " + END,
        "Лиды!A1 | Лиды | 1 | 1 | 1 | 1",
      })
  void a1NotationIsRead(
      String text, String tab, int firstColumn, int firstRow, int lastColumn, int lastRow) {
    assertThat(CellRange.parse(text))
        .contains(new CellRange(tab, firstColumn, firstRow, lastColumn, lastRow));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Leads!", "!A1", "Leads!A0", "Leads!A", "Leads!A1:B2:C3"})
  void whatIsNoRangeIsNotRead(String text) {
    assertThat(CellRange.parse(text)).isEmpty();
  }

  @Test
  void cellsAreNamedAsGoogleNamesThem() {
    assertThat(CellRange.parse("A1").orElseThrow().cells(5, 28)).isEqualTo("Sheet1!A5:AB5");
    assertThat(CellRange.parse("'It''s'!B1").orElseThrow().cells(2, 2)).isEqualTo("'It''s'!B2:C2");
    assertThat(CellRange.letters(702)).isEqualTo("ZZ");
    assertThat(CellRange.letters(703)).isEqualTo("AAA");
  }
}
