package io.leadhub.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.sheets.v4.model.ValueRange;
import io.leadhub.TestSettings;
import io.leadhub.durable.PauseException;
import io.leadhub.durable.RetryException;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where things are in a sheet that people work in. */
class SheetTableTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode OURS = json("[['Lead','Name','Phone']]");

  private final SheetTable table = table("A1");

  @ParameterizedTest
  @CsvSource({
    "A1, 1:1, A1, A1:A",
    "Leads!B3, Leads!3:3, Leads!B3, Leads!B3:B",
    "'''My leads''!A1', '''My leads''!1:1', '''My leads''!A1', '''My leads''!A1:A'",
    "Leads, Leads!1:1, Leads!A1, Leads!A1:A",
    "A2:I2, 2:2, A2, A2:A",
    "Leads!C:I, Leads!1:1, Leads!C1, Leads!C1:C"
  })
  void theTableStartsWhereTheRangeSays(String range, String headings, String start, String keys) {
    SheetTable there = table(range);
    SheetTable.Layout layout = there.layout(new ValueRange(), OURS);

    assertThat(there.headings()).isEqualTo(headings);
    assertThat(there.start(layout)).isEqualTo(start);
    assertThat(there.keys(layout)).isEqualTo(keys);
  }

  @Test
  void anEmptySheetIsNewUntilItsHeadingsWereWritten() {
    assertThat(table.layout(new ValueRange(), OURS).isNew()).isTrue();
    table.headed();
    assertThat(table.layout(new ValueRange(), OURS).isNew()).isFalse();
  }

  @Test
  void valuesFollowTheirHeadings() {
    SheetTable.Layout layout = layout("", "Phone", "Called back?", " lead ", "NAME");

    assertThat(table.start(layout)).isEqualTo("B1");
    assertThat(table.keys(layout)).isEqualTo("D1:D");
    assertThat(table.rows(json("[[42,'Dana','+66']]"), layout).getValues())
        .containsExactly(List.of("+66", "", 42, "Dana"));
  }

  @Test
  void aRowIsWrittenAnewInOurColumnsOnlyAndWithoutItsKey() throws Exception {
    SheetTable.Layout layout = layout("", "Phone", "Called back?", " lead ", "NAME");

    assertThat(table("'Q1'!A1").row(List.of("'Q1'!D17"), layout)).isEqualTo("'Q1'!B17:E17");
    assertThat(
            GsonFactory.getDefaultInstance()
                .toString(table.update(json("[[42,'Dana','+66']]"), layout)))
        .as("as it goes to Google, where null leaves a cell alone")
        .contains("[[\"+66\",null,null,\"Dana\"]]");
  }

  @Test
  void whatGoogleWroteBesideTheHeadingsPausesTheSheet() {
    SheetTable.Layout layout = layout("", "Lead", "Name");

    table.checkPlace("Sheet1!B7:C9", layout);
    table.checkPlace("'My leads'!B7", layout);
    table.checkPlace(null, layout);
    assertThatThrownBy(() -> table.checkPlace("Sheet1!A7:B9", layout))
        .isInstanceOf(PauseException.class)
        .hasMessageContaining("Google wrote to Sheet1!A7:B9, but the headings begin in column B.");
  }

  @Test
  void aRowThatIsNotThereIsTriedAgain() {
    SheetTable.Layout layout = layout("Lead", "Name", "Phone");
    assertThatThrownBy(() -> table.row(Collections.singletonList(null), layout))
        .isInstanceOf(RetryException.class);
  }

  @Test
  void aColumnWithoutAHeadingGoesRightOfAllOthers() {
    SheetTable.Layout layout = layout("Lead", "Phone", "Note");

    assertThat(table.rows(json("[[42,'Dana','+66']]"), layout).getValues())
        .containsExactly(List.of(42, "+66", "", "Dana"));
  }

  @Test
  void whereNoHeadingIsOursTheColumnsStandInOurOrder() {
    SheetTable.Layout layout = layout("", "Лид", "Имя", "Телефон");

    assertThat(layout.isNew()).isFalse();
    assertThat(table.start(layout)).isEqualTo("B1");
    assertThat(table.keys(layout)).isEqualTo("B1:B");
    assertThat(table.rows(json("[[42,'Dana','+66']]"), layout).getValues())
        .containsExactly(List.of(42, "Dana", "+66"));
  }

  @Test
  void aRowIsFoundByItsKeyHoweverTheCellShowsIt() {
    List<List<Object>> cells =
        List.of(
            List.of("Lead"),
            List.of(),
            List.of(new BigDecimal("42.0")),
            List.of(" 43 "),
            List.of(7));

    assertThat(
            table.find(
                new ValueRange().setValues(cells),
                json("[[43,'x','y'],[44,'x','y'],[42,'x','y']]"),
                layout("Lead", "Name", "Phone")))
        .containsExactly("A4", null, "A3");
  }

  @Test
  void anEmptyColumnHasNobody() {
    assertThat(table.find(new ValueRange(), json("[[43]]"), layout("Lead")))
        .containsExactly((String) null);
  }

  private SheetTable.Layout layout(Object... headings) {
    return table.layout(new ValueRange().setValues(List.of(List.of(headings))), OURS);
  }

  private static SheetTable table(String range) {
    return new SheetTable(TestSettings.of("hub.google-sheets.range", range), JSON);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }
}
