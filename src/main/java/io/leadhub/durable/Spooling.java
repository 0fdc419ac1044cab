package io.leadhub.durable;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.camel.spi.ExecutorServiceManager;

/**
 * Publishes to the database, and to the spool while that is away. Once something is in the spool
 * everything goes there, until it is empty again: so order is kept, and nobody waits for a database
 * that is known to be away.
 */
final class Spooling {

  /** A webhook's sender does not wait much longer; whoever gives up here has the spool. */
  private static final long PATIENCE_MILLIS = 2_000;

  private static final long LONGEST_STOP_MILLIS = 5_000;

  private final Spool spool;
  private final GroupCommit database;
  private final GroupCommit file;
  private final Function<List<NewEvent>, List<Long>> commit;
  private final WakeUps wakeUps;
  private final String node;
  private final AtomicLong keys = new AtomicLong();
  private SpoolDrain drain;
  private Thread drainThread;

  Spooling(
      Spool spool,
      GroupCommit database,
      Function<List<NewEvent>, List<Long>> commit,
      WakeUps wakeUps,
      String node) {
    this.spool = spool;
    this.database = database;
    this.commit = commit;
    this.wakeUps = wakeUps;
    this.node = node;
    this.file = new GroupCommit(this::append);
  }

  void start(ExecutorServiceManager threads) {
    threads.newThread("durable-spool", file).start();
    drain = new SpoolDrain(spool, this::drained);
    drainThread = threads.newThread("durable-drain", drain);
    drainThread.start();
  }

  /** A batch on its way to the database is waited for; cut short it would come again, unharmed. */
  void stop() throws InterruptedException {
    file.stop();
    drain.stop();
    drainThread.join(LONGEST_STOP_MILLIS);
  }

  /**
   * Returns when the event is committed, or on the disk.
   *
   * @throws SpoolException when neither the database nor the disk takes it
   */
  Publication publish(NewEvent event) {
    // With a key the event can go both ways: a commit that perhaps took place is harmless then.
    NewEvent keyed =
        event.key() == null ? event.withKey(node + "/" + keys.incrementAndGet()) : event;
    if (spool.isEmpty()) {
      CompletableFuture<Long> committed = database.submit(keyed);
      try {
        Long id = committed.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        wakeUps.wake(event.topic());
        return Publication.committed(id);
      } catch (TimeoutException e) {
        committed.cancel(false); // too late perhaps: it may be on its way, or there already
      } catch (ExecutionException e) {
        if (!DatabaseLoss.isIn(e.getCause())) {
          throw e.getCause() instanceof RuntimeException cause
              ? cause
              : new IllegalStateException(e.getCause());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while publishing", e);
      }
    }
    file.publish(List.of(keyed.withPublishedAt(Instant.now())));
    return Publication.SPOOLED;
  }

  private List<Long> append(List<NewEvent> events) {
    spool.append(events);
    return Collections.nCopies(events.size(), null);
  }

  private void drained(List<NewEvent> events) {
    commit.apply(events);
    events.stream().map(NewEvent::topic).distinct().forEach(wakeUps::wake);
  }
}
