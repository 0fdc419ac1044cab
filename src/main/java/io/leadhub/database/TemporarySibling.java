package io.leadhub.database;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * A directory in which something is made before it is renamed to what it shall be, so that a
 * process killed in between leaves nothing half done under the real name.
 */
final class TemporarySibling {

  private static final Logger log = LoggerFactory.getLogger(TemporarySibling.class);

  private TemporarySibling() {}

  static Path of(Path target) throws IOException {
    return Files.createTempDirectory(
        Files.createDirectories(target.getParent()), target.getFileName() + ".new-");
  }

  static void deleteLeftovers(Path target) {
    if (!Files.isDirectory(target.getParent())) {
      return;
    }
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(target.getParent(), target.getFileName() + ".new-*")) {
      for (Path leftover : leftovers) {
        FileSystemUtils.deleteRecursively(leftover);
      }
    } catch (IOException e) {
      // An installer that outlived its hub may still write there; the next start tries again.
      log.debug("Left over next to {}", target, e);
    }
  }
}
