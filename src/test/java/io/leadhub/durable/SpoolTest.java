package io.leadhub.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.Mockito;
import org.mockito.invocation.InvocationOnMock;

/** The spool's files: what is in them after crashes, on bad disks and on full ones. */
class SpoolTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.123456Z");
  private static final long PLENTY = 1L << 30;

  @TempDir Path directory;

  @Test
  void anEventComesBackWithEverythingItHad() {
    NewEvent event =
        new NewEvent(
            "webhook.meta",
            "key/1",
            "+66 81",
            "lead/42",
            new Payload(Payload.BYTES, new byte[] {0, (byte) 0xff, 7}),
            NOON);
    NewEvent sparse =
        new NewEvent("t", "ключ", null, null, new Payload(Payload.TEXT, new byte[0]), NOON);
    try (Spool spool = open()) {
      spool.append(List.of(event, sparse));
    }

    try (Spool spool = open()) {
      List<NewEvent> events = spool.peek(10, 1000).events();
      assertThat(events)
          .usingRecursiveFieldByFieldElementComparator()
          .containsExactly(event, sparse);
      assertThat(spool.state().records()).isEqualTo(2);
      assertThat(spool.state().oldest()).isEqualTo(NOON);
    }
  }

  @Test
  void eventsComeInTheirOrderOverManyFilesAndRestarts() throws IOException {
    int events = 60;
    for (int from = 0; from < events; from += 20) {
      try (Spool spool = open()) {
        for (int i = from; i < from + 20; i++) {
          spool.append(List.of(event(i, 500_000)));
        }
      }
    }
    assertThat(files()).hasSizeGreaterThan(6);

    try (Spool spool = open()) {
      assertThat(drain(spool)).isEqualTo(IntStream.range(0, events).boxed().toList());
      assertThat(spool.isEmpty()).isTrue();
      assertThat(spool.state().bytes()).isZero();
      assertThat(spool.state().oldest()).isNull();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void aFileStaysUntilAllItsEventsAreCommitted() throws IOException {
    Spool killed = open();
    killed.append(List.of(event(1), event(2), event(3)));
    killed.remove(killed.peek(2, 1000));
    assertThat(killed.state().records()).isEqualTo(1);

    // Not closed: a killed process closes nothing. The keys make the two harmless.
    try (Spool spool = open()) {
      assertThat(drain(spool)).containsExactly(1, 2, 3);
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void drainingGoesOnAfterAnErrorOfTheProcess() throws InterruptedException {
    AtomicInteger tries = new AtomicInteger();
    try (Spool spool = open()) {
      spool.append(List.of(event(1)));
      SpoolDrain drain =
          new SpoolDrain(
              spool,
              events -> {
                if (tries.incrementAndGet() == 1) {
                  throw new OutOfMemoryError("for a moment");
                }
              });
      Thread draining = new Thread(drain);
      draining.start();
      await().until(spool::isEmpty);
      drain.stop();
      draining.join();
    }
    assertThat(tries).hasValue(2);
  }

  @Test
  void eventsMayComeWhileOthersAreRead() {
    try (Spool spool = open()) {
      spool.append(List.of(event(1), event(2)));
      Spool.Batch first = spool.peek(10, 1000);
      spool.append(List.of(event(3)));
      assertThat(numbers(first.events())).containsExactly(1, 2);
      spool.remove(first);
      assertThat(spool.isEmpty()).isFalse();
      assertThat(drain(spool)).containsExactly(3);
      spool.append(List.of(event(4)));
      assertThat(drain(spool)).containsExactly(4);
    }
  }

  @Test
  void aBatchHasABoundInEventsAndInBytesAndAtLeastOneEvent() {
    try (Spool spool = open()) {
      spool.append(List.of(event(1, 1000), event(2, 1000), event(3, 1000)));
      assertThat(spool.peek(2, 1_000_000).events()).hasSize(2);
      assertThat(spool.peek(10, 1500).events()).hasSize(2);
      assertThat(spool.peek(10, 1).events()).hasSize(1);
    }
  }

  @Test
  void aRecordTornAtAnyByteIsCutOffAndThoseBeforeItStay() throws IOException {
    try (Spool spool = open()) {
      spool.append(List.of(event(1), event(2)));
    }
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    int last = whole.length - SpoolRecord.encode(event(2)).length;
    for (int length = last; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));

      try (Spool spool = open()) {
        assertThat(numbers(spool.peek(10, 1000).events()))
            .as("cut at " + length)
            .containsExactly(1);
        assertThat(spool.state().records()).isEqualTo(1);
        assertThat(Files.size(file)).isEqualTo(last);
        spool.append(List.of(event(3)));
        assertThat(drain(spool)).containsExactly(1, 3);
      }
      assertThat(files()).as("cut at " + length).isEmpty();
    }
  }

  @Test
  void aFileWithNothingButATornRecordIsGone() throws IOException {
    Files.write(directory.resolve("00000000000000000007.spool"), new byte[] {0x4C, 0x48, 0x53});
    try (Spool spool = open()) {
      assertThat(spool.isEmpty()).isTrue();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void damageAtAnyByteCostsTheOneRecordAndTheFileIsKept() throws IOException {
    try (Spool spool = open()) {
      spool.append(List.of(event(1), event(2), event(3)));
    }
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    Files.delete(file);
    int record = SpoolRecord.encode(event(2)).length;
    for (int at = record; at < 2 * record; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      Files.write(file, damaged);

      try (Spool spool = open()) {
        assertThat(spool.state().records()).as("damaged at " + at).isEqualTo(2);
        assertThat(drain(spool)).as("damaged at " + at).containsExactly(1, 3);
        assertThat(spool.state().bytes()).isZero();
      }
      assertThat(files()).extracting(Path::toString).containsExactly(file + ".damaged");
      assertThat(files().get(0)).hasBinaryContent(damaged);
      Files.delete(files().get(0));
    }
  }

  @Test
  void aPayloadThatLooksLikeARecordIsStillAPayload() {
    byte[] record = SpoolRecord.encode(event(9));
    NewEvent quoting = new NewEvent("t", "1", null, null, new Payload(Payload.BYTES, record), NOON);
    try (Spool spool = open()) {
      spool.append(List.of(quoting, event(2)));
      assertThat(drain(spool)).containsExactly(1, 2);
    }
  }

  @Test
  void overItsSizeItRefusesAndTakesAgainWhenItIsEmptier() {
    long room = 3L * SpoolRecord.encode(event(1)).length;
    try (Spool spool = Spool.open(directory, room)) {
      spool.append(List.of(event(1), event(2)));
      assertThatThrownBy(() -> spool.append(List.of(event(3), event(4))))
          .isInstanceOf(SpoolException.class)
          .hasMessageContaining("is full")
          .hasMessageContaining("hub.spool.max-size");
      spool.append(List.of(event(5)));
      assertThat(drain(spool)).containsExactly(1, 2, 5);
      spool.append(List.of(event(6)));
      assertThat(drain(spool)).containsExactly(6);
    }
  }

  private enum Fault {
    CREATE,
    WRITE_NOTHING,
    WRITE_HALF,
    SYNC,
    CUT_BACK_TOO
  }

  @ParameterizedTest
  @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "CREATE")
  void afterADiskThatFailsItGoesOnAndKeepsNothingThatItRefused(Fault fault) throws IOException {
    BadDisk disk = new BadDisk();
    try (Spool spool = Spool.open(directory, PLENTY, disk)) {
      spool.append(List.of(event(1)));
      disk.fault = fault;
      assertThatThrownBy(() -> spool.append(List.of(event(2)))).isInstanceOf(SpoolException.class);
      assertThatThrownBy(() -> spool.append(List.of(event(3)))).isInstanceOf(SpoolException.class);
      assertThat(spool.state().records()).isEqualTo(1);
      disk.fault = null;
      spool.append(List.of(event(4)));
    }
    try (Spool spool = open()) {
      assertThat(drain(spool)).containsExactly(1, 4);
    }
    // Half a record that could not be cut off costs nothing but a file kept aside.
    assertThat(files()).hasSize(fault == Fault.CUT_BACK_TOO ? 1 : 0);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aFaultAtTheFirstEventLeavesNothingBehind(Fault fault) throws IOException {
    BadDisk disk = new BadDisk();
    try (Spool spool = Spool.open(directory, PLENTY, disk)) {
      disk.fault = fault;
      assertThatThrownBy(() -> spool.append(List.of(event(1)))).isInstanceOf(SpoolException.class);
      assertThat(spool.isEmpty()).isTrue();
      assertThat(spool.state().bytes()).isZero();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void anAppendIsOnTheDiskBeforeItReturnsAndManyEventsShareOneSync() throws IOException {
    BadDisk disk = new BadDisk();
    try (Spool spool = Spool.open(directory, PLENTY, disk)) {
      spool.append(IntStream.range(0, 100).mapToObj(SpoolTest::event).toList());
      assertThat(disk.syncs).hasValue(1);
      assertThat(disk.syncedDirectories)
          .as("its own name, and that of its first file")
          .containsExactly(directory.toAbsolutePath().getParent(), directory);
      spool.append(List.of(event(100)));
      assertThat(disk.syncs).hasValue(2);
    }
  }

  @Test
  void whatTheDatabaseRefusesIsSetAsideInTheSameFormat() throws IOException {
    try (Spool spool = open()) {
      Path file = spool.setAside(event(7));
      assertThat(SpoolRecord.next(ByteBuffer.wrap(Files.readAllBytes(file)), 0).event().key())
          .isEqualTo("7");
    }
    try (Spool spool = open()) {
      assertThat(spool.isEmpty()).as("not published again by itself").isTrue();
    }
    assertThat(files()).hasSize(1);
  }

  @Test
  void aClosedSpoolTakesAndRemovesNothing() throws IOException {
    Spool spool = open();
    spool.append(List.of(event(1)));
    Spool.Batch batch = spool.peek(10, 1000);
    spool.close();
    spool.remove(batch);
    assertThatThrownBy(() -> spool.append(List.of(event(2)))).isInstanceOf(SpoolException.class);
    assertThat(files()).hasSize(1);
  }

  private Spool open() {
    return Spool.open(directory, PLENTY);
  }

  private static NewEvent event(int number) {
    return event(number, 20);
  }

  private static NewEvent event(int number, int size) {
    Payload payload = new Payload(Payload.BYTES, new byte[size]);
    return new NewEvent("webhook.meta", Integer.toString(number), null, null, payload, NOON);
  }

  private static List<Integer> numbers(List<NewEvent> events) {
    return events.stream().map(event -> Integer.valueOf(event.key())).toList();
  }

  private static List<Integer> drain(Spool spool) {
    List<Integer> drained = new ArrayList<>();
    for (Spool.Batch batch = spool.peek(7, 2_000_000);
        !batch.events().isEmpty();
        batch = spool.peek(7, 2_000_000)) {
      drained.addAll(numbers(batch.events()));
      spool.remove(batch);
    }
    return drained;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  /** A real disk until it is told to fail. */
  private static final class BadDisk implements Spool.Disk {

    final AtomicInteger syncs = new AtomicInteger();
    final List<Path> syncedDirectories = new ArrayList<>();
    Fault fault;

    @Override
    public FileChannel create(Path file) throws IOException {
      if (fault == Fault.CREATE) {
        throw new IOException("No space left on device");
      }
      FileChannel real = Spool.Disk.super.create(file);
      return Mockito.mock(FileChannel.class, call -> answer(real, call));
    }

    @Override
    public void sync(Path directory) throws IOException {
      Spool.Disk.super.sync(directory);
      syncedDirectories.add(directory);
    }

    private Object answer(FileChannel real, InvocationOnMock call) throws Throwable {
      String method = call.getMethod().getName();
      if (method.equals("write") && fault != null && fault != Fault.SYNC) {
        ByteBuffer block = call.getArgument(0);
        int half = fault == Fault.WRITE_NOTHING ? 0 : block.remaining() / 2;
        real.write(block.slice(block.position(), half), call.getArgument(1));
        throw new IOException("No space left on device");
      }
      if (method.equals("force")) {
        syncs.incrementAndGet();
        if (fault == Fault.SYNC) {
          throw new IOException("Input/output error");
        }
      }
      if (method.equals("truncate") && fault == Fault.CUT_BACK_TOO) {
        throw new IOException("Input/output error");
      }
      return call.getMethod().invoke(real, call.getArguments());
    }
  }
}
