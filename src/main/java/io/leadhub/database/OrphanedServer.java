package io.leadhub.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database server of a hub that was killed: it goes on without its hub and holds the data
 * directory, so the next hub stops it first.
 */
final class OrphanedServer {

  private static final Logger log = LoggerFactory.getLogger(OrphanedServer.class);
  private static final int PATIENCE_SECONDS = 30;

  private OrphanedServer() {}

  /** Stops the process of {@code pidFile} if it is a server on {@code data}, else leaves it be. */
  static void stop(Path pidFile, Path data, Path program) {
    Optional<ProcessHandle> orphan =
        processOf(pidFile).filter(process -> isServerOn(process.info(), data, program));
    if (orphan.isEmpty()) {
      return;
    }
    ProcessHandle process = orphan.get();
    log.warn("A killed hub left its database server behind, stopping process {}", process.pid());
    process.destroy();
    if (!ended(process, PATIENCE_SECONDS)) {
      process.destroyForcibly();
      if (!ended(process, PATIENCE_SECONDS)) {
        throw new DatabaseStartException(
            "the database server of an earlier LeadHub (process "
                + process.pid()
                + ") still holds "
                + data,
            "Stop that process, then start again.");
      }
    }
  }

  private static Optional<ProcessHandle> processOf(Path pidFile) {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(pidFile).trim()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  // The system may have given the number to some other process since.
  private static boolean isServerOn(ProcessHandle.Info info, Path data, Path program) {
    Path command = Path.of(info.command().orElse(""));
    String name = String.valueOf(command.getFileName());
    if (!name.startsWith("mariadbd") && !name.startsWith("mysqld")) {
      return false;
    }
    // Windows tells no arguments; there the program below our own directory is the proof.
    return info.arguments()
        .map(arguments -> Arrays.asList(arguments).contains("--datadir=" + data))
        .orElseGet(() -> command.equals(program));
  }

  private static boolean ended(ProcessHandle process, int seconds) {
    try {
      process.onExit().get(seconds, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return !process.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }
}
