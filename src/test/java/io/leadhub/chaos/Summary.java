package io.leadhub.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What was tried, how often and what happened: a table in {@code target/chaos.md}. */
final class Summary {

  /** Repeats a run: {@code -Dchaos.seed=…}. */
  static final long SEED = Chance.SEED;

  /** The long form: {@code mvn verify -Pchaos}. */
  static final boolean LONG = Boolean.getBoolean("chaos.long");

  private static final Path FILE = Path.of("target", "chaos.md");
  private static final List<String> ROWS = new ArrayList<>();

  private Summary() {}

  /**
   * One row; a later one of the same words replaces it.
   *
   * @param tried what was done to the hub
   * @param times how often, with its unit
   * @param happened what came of it
   */
  static synchronized void row(String tried, String times, String happened) {
    String start = "| " + tried + " | ";
    ROWS.removeIf(row -> row.startsWith(start));
    ROWS.add(start + times + " | " + happened + " |");
    String head =
        "%s form, seed %d\n\n| Tried | How often | What happened |\n|---|---|---|\n"
            .formatted(LONG ? "Long" : "Short", SEED);
    try {
      Files.writeString(FILE, head + String.join("\n", ROWS) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
