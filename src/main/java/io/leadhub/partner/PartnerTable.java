package io.leadhub.partner;

import io.leadhub.partner.PartnerImport.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Partners in the CSV that spreadsheets write: RFC 4180, with a comma or a semicolon. */
final class PartnerTable {

  /** The columns, with the fields that they are. */
  private static final Map<String, String> COLUMNS =
      Map.of(
          "code", "code",
          "name", "name",
          "locale", "locale",
          "timezone", "timeZone",
          "phone", "phone",
          "telegramchatid", "telegramChatIds",
          "active", "active");

  /**
   * @param told what cells hold, by fields; those of empty cells are missing
   * @param problems what cannot be read
   */
  record Row(long line, String code, Map<String, Object> told, List<String> problems) {}

  private static final int MOST_ROWS = 20_000;

  private PartnerTable() {}

  /**
   * @param errors takes what is wrong with the file as a whole; there are no rows then
   */
  static List<Row> read(byte[] file, List<Problem> errors) {
    String text = decode(file, errors);
    if (!errors.isEmpty()) {
      return List.of();
    }
    String header = text.lines().findFirst().orElse("");
    char delimiter = count(header, ';') > count(header, ',') ? ';' : ',';
    CSVFormat format =
        CSVFormat.DEFAULT.builder().setDelimiter(delimiter).setIgnoreEmptyLines(false).get();
    List<Row> rows = new ArrayList<>();
    long line = 1;
    try (CSVParser parser = CSVParser.parse(new StringReader(text), format)) {
      Iterator<CSVRecord> records = parser.iterator();
      List<String> columns = columns(records, errors);
      long next = parser.getCurrentLineNumber() + 1; // asked before hasNext, which reads ahead
      while (errors.isEmpty() && records.hasNext()) {
        line = next;
        CSVRecord record = records.next();
        next = parser.getCurrentLineNumber() + 1;
        if (rows.size() == MOST_ROWS) {
          errors.add(
              new Problem(line, "The file has more than " + MOST_ROWS + " partners: split it."));
          return List.of();
        }
        if (record.stream().anyMatch(cell -> !cell.isBlank())) {
          rows.add(row(line, record, columns));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      errors.add(new Problem(line, "The file is no CSV from here on: " + e.getMessage() + "."));
      return List.of();
    }
    return rows;
  }

  /** Excel's older "CSV" is in the alphabet of the machine, and names would be kept garbled. */
  private static String decode(byte[] file, List<Problem> errors) {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    CharBuffer text = CharBuffer.allocate(file.length + 1);
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
    if (result.isError()) {
      long line = 1 + count(new String(file, 0, bytes.position(), StandardCharsets.UTF_8), '\n');
      errors.add(
          new Problem(line, "Malformed UTF-8 at line " + line + ": save the file as “CSV UTF-8”."));
    }
    String read = text.flip().toString();
    return read.startsWith("\uFEFF") ? read.substring(1) : read;
  }

  private static List<String> columns(Iterator<CSVRecord> records, List<Problem> errors) {
    if (!records.hasNext()) {
      errors.add(new Problem(1, "The file is empty."));
      return List.of();
    }
    List<String> columns = new ArrayList<>();
    for (String cell : records.next()) {
      String column = COLUMNS.get(cell.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]", ""));
      if (column == null || columns.contains(column)) {
        errors.add(
            new Problem(
                1,
                "The first line has to name the columns, each once: code, name, locale, timeZone,"
                    + " phone, telegramChatId, active. “"
                    + cell
                    + "” is none of them or stands there twice."));
        return List.of();
      }
      columns.add(column);
    }
    if (!columns.contains("code")) {
      errors.add(new Problem(1, "There is no column code."));
    }
    return columns;
  }

  private static Row row(long line, CSVRecord record, List<String> columns) {
    Map<String, Object> told = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    String code = "";
    for (int i = 0; i < record.size(); i++) {
      String cell = record.get(i).strip();
      if (i >= columns.size()) {
        problems.add("it has more cells than there are columns");
        break;
      }
      if (columns.get(i).equals("code")) {
        code = cell;
      } else if (!cell.isEmpty()) {
        told.put(columns.get(i), value(columns.get(i), cell));
      }
    }
    return new Row(line, code, told, problems);
  }

  /** As JSON would have it; what cannot be read stays as it is and is refused later. */
  private static Object value(String field, String cell) {
    return switch (field) {
      case "active" ->
          switch (cell.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "1" -> true;
            case "false", "no", "0" -> false;
            default -> cell;
          };
      case "telegramChatIds" -> Stream.of(cell.split("\\s+")).map(PartnerTable::number).toList();
      default -> cell;
    };
  }

  private static Object number(String word) {
    try {
      return Long.valueOf(word);
    } catch (NumberFormatException e) {
      return word;
    }
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(one -> one == wanted).count();
  }
}
