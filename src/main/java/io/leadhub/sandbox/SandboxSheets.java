package io.leadhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leadhub.HubSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Pretends to be Google Sheets: one spreadsheet whose tabs appear when they are written to. */
@SandboxController
@ConditionalOnProperty("hub.sandbox.google-sheets")
@RequestMapping("/sandbox/sheets/v4/spreadsheets/{spreadsheetId}/values")
final class SandboxSheets {

  private final SandboxJournal journal;
  private final String spreadsheetId;

  SandboxSheets(SandboxJournal journal, HubSettings settings) {
    this.journal = journal;
    this.spreadsheetId = settings.googleSheets().spreadsheetId();
  }

  @GetMapping("/{range}")
  Map<String, Object> get(
      @PathVariable("spreadsheetId") String spreadsheet, @PathVariable("range") String range) {
    CellRange wanted = check(spreadsheet, range);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("range", range);
    answer.put("majorDimension", "ROWS");
    List<List<String>> rows = rows(wanted);
    if (!rows.isEmpty()) {
      answer.put("values", rows);
    }
    return answer;
  }

  /** One at a time: a row's number is the last one's plus one. */
  @PostMapping("/{range}:append")
  synchronized Map<String, Object> append(
      @PathVariable("spreadsheetId") String spreadsheet,
      @PathVariable("range") String range,
      @RequestParam(name = "valueInputOption", defaultValue = "") String valueInputOption,
      @RequestHeader(name = HttpHeaders.CONTENT_ENCODING, defaultValue = "") String encoding,
      @RequestBody(required = false) byte[] body) {
    CellRange table = check(spreadsheet, range);
    List<List<String>> rows = values(values(valueInputOption, encoding, body));
    int first = lastRow(table.tab()) + 1;
    journal.keep(sent(table, first, rows));
    return answer(table, first, rows);
  }

  /** Cells that are null stay as they are. */
  @PutMapping("/{range}")
  synchronized Map<String, Object> update(
      @PathVariable("spreadsheetId") String spreadsheet,
      @PathVariable("range") String range,
      @RequestParam(name = "valueInputOption", defaultValue = "") String valueInputOption,
      @RequestHeader(name = HttpHeaders.CONTENT_ENCODING, defaultValue = "") String encoding,
      @RequestBody(required = false) byte[] body) {
    CellRange cells = check(spreadsheet, range);
    JsonNode values = values(valueInputOption, encoding, body);
    values(values); // complains of what is none
    int last = lastRow(cells.tab());
    List<SandboxJournal.Sent> sent = new ArrayList<>();
    for (JsonNode row : values) {
      int number = cells.firstRow() + sent.size();
      List<String> updated = new ArrayList<>(row(cells.tab(), number));
      for (int i = 0; i < row.size(); i++) {
        int column = cells.firstColumn() + i;
        while (updated.size() < column) {
          updated.add("");
        }
        if (!row.get(i).isNull()) {
          updated.set(column - 1, row.get(i).asText());
        }
      }
      CellRange whole = new CellRange(cells.tab(), 1, number, updated.size(), number);
      sent.add(sent(whole, number, Math.max(last, number), updated));
    }
    journal.keep(sent);
    return Map.of(
        "spreadsheetId", spreadsheetId, "updatedRange", range, "updatedRows", sent.size());
  }

  /** A row as it is now, from the first column. */
  private List<String> row(String tab, int number) {
    CellRange row = new CellRange(tab, 1, number, Integer.MAX_VALUE, number);
    List<List<String>> rows = rows(row, SandboxJournal.MEMORY * 2);
    return rows.isEmpty() ? List.of() : rows.get(0);
  }

  private CellRange check(String spreadsheet, String range) {
    if (!spreadsheet.equals(spreadsheetId)) {
      throw refusal(404, "NOT_FOUND", "Requested entity was not found.");
    }
    return CellRange.parse(range).orElseThrow(() -> invalid("Unable to parse range: " + range));
  }

  private static JsonNode values(String valueInputOption, String encoding, byte[] body) {
    if (!valueInputOption.matches("RAW|USER_ENTERED")) {
      throw invalid("'valueInputOption' is required but not specified");
    }
    return (encoding.equalsIgnoreCase("gzip") ? RequestJson.readGzip(body) : RequestJson.read(body))
        .orElseThrow(() -> invalid("Invalid JSON payload received."))
        .path("values");
  }

