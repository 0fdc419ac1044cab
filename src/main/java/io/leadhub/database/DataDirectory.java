package io.leadhub.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A data directory that belongs to this process until it is closed or the process dies. */
final class DataDirectory implements AutoCloseable {

  // Closing any channel to the lock file would drop this process's lock on it (POSIX), so a second
  // taker in the same process must be turned away before it opens one.
  private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Makes the directory if need be and takes it. */
  static DataDirectory take(Path directory) {
    Path path;
    try {
      path = Files.createDirectories(directory.toAbsolutePath().normalize()).toRealPath();
    } catch (IOException e) {
      throw notWritable(directory, e);
    }
    if (!TAKEN.add(path)) {
      throw inUse(path);
    }
    FileChannel channel = null;
    FileLock lock = null;
    try {
      channel =
          FileChannel.open(
              path.resolve("leadhub.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = channel.tryLock();
      if (lock == null) {
        throw inUse(path);
      }
      return new DataDirectory(path, channel);
    } catch (OverlappingFileLockException e) {
      throw inUse(path);
    } catch (IOException e) {
      throw notWritable(path, e);
    } finally {
      if (lock == null) {
        closeQuietly(channel);
        TAKEN.remove(path);
      }
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    closeQuietly(channel);
    TAKEN.remove(path);
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // The lock ends with the process anyway.
    }
  }

  private static DatabaseStartException inUse(Path path) {
    return new DatabaseStartException(
        "another LeadHub is running with data directory " + path,
        "Stop it, or set HUB_DATA_DIR to a directory of its own.");
  }

  private static DatabaseStartException notWritable(Path path, IOException cause) {
    return new DatabaseStartException(
        "the data directory "
            + path
            + " cannot be written by user "
            + System.getProperty("user.name")
            + " ("
            + cause
            + ")",
        "Give this user the directory, or set HUB_DATA_DIR to one that it may write.",
        cause);
  }
}
