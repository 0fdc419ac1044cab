package io.leadhub.durable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/**
 * Lets concurrent publishers share a commit: while one is being written the next ones gather, and
 * all of them go with the following one. Each caller goes on only after the commit it was part of.
 */
final class GroupCommit implements Runnable {

  private static final int MOST_EVENTS = 256;

  /** Stays far below MariaDB's default max_allowed_packet of 16 MB, escapes included. */
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private record Waiting(NewEvent event, CompletableFuture<Long> committed) {}

  private static final Waiting STOP = new Waiting(null, null);

  private final BlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final Function<List<NewEvent>, List<Long>> commit;
  private Waiting leftOver;
  private volatile boolean stopped;

  /**
   * @param commit writes the events in one transaction and answers their ids
   */
  GroupCommit(Function<List<NewEvent>, List<Long>> commit) {
    this.commit = commit;
  }

  /**
   * Returns when the events are committed, many of them not all at once.
   *
   * @return for each its id, or null where its key was already there
   * @throws RuntimeException what the database said of one of them; that one is not stored
   */
  List<Long> publish(List<NewEvent> events) {
    List<CompletableFuture<Long>> committed = events.stream().map(this::submit).toList();
    try {
      List<Long> ids = new ArrayList<>(committed.size());
      committed.forEach(one -> ids.add(one.join()));
      return ids;
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** As {@link #publish}, for who may give up waiting: cancelled in time it is not written. */
  CompletableFuture<Long> submit(NewEvent event) {
    Waiting waiting = new Waiting(event, new CompletableFuture<>());
    queue.add(waiting);
    if (stopped) {
      failAll(new IllegalStateException("the durable component is stopped"));
    }
    return waiting.committed;
  }

  /** What is waiting is still written; what comes later is refused. */
  void stop() {
    queue.add(STOP);
  }

  @Override
  public void run() {
    stopped = false;
    List<Waiting> group = new ArrayList<>();
    while (gather(group)) {
      write(group);
      group.clear();
    }
    stopped = true;
    failAll(new IllegalStateException("the durable component is stopped"));
  }

  /** Blocks for the first event, then takes what else is there. */
  private boolean gather(List<Waiting> group) {
    Waiting next = leftOver;
    leftOver = null;
    try {
      if (next == null) {
        next = queue.take();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    int bytes = 0;
    while (next != null && next != STOP) {
      bytes += next.event.payload().bytes().length;
      if (!group.isEmpty() && bytes > MOST_BYTES) {
        break;
      }
      group.add(next);
      next = group.size() < MOST_EVENTS ? queue.poll() : null;
    }
    leftOver = next;
    return !group.isEmpty();
  }

  private void write(List<Waiting> gathered) {
    List<Waiting> group =
        gathered.stream().filter(waiting -> !waiting.committed.isCancelled()).toList();
    if (group.isEmpty()) {
      return;
    }
    try {
      List<Long> ids = commit.apply(group.stream().map(Waiting::event).toList());
      for (int i = 0; i < group.size(); i++) {
        group.get(i).committed.complete(ids.get(i));
      }
    } catch (RuntimeException | Error e) {
      if (group.size() == 1 || DatabaseLoss.isIn(e)) {
        group.forEach(waiting -> waiting.committed.completeExceptionally(e));
      } else {
        // One bad event must not fail its neighbours: let each try by itself.
        group.forEach(waiting -> write(List.of(waiting)));
      }
    }
  }

  private void failAll(RuntimeException reason) {
    for (Waiting waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
      if (waiting != STOP) {
        waiting.committed.completeExceptionally(reason);
      }
    }
  }
}
