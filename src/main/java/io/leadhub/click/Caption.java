package io.leadhub.click;

import java.text.BreakIterator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A text that fits below a picture: smaller where it is long, on two lines where it is longer, and
 * cut where it is longer still.
 *
 * @param lines one or two
 * @param size of the letters, in the unit of the width
 */
record Caption(List<String> lines, double size) {

  /**
   * @param largest size of the letters
   * @param smallest size before the text is broken
   * @param most the width there is
   * @param width of a text in letters of size 1
   */
  static Caption of(
      String text, double largest, double smallest, double most, ToDoubleFunction<String> width) {
    double size = Math.min(largest, most / Math.max(width.applyAsDouble(text), 1e-9));
    if (size >= smallest) {
      return new Caption(List.of(text), size);
    }
    double room = most / smallest;
    int end = fitting(text, room, width);
    int space = text.lastIndexOf(' ', end);
    int cut = space > 0 ? space : end;
    String rest = text.substring(cut).strip();
    String second =
        width.applyAsDouble(rest) <= room
            ? rest
            : rest.substring(0, fitting(rest, room - width.applyAsDouble("…"), width)).strip()
                + "…";
    return new Caption(List.of(text.substring(0, cut).strip(), second), smallest);
  }

  /** So much of the text has room; a letter stays with its accents. */
  private static int fitting(String text, double room, ToDoubleFunction<String> width) {
    BreakIterator letters = BreakIterator.getCharacterInstance();
    letters.setText(text);
    int end = letters.next();
    for (int next = end;
        next != BreakIterator.DONE && width.applyAsDouble(text.substring(0, next)) <= room;
        next = letters.next()) {
      end = next;
    }
    return end;
  }
}
