package io.leadhub.durable;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Brings what is in the spool to the database, in order; where the database is away this is the
 * only place that asks whether it is back.
 */
final class SpoolDrain implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(SpoolDrain.class);

  private static final int MOST_EVENTS = 256;
  private static final int MOST_BYTES = 4 * 1024 * 1024;
  private static final long PROBE_MILLIS = 1_000;

  private final Spool spool;
  private final Consumer<List<NewEvent>> commit;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private boolean failing;
  private long published;

  /**
   * @param commit writes events in one transaction, and ignores those whose key is there already
   */
  SpoolDrain(Spool spool, Consumer<List<NewEvent>> commit) {
    this.spool = spool;
    this.commit = commit;
  }

  void stop() {
    stopped.countDown();
  }

  @Override
  public void run() {
    try {
      do {
        while (stopped.getCount() > 0 && publishBatch()) {
          // until the spool is empty or the database fails
        }
      } while (!stopped.await(PROBE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns whether there may be more. */
  private boolean publishBatch() {
    try {
      Spool.Batch batch = spool.peek(MOST_EVENTS, MOST_BYTES);
      if (batch.events().isEmpty()) {
        if (published > 0) {
          log.info("The spool is empty again: {} events of it are in the database", published);
          published = 0;
        }
        return false;
      }
      commit(batch.events());
      spool.remove(batch);
      published += batch.events().size();
      failing = false;
      return true;
    } catch (RuntimeException | Error e) {
      if (!failing) {
        failing = true;
        log.warn("What is in the spool can't be brought to the database; trying on", e);
      }
      return false;
    }
  }

  private void commit(List<NewEvent> events) {
    try {
      commit.accept(events);
    } catch (RuntimeException e) {
      if (!isRefused(e)) {
        throw e;
      }
      if (events.size() > 1) {
        events.forEach(event -> commit(List.of(event)));
        return;
      }
      // Acknowledged, so it must not get lost; yet those behind it must not wait for it for ever.
      Path file = spool.setAside(events.get(0));
      log.error("The database refuses an event of the spool for good; it is kept in {}", file, e);
    }
  }

  private static boolean isRefused(RuntimeException e) {
    return e instanceof DataIntegrityViolationException || DatabaseLoss.isTooLarge(e);
  }
}
