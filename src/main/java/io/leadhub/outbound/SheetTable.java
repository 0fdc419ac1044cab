package io.leadhub.outbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.util.Data;
import com.google.api.services.sheets.v4.model.ValueRange;
import io.leadhub.HubSettings;
import io.leadhub.durable.PauseException;
import io.leadhub.durable.RetryException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/**
 * Where the columns of {@code google-sheets.jq} are in the sheet, by the headings in its first row:
 * people insert columns, move them and sort rows. The first column of the mapping is the key.
 */
@Component("sheetTable")
public class SheetTable {

  /**
   * @param columns where each column of the mapping is, from 1; the key's comes first
   * @param first the leftmost column of the table
   * @param isNew whether the headings are still to be written
   */
  public record Layout(List<Integer> columns, int first, boolean isNew) {}

  private static final Pattern START =
      Pattern.compile("(?i)(?:(?<tab>.+)!)?(?<column>[A-Z]{1,3})(?<row>\\d{1,7})?(?::.*)?");

  /** The next rows would stand in the wrong place, too. */
  private static final Duration UNTIL_SOMEBODY_LOOKS = Duration.ofDays(30);

  private static final Pattern WRITTEN =
      Pattern.compile("(?:.+!)?(?<column>[A-Z]{1,3})\\d+(?::.*)?");

  private final ObjectMapper json;
  private final String tab;
  private final int startColumn;
  private final int headingsRow;
  private volatile boolean headed;

  SheetTable(HubSettings settings, ObjectMapper json) {
    this.json = json;
    String range = settings.googleSheets().range();
    Matcher start = START.matcher(range);
    boolean isCell = start.matches() && (start.group("tab") != null || range.matches(".*[:\\d].*"));
    String ownTab = isCell ? start.group("tab") : range;
    this.tab = ownTab == null ? "" : ownTab + "!";
    this.startColumn = isCell ? number(start.group("column")) : 1;
    this.headingsRow =
        isCell && start.group("row") != null ? Integer.parseInt(start.group("row")) : 1;
  }

  /** The row of headings, all of it: columns may have been added on the right. */
  public String headings() {
    return tab + headingsRow + ":" + headingsRow;
  }

  /**
   * A column goes where its heading is. One without a heading goes right of all others, where a
   * heading can be written; only where no heading is ours do the columns stand in our order.
   *
   * @param row what the sheet has in the row of headings
   * @param mapped the headings of the mapping, as a row of rows
   */
  public Layout layout(ValueRange row, JsonNode mapped) {
    Map<String, Integer> there = new HashMap<>();
    int first = Integer.MAX_VALUE;
    int last = 0;
    List<Object> cells =
        row.getValues() == null || row.getValues().isEmpty() ? List.of() : row.getValues().get(0);
    for (int column = startColumn; column <= cells.size(); column++) {
      String heading = heading(String.valueOf(cells.get(column - 1)));
      if (!heading.isEmpty()) {
        there.putIfAbsent(heading, column);
        first = Math.min(first, column);
        last = column;
      }
    }
    List<String> ours = new ArrayList<>();
    mapped.path(0).forEach(heading -> ours.add(heading(heading.asText())));
    if (Collections.disjoint(ours, there.keySet())) {
      int start = there.isEmpty() ? startColumn : first;
      List<Integer> inOrder = IntStream.range(0, ours.size()).mapToObj(i -> start + i).toList();
      return new Layout(inOrder, start, there.isEmpty() && !headed);
    }
    List<Integer> columns = new ArrayList<>();
    for (String heading : ours) {
      Integer column = there.get(heading);
      columns.add(column == null ? ++last : column);
    }
    return new Layout(columns, first, false);
  }

  /** Until the next start: whoever empties the sheet while we run wants it without headings. */
  public void headed() {
    headed = true;
  }

  /** Where to append: the table's first cell. */
  public String start(Layout layout) {
    return tab + letters(layout.first) + headingsRow;
  }

  /**
   * @param rows an array of arrays of cells, in the order of the mapping
   */
  public ValueRange rows(JsonNode rows, Layout layout) {
    List<List<Object>> placed = new ArrayList<>();
    int width = Collections.max(layout.columns) - layout.first + 1;
    for (JsonNode row : rows) {
      List<Object> cells = new ArrayList<>(Collections.nCopies(width, ""));
      for (int i = 0; i < row.size(); i++) {
        Object cell = json.convertValue(row.get(i), Object.class);
        cells.set(layout.columns.get(i) - layout.first, cell);
      }
      placed.add(cells);
    }
    return new ValueRange().setValues(placed);
  }

