package io.leadhub.durable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events that wait for the database, in files of a directory that belongs to this process alone.
 * What {@link #append} returned from is on the disk. Files are only ever appended to, read from the
 * oldest on, and deleted when all their events are committed; after a crash some of the oldest are
 * therefore read again, and their keys must keep them from being published twice.
 */
public final class Spool implements AutoCloseable {

  /** What may fail; tests play a bad disk here. */
  interface Disk {

    default FileChannel create(Path file) throws IOException {
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** A new file's name is on the disk only when its directory is. Windows has no such call. */
    default void sync(Path directory) throws IOException {
      if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    }
  }

  /**
   * @param bytes on the disk
   * @param records not yet in the database
   * @param oldest when the first of them came, or null
   */
  public record State(long bytes, long records, Instant oldest, long maxBytes) {}

  /** Events as they follow each other, and the position behind them. */
  record Batch(List<NewEvent> events, Segment segment, int end) {}

  /** A file; complete records reach up to {@code size}. */
  private static final class Segment {
    final Path file;
    int size;
    boolean damaged;

    Segment(Path file) {
      this.file = file;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Spool.class);

  private static final String SUFFIX = ".spool";
  private static final String REFUSED = "refused-";

  /** A file that has reached it gets no more; it is read as a whole, so it must fit into memory. */
  private static final int SEGMENT_BYTES = 4 * 1024 * 1024;

  private final Path directory;
  private final long maxBytes;
  private final Disk disk;
  private final Deque<Segment> segments = new ArrayDeque<>();
  private long bytes;
  private long lastNumber;
  private int readTo;
  private Instant oldest;
  private FileChannel appending;
  private boolean closed;
  private volatile long records;

  private Spool(Path directory, long maxBytes, Disk disk) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.disk = disk;
  }

  /**
   * Finds what an earlier process left. A record it did not finish is cut off: nobody was told that
   * it was kept.
   *
   * @param directory made if need be
   * @throws UncheckedIOException when the directory can't be written or read
   */
  public static Spool open(Path directory, long maxBytes) {
    return open(directory, maxBytes, new Disk() {});
  }

  static Spool open(Path directory, long maxBytes, Disk disk) {
    Spool spool = new Spool(directory, maxBytes, disk);
    try {
      Files.createDirectories(directory);
      disk.sync(directory.toAbsolutePath().getParent());
      spool.findSegments();
    } catch (IOException e) {
      throw new UncheckedIOException("the spool in " + directory + " can't be read", e);
    }
    return spool;
  }

  private void findSegments() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files =
          all.filter(file -> file.getFileName().toString().matches("\\d+\\" + SUFFIX))
              .sorted()
              .toList();
    }
    for (Path file : files) {
      boolean last = file.equals(files.get(files.size() - 1));
      Segment segment = new Segment(file);
      long found = check(segment, last);
      lastNumber = Long.parseLong(file.getFileName().toString().replace(SUFFIX, ""));
      if (found == 0 && !segment.damaged) {
        Files.delete(file);
        continue;
      }
      segments.add(segment);
      bytes += segment.size;
      records += found;
    }
    if (records > 0) {
      log.info("The spool in {} holds {} events that go to the database now", directory, records);
    }
  }

  /** Counts a file's records, and ends it behind the last of them if it is where a crash was. */
  private long check(Segment segment, boolean last) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(segment.file));
    long found = 0;
    int at = 0;
    for (SpoolRecord next = SpoolRecord.next(content, 0);
        next != null;
        next = SpoolRecord.next(content, at)) {
      segment.damaged |= next.begin() != at;
      oldest = oldest == null ? next.event().publishedAt() : oldest;
      at = next.end();
      found++;
    }
    segment.size = content.limit();
    if (at < content.limit() && last) {
      log.warn(
          "{} ends with {} bytes that are no whole record, as after a crash; they are cut off",
          segment.file,
          content.limit() - at);
      try (FileChannel channel = FileChannel.open(segment.file, StandardOpenOption.WRITE)) {
        channel.truncate(at).force(true);
      }
      segment.size = at;
    } else if (at < content.limit()) {
      segment.damaged = true;
    }
    if (segment.damaged) {
      log.error(
          "{} is damaged; the {} events in it that can be read are published, and the file is kept"
              + " as {}.damaged",
          segment.file,
          found,
          segment.file.getFileName());
    }
    return found;
  }

  boolean isEmpty() {
    return records == 0;
  }

  public synchronized State state() {
    return new State(bytes, records, oldest, maxBytes);
  }

  /**
   * Returns when all these events are on the disk.
   *
   * @throws SpoolException when they are not; none of them is kept then, and the spool goes on
   */
  synchronized void append(List<NewEvent> events) {
    List<byte[]> encoded = events.stream().map(SpoolRecord::encode).toList();
    int length = encoded.stream().mapToInt(record -> record.length).sum();
    if (closed) {
      throw new SpoolException("the spool in " + directory + " is closed", null);
    }
    if (bytes + length > maxBytes) {
      throw new SpoolException(
          "the spool in %s is full: %d of %d bytes; it empties when the database is back, and"
                  .formatted(directory, bytes, maxBytes)
              + " hub.spool.max-size makes it larger",
          null);
    }
    ByteBuffer block = ByteBuffer.allocate(length);
    encoded.forEach(block::put);
    try {
      write(block.flip());
    } catch (IOException e) {
      abandonSegment();
      throw new SpoolException("the spool in " + directory + " can't be written: " + e, e);
    }
    segments.getLast().size += length;
    bytes += length;
    if (records == 0) {
      oldest = events.get(0).publishedAt();
      log.warn("The database is away: events are kept in {} until it is back", directory);
    }
    records += events.size();
  }

  private void write(ByteBuffer block) throws IOException {
    if (appending != null && segments.getLast().size >= SEGMENT_BYTES) {
      appending.close();
      appending = null;
    }
    if (appending == null) {
      // Named by the time, so that a name does not come again and files kept aside stay theirs.
      lastNumber = Math.max(lastNumber + 1, System.currentTimeMillis());
      Path file = directory.resolve("%020d%s".formatted(lastNumber, SUFFIX));
      appending = disk.create(file);
      segments.add(new Segment(file));
      disk.sync(directory);
    }
    long at = segments.getLast().size;
    while (block.hasRemaining()) {
      at += appending.write(block, at);
    }
    appending.force(true);
  }

  /**
   * After a failed write or sync nobody knows what the disk has: the file is cut back to what was
   * promised before, and what comes next goes to a new one.
   */
  private void abandonSegment() {
    if (appending == null) {
      return;
    }
    Segment segment = segments.getLast();
    try (FileChannel failed = appending) {
      failed.truncate(segment.size).force(true);
    } catch (IOException e) {
      log.warn("{} can't be cut back to {} bytes: {}", segment.file, segment.size, e.toString());
    }
    appending = null;
    if (segment.size == 0) {
      segments.removeLast();
      deleteQuietly(segment.file);
    }
  }

  /**
   * The oldest events, up to so many; none when the spool is empty.
   *
   * @param mostBytes of payload, but at least one event is answered
   */
  synchronized Batch peek(int mostEvents, int mostBytes) {
    while (!segments.isEmpty()) {
      Batch batch = read(segments.getFirst(), mostEvents, mostBytes);
      if (!batch.events.isEmpty()) {
        oldest = batch.events.get(0).publishedAt();
        return batch;
      }
      finishFirst();
    }
    records = 0;
    oldest = null;
    return new Batch(List.of(), null, 0);
  }

  private Batch read(Segment segment, int mostEvents, int mostBytes) {
    ByteBuffer content = ByteBuffer.allocate(segment.size - readTo);
    try (FileChannel channel = FileChannel.open(segment.file, StandardOpenOption.READ)) {
      while (content.hasRemaining() && channel.read(content, readTo + content.position()) >= 0) {
        // a read may bring less than it was asked for
      }
    } catch (IOException e) {
      throw new UncheckedIOException(segment.file + " can't be read", e);
    }
    content.flip();
    List<NewEvent> events = new ArrayList<>();
    int end = 0;
    for (int size = 0; events.size() < mostEvents && size < mostBytes; ) {
      SpoolRecord next = SpoolRecord.next(content, end);
      if (next == null) {
        segment.damaged |= end < content.limit();
        break;
      }
      segment.damaged |= next.begin() != end;
      events.add(next.event());
      size += next.event().payload().bytes().length;
      end = next.end();
    }
    return new Batch(events, segment, readTo + end);
  }

  /** The events of a batch are committed. */
  synchronized void remove(Batch batch) {
    if (closed || batch.segment != segments.peekFirst()) {
      return;
    }
    readTo = batch.end;
    records = Math.max(0, records - batch.events.size());
    if (readTo >= batch.segment.size) {
      finishFirst();
    }
  }

  private void finishFirst() {
    Segment segment = segments.removeFirst();
    readTo = 0;
    bytes -= segment.size;
    if (segments.isEmpty()) {
      closeQuietly();
      records = 0;
      oldest = null;
    }
    if (!segment.damaged) {
      deleteQuietly(segment.file);
      return;
    }
    try {
      Files.move(segment.file, Path.of(segment.file + ".damaged"));
    } catch (IOException e) {
      log.error("{} is damaged and can't be set aside: {}", segment.file, e.toString());
    }
  }

  /**
   * Keeps an event that the database will never take where a person finds it; it may be removed
   * from the spool then.
   */
  synchronized Path setAside(NewEvent event) {
    lastNumber = Math.max(lastNumber + 1, System.currentTimeMillis());
    Path file = directory.resolve("%s%020d%s".formatted(REFUSED, lastNumber, SUFFIX));
    try (FileChannel channel = disk.create(file)) {
      ByteBuffer record = ByteBuffer.wrap(SpoolRecord.encode(event));
      while (record.hasRemaining()) {
        channel.write(record);
      }
      channel.force(true);
      disk.sync(directory);
    } catch (IOException e) {
      deleteQuietly(file);
      throw new UncheckedIOException(file + " can't be written", e);
    }
    return file;
  }

  /** What is in it stays for the next process. */
  @Override
  public synchronized void close() {
    closed = true;
    closeQuietly();
  }

  private void closeQuietly() {
    try {
      if (appending != null) {
        appending.close();
      }
    } catch (IOException e) {
      log.debug("A file whose content is on the disk does not close", e);
    }
    appending = null;
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("{} is done with but can't be deleted: {}", file, e.toString());
    }
  }
}
