package io.leadhub.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The routes as they ship, with shorter times: what takes minutes in production takes seconds here.
 */
final class ShortRoutes {

  /** Past it, a node's work belongs to whoever takes it. */
  static final int LEASE_MILLIS = 3_000;

  private static final Path COPY = Path.of("target", "chaos", "routes");

  private ShortRoutes() {}

  /** The value for {@code camel.main.routes-include-pattern}. */
  static String copy() {
    try {
      for (String directory : List.of("", "in", "out")) {
        Files.createDirectories(COPY.resolve(directory));
        try (Stream<Path> files = Files.list(Path.of("routes", directory))) {
          for (Path file : files.filter(one -> one.toString().endsWith(".camel.yaml")).toList()) {
            Files.writeString(
                COPY.resolve(directory).resolve(file.getFileName()),
                shortened(Files.readString(file)));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Stream.of("", "in/", "out/")
        .map(directory -> "file:" + COPY + "/" + directory + "*.camel.yaml")
        .reduce((one, other) -> one + "," + other)
        .orElseThrow();
  }

  private static String shortened(String route) {
    return route
        .replaceAll("(?m)^ +(retryDelay|maxRetryDelay|lease): .*\\R", "")
        .replaceAll(
            "(?m)^( +)(subscriber: .*)$",
            "$1$2\n$1lease: " + LEASE_MILLIS + "\n$1retryDelay: 300\n$1maxRetryDelay: 2000")
        .replaceAll("settleTime: \\d+", "settleTime: 2500")
        .replaceAll("responseTimeout: \\d+", "responseTimeout: 2000");
  }
}