  /**
   * Google looks for the table itself, and finds one further left where cells beside ours are
   * filled below an empty heading.
   *
   * @param written the cells that Google wrote, such as {@code Leads!B7:J9}, or null
   * @throws PauseException when they do not begin in our first column: the rows after these must
   *     not stand beside their headings, too
   */
  public void checkPlace(String written, Layout layout) {
    Matcher start = WRITTEN.matcher(written == null ? "" : written);
    if (start.matches() && number(start.group("column")) != layout.first) {
      throw new PauseException(
          ("Google wrote to %s, but the headings begin in column %s. Give each column left of them"
                  + " a heading, or empty it; delete what was written; then resume.")
              .formatted(written, letters(layout.first)),
          UNTIL_SOMEBODY_LOOKS);
    }
  }

  /** The column of keys, from the headings down. */
  public String keys(Layout layout) {
    String column = letters(layout.columns.get(0));
    return tab + column + headingsRow + ":" + column;
  }

  /**
   * Which rows are in the sheet already.
   *
   * @param keys what the sheet has in {@link #keys}
   * @return for each row its cell in the sheet, or null where it is not there
   */
  public List<String> find(ValueRange keys, JsonNode rows, Layout layout) {
    Map<String, Integer> known = new HashMap<>();
    List<List<Object>> cells = keys.getValues() == null ? List.of() : keys.getValues();
    for (int i = 0; i < cells.size(); i++) {
      if (!cells.get(i).isEmpty()) {
        known.putIfAbsent(key(cells.get(i).get(0)), headingsRow + i);
      }
    }
    List<String> found = new ArrayList<>();
    for (JsonNode row : rows) {
      Integer line = known.get(key(json.convertValue(row.path(0), Object.class)));
      found.add(line == null ? null : tab + letters(layout.columns.get(0)) + line);
    }
    return found;
  }

  /**
   * The cells of one lead's row, from our leftmost to our rightmost column.
   *
   * @param found what {@link #find} answered for that lead
   * @throws RetryException when the row is not there, or not yet
   */
  public String row(List<String> found, Layout layout) {
    String key = found.get(0);
    if (key == null) {
      throw new RetryException("The lead has no row in the sheet, or not yet.");
    }
    String line = key.substring(key.length() - digitsAtTheEnd(key));
    return tab
        + letters(Collections.min(layout.columns))
        + line
        + ":"
        + letters(Collections.max(layout.columns))
        + line;
  }

  private static int digitsAtTheEnd(String cell) {
    int digits = 0;
    while (Character.isDigit(cell.charAt(cell.length() - 1 - digits))) {
      digits++;
    }
    return digits;
  }

  /**
   * What is written into {@link #row}: our cells but the key. Google leaves cells alone that are
   * null here, see <a
   * href="https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets.values#ValueRange">ValueRange</a>.
   *
   * @param rows an array with the one row, in the order of the mapping
   */
  public ValueRange update(JsonNode rows, Layout layout) {
    int first = Collections.min(layout.columns);
    int width = Collections.max(layout.columns) - first + 1;
    List<Object> cells = new ArrayList<>(Collections.nCopies(width, Data.NULL_STRING));
    for (int i = 1; i < layout.columns.size(); i++) {
      cells.set(
          layout.columns.get(i) - first, json.convertValue(rows.path(0).path(i), Object.class));
    }
    return new ValueRange().setValues(List.of(cells));
  }

  /** Google gives numbers with as many zeros as it likes, people turn them into texts. */
  private static String key(Object cell) {
    return cell instanceof Number number
        ? new BigDecimal(number.toString()).stripTrailingZeros().toPlainString()
        : String.valueOf(cell).strip();
  }

  private static String heading(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  private static int number(String letters) {
    return letters
        .toUpperCase(Locale.ROOT)
        .chars()
        .reduce(0, (number, letter) -> number * 26 + letter - 'A' + 1);
  }

  private static String letters(int column) {
    String last = String.valueOf((char) ('A' + (column - 1) % 26));
    return column <= 26 ? last : letters((column - 1) / 26) + last;
  }
}
