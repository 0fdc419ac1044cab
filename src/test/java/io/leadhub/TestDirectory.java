package io.leadhub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where tests keep files: the processes that share the tests have a directory each. */
public final class TestDirectory {

  private static final Path OURS =
      Path.of(System.getProperty("leadhub.test.directory", "target/tests-1"));

  static {
    try {
      Files.createDirectories(OURS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TestDirectory() {}

  /** A path below it; the directory itself is there, what is below it may not be. */
  public static Path of(String... names) {
    Path path = OURS;
    for (String name : names) {
      path = path.resolve(name);
    }
    return path;
  }
}