  private List<List<String>> values(JsonNode values) {
    if (!values.isArray()) {
      throw invalid("Invalid value at 'data.values'");
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode row : values) {
      if (!row.isArray()) {
        throw invalid("Invalid values[" + rows.size() + "]: not a list");
      }
      for (JsonNode cell : row) {
        if (cell.isContainerNode()) {
          throw invalid("Invalid values[" + rows.size() + "]: a cell is not a plain value");
        }
      }
      rows.add(cells(row));
    }
    return rows;
  }

  private int lastRow(String tab) {
    return journal.newest(SandboxJournal.SHEETS, tab, 1).stream()
        .mapToInt(call -> call.body().path("last").asInt(row(call))) // old ones have a row only
        .findFirst()
        .orElse(0);
  }

  /** Each row is remembered by itself; columns left of the table are empty cells. */
  private List<SandboxJournal.Sent> sent(CellRange table, int first, List<List<String>> rows) {
    List<SandboxJournal.Sent> sent = new ArrayList<>();
    for (List<String> row : rows) {
      int number = first + sent.size();
      sent.add(sent(table, number, number, row));
    }
    return sent;
  }

  /**
   * @param last the number of the sheet's last row then
   */
  private SandboxJournal.Sent sent(CellRange table, int number, int last, List<String> row) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("spreadsheetId", spreadsheetId);
    body.put("range", table.cells(number, Math.max(1, row.size())));
    body.put("row", number);
    body.put("last", last);
    ArrayNode cells = body.putArray("values");
    Collections.nCopies(table.firstColumn() - 1, "").forEach(cells::add);
    row.forEach(cells::add);
    return new SandboxJournal.Sent(
        SandboxJournal.SHEETS, table.tab(), String.join(" | ", row), body);
  }

  private Map<String, Object> answer(CellRange table, int first, List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(1);
    int last = first + Math.max(1, rows.size()) - 1;
    String start = table.cells(first, 1);
    String end = table.cells(last, Math.max(1, columns));
    String updated =
        start.substring(0, start.lastIndexOf(':')) + end.substring(end.lastIndexOf(':'));
    Map<String, Object> updates = new LinkedHashMap<>();
    updates.put("spreadsheetId", spreadsheetId);
    updates.put("updatedRange", updated);
    updates.put("updatedRows", rows.size());
    updates.put("updatedColumns", columns);
    updates.put("updatedCells", rows.stream().mapToInt(List::size).sum());
    return Map.of("spreadsheetId", spreadsheetId, "updates", updates);
  }

  private List<List<String>> rows(CellRange wanted) {
    return rows(wanted, Math.min(wanted.lastRow(), SandboxJournal.MEMORY * 2));
  }

  /** As Google answers: rows in order, without empty cells and rows at the end. */
  private List<List<String>> rows(CellRange wanted, int limit) {
    Map<Integer, List<String>> latest = new TreeMap<>();
    for (SandboxCall call : journal.oldest(SandboxJournal.SHEETS, wanted.tab(), limit)) {
      if (row(call) >= wanted.firstRow() && row(call) <= wanted.lastRow()) {
        latest.put(row(call), within(wanted, cells(call.body().path("values"))));
      }
    }
    List<List<String>> rows = new ArrayList<>();
    latest.forEach(
        (number, cells) -> {
          while (rows.size() < number - wanted.firstRow()) {
            rows.add(List.of());
          }
          rows.add(cells);
        });
    return rows;
  }

  private static List<String> within(CellRange wanted, List<String> cells) {
    int from = Math.min(wanted.firstColumn() - 1, cells.size());
    int to = Math.min(wanted.lastColumn(), cells.size());
    while (to > from && cells.get(to - 1).isEmpty()) {
      to--;
    }
    return cells.subList(from, Math.max(from, to));
  }

  static int row(SandboxCall call) {
    return call.body().path("row").asInt();
  }

  static List<String> cells(JsonNode row) {
    return StreamSupport.stream(row.spliterator(), false)
        .map(cell -> cell.isNull() ? "" : cell.asText())
        .toList();
  }

  private static Refusal invalid(String message) {
    return refusal(400, "INVALID_ARGUMENT", message);
  }

  private static Refusal refusal(int code, String status, String message) {
    return new Refusal(
        code,
        "Google Sheets: " + message,
        Map.of("error", Map.of("code", code, "message", message, "status", status)));
  }
}
