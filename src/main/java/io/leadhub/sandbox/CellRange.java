package io.leadhub.sandbox;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cells of a sheet in A1 notation: {@code A1}, {@code Leads!A1:Z1}, {@code 'My leads'!A:A}, {@code
 * Leads}. Numbers start at 1 and include the last one.
 */
record CellRange(String tab, int firstColumn, int firstRow, int lastColumn, int lastRow) {

  static final String FIRST_TAB = "Sheet1";

  private static final int END = Integer.MAX_VALUE;
  private static final Pattern CELLS =
      Pattern.compile(
          "(?i)(?<column>[A-Z]{0,3})(?<row>[1-9]\\d{0,6})?"
              + "(?<more>:(?<toColumn>[A-Z]{0,3})(?<toRow>[1-9]\\d{0,6})?)?");

  /** Empty when the text is no range. */
  static Optional<CellRange> parse(String text) {
    int mark = text.lastIndexOf('!');
    Optional<CellRange> cells = cells(mark < 0 ? FIRST_TAB : tab(text, mark), text, mark + 1);
    return cells.isPresent() || mark >= 0 || text.isBlank()
        ? cells
        : Optional.of(new CellRange(unquoted(text), 1, 1, END, END));
  }

  private static Optional<CellRange> cells(String tab, String text, int from) {
    Matcher cells = CELLS.matcher(text).region(from, text.length());
    if (tab.isBlank() || !cells.matches()) {
      return Optional.empty();
    }
    int column = column(cells.group("column"), 1);
    int row = number(cells.group("row"), 1);
    if (cells.group("more") == null) {
      boolean oneCell = !cells.group("column").isEmpty() && cells.group("row") != null;
      return oneCell ? Optional.of(new CellRange(tab, column, row, column, row)) : Optional.empty();
    }
    return Optional.of(
        new CellRange(
            tab,
            column,
            row,
            column(cells.group("toColumn"), END),
            number(cells.group("toRow"), END)));
  }

  /** {@code A2:C2} of this range's tab. */
  String cells(int row, int columns) {
    return quoted() + "!" + cell(firstColumn, row) + ":" + cell(firstColumn + columns - 1, row);
  }

  String quoted() {
    return tab.matches("\\w+") ? tab : "'" + tab.replace("'", "''") + "'";
  }

  static String letters(int column) {
    String last = String.valueOf((char) ('A' + (column - 1) % 26));
    return column <= 26 ? last : letters((column - 1) / 26) + last;
  }

  private static String cell(int column, int row) {
    return letters(column) + row;
  }

  private static String tab(String text, int mark) {
    return unquoted(text.substring(0, mark));
  }

  private static String unquoted(String tab) {
    boolean quoted = tab.length() > 2 && tab.startsWith("'") && tab.endsWith("'");
    return quoted ? tab.substring(1, tab.length() - 1).replace("''", "'") : tab;
  }

  private static int column(String letters, int otherwise) {
    return letters.isEmpty()
        ? otherwise
        : letters
            .toUpperCase(Locale.ROOT)
            .chars()
            .reduce(0, (number, letter) -> number * 26 + letter - 'A' + 1);
  }

  private static int number(String digits, int otherwise) {
    return digits == null ? otherwise : Integer.parseInt(digits);
  }
}
