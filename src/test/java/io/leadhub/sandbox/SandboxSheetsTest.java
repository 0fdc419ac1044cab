package io.leadhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leadhub.TestSettings;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SandboxSheetsTest {

  /** They know their row only, not which one was the last. */
  @Test
  void aSheetWithRowsOfAnEarlierVersionGoesOnBelowThem() throws Exception {
    MemoryJournal journal = new MemoryJournal();
    SandboxSheets sheets =
        new SandboxSheets(journal, TestSettings.of("hub.google-sheets.spreadsheet-id", "s1"));
    journal.keep(
        SandboxJournal.SHEETS,
        "Leads",
        "Dana",
        new ObjectMapper().readTree("{\"row\": 7, \"values\": [\"Dana\"]}"));

    sheets.append(
        "s1", "Leads!A1", "RAW", "", "{\"values\": [[\"Max\"]]}".getBytes(StandardCharsets.UTF_8));

    assertThat(journal.newest(1).get(0).body().path("row").asInt()).isEqualTo(8);
  }
}
