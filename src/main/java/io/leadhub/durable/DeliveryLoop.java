package io.leadhub.durable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;

/**
 * One thread for each consumer: settles what the workers finished and claims more, in one
 * transaction a round, and hands the claimed deliveries to the workers. Survives every failure, be
 * it the database's or the process's own: it says so once, keeps what is to be settled and goes on.
 */
final class DeliveryLoop implements Runnable {

  /** How a route ended; both null when it just completed. */
  record Ending(Throwable failure, String remoteId) {}

  /** A delivery of ours. Past its lease another node may have it, so it is not begun any more. */
  private static final class Claimed {
    final Delivery delivery;
    final String owner;
    volatile long leaseEnds;
    boolean ended;

    Claimed(Delivery delivery, String owner, long leaseEnds) {
      this.delivery = delivery;
      this.owner = owner;
      this.leaseEnds = leaseEnds;
    }
  }

  private record Finished(Claimed claimed, Settlement settlement) {

    Ended ended() {
      return new Ended(claimed.delivery.id(), claimed.owner, settlement);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(DeliveryLoop.class);

  private static final String INTERRUPTED = "The hub itself failed in the middle of the attempt: ";

  /** Longest wait for more to settle together, while every worker still has something to do. */
  private static final Duration GATHERING = Duration.ofMillis(20);

  private final String name;
  private final DurableComponent component;
  private final DeliveryQueue queue;
  private final Backfill backfill;
  private final RetryPolicy policy;
  private final Governor governor;
  private final Function<List<Delivery>, List<Ending>> route;
  private final Executor workers;
  private final int batchSize;
  private final int atWork;
  private final int capacity;
  private final Duration lease;
  private final long pollMillis;

  private final Semaphore signal = new Semaphore(0);
  private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();
  private final Map<Long, Claimed> inHand = new ConcurrentHashMap<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean stopped;
  private long claims;
  private long nextUpkeep = System.nanoTime();
  private long nextProbe = System.nanoTime();
  private boolean backfilling = true;
  private boolean failing;

  /**
   * @param route works on the deliveries and says how each of them ended
   */
  DeliveryLoop(
      DurableEndpoint endpoint, Function<List<Delivery>, List<Ending>> route, Executor workers) {
    this.name = endpoint.getTopic() + " → " + endpoint.getSubscriber();
    this.component = endpoint.getComponent();
    this.queue =
        new DeliveryQueue(
            component.jdbc(),
            endpoint.getTopic(),
            endpoint.getSubscriber(),
            endpoint.getAfterDeadLetter() == DurableEndpoint.AfterDeadLetter.hold);
    this.backfill = new Backfill(component.jdbc(), endpoint.getTopic(), endpoint.getSubscriber());
    this.policy = endpoint.retryPolicy();
    this.governor = new Governor(component.jdbc(), component.transactions(), endpoint.getLimits());
    this.route = route;
    this.workers = workers;
    this.batchSize = endpoint.getBatchSize();
    this.atWork = endpoint.getConcurrency() * batchSize;
    this.capacity = endpoint.getConcurrency() * Math.max(batchSize, endpoint.getPrefetch());
    this.lease = Duration.ofMillis(endpoint.getLease());
    this.pollMillis = endpoint.getPollInterval();
  }

  void wake() {
    signal.release();
  }

  /**
   * Claims nothing more; returns at once, {@link #run} returns when the work in hand is settled.
   */
  void stop() {
    stopped = true;
    stopping.countDown();
    wake();
  }

  @Override
  public void run() {
    while (!stopped || !inHand.isEmpty()) {
      boolean lostARace = round();
      if (!lostARace && !awaitNextRound()) {
        return;
      }
    }
  }

  /** Returns false when interrupted. */
  private boolean awaitNextRound() {
    try {
      if (signal.tryAcquire(pollMillis, TimeUnit.MILLISECONDS)) {
        long end = System.nanoTime() + GATHERING.toNanos();
        while (workersAreSupplied()
            && signal.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          // One more has ended, or was published: worth a round only when it pays.
        }
        signal.drainPermits();
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Nobody waits for a round: what has ended can be settled together with what ends next. */
  private boolean workersAreSupplied() {
    int ended = finished.size();
    return !stopped && inHand.size() - ended > atWork && ended < capacity / 2;
  }

  /** Returns whether to try again at once. */
  private boolean round() {
    List<Finished> settling = new ArrayList<>();
    for (Finished next = finished.poll(); next != null; next = finished.poll()) {
      if (isInHand(next.claimed)) {
        settling.add(next);
      } else {
        reportTakenOver(next.claimed.delivery.id());
      }
    }
    try {
      if (backfilling) {
        backfilling = component.transactions().execute(tx -> backfill.next());
        return true;
      }
      keepUp();
      int free = stopped ? 0 : capacity - inHand.size() + settling.size();
      String owner = component.node() + "/" + ++claims;
      long leaseEnds = System.nanoTime() + lease.toNanos();
      List<Delivery> claimed =
          settling.isEmpty() && free <= 0
              ? List.of()
              : component.transactions().execute(tx -> settleAndClaim(settling, free, owner));
      settling.forEach(done -> inHand.remove(done.claimed.delivery.id(), done.claimed));
      settling.clear();
      handOut(claimed.stream().map(d -> new Claimed(d, owner, leaseEnds)).toList());
      if (failing) {
        failing = false;
        log.info("{}: it works again", name);
      }
      return false;
    } catch (ConcurrencyFailureException e) {
      log.debug("{}: lost a race for rows; the next round has them", name, e);
      finished.addAll(settling);
      return true;
    } catch (RuntimeException | Error e) {
      finished.addAll(settling);
      if (!failing) {
        failing = true;
        log.warn("{}: {}; trying on", name, whatFails(e), e);
      }
      return false;
    }
  }

  private static String whatFails(Throwable failure) {
    return failure instanceof Error
        ? "no deliveries can be claimed"
        : "the database does not answer";
  }

  /** Not when its lease ran out and this node has claimed it anew meanwhile. */
  private boolean isInHand(Claimed claimed) {
    return inHand.get(claimed.delivery.id()) == claimed;
  }

  private void reportTakenOver(long id) {
    log.warn("{}: delivery {} was taken over, its outcome here is not recorded", name, id);
  }

  private List<Delivery> settleAndClaim(List<Finished> settling, int free, String owner) {
    if (!settling.isEmpty()) {
      for (Long id : queue.settle(settling.stream().map(Finished::ended).toList())) {
        reportTakenOver(id);
      }
    }
    List<Delivery> claimed = free > 0 ? queue.claim(free, owner, lease) : List.of();
    return free > 0 && claimed.isEmpty() && isTimeToProbe()
        ? queue.claimProbe(owner, lease)
        : claimed;
  }

  /** Once in a poll interval, however often publishers wake us. */
  private boolean isTimeToProbe() {
    long now = System.nanoTime();
    if (now < nextProbe) {
      return false;
    }
    nextProbe = now + TimeUnit.MILLISECONDS.toNanos(pollMillis);
    return true;
  }

  /** Three times a lease: renews what is in hand, takes back what lost nodes had. */
  private void keepUp() {
    long now = System.nanoTime();
    if (now < nextUpkeep) {
      return;
    }
    if (!inHand.isEmpty()) {
      Set<String> owners = new HashSet<>();
      inHand.values().forEach(claimed -> owners.add(claimed.owner));
      queue.renew(inHand.keySet(), owners, lease);
      // What ended may be another node's by now: it is not begun here, though it may be renewed.
      inHand.values().stream()
          .filter(claimed -> now - claimed.leaseEnds < 0)
          .forEach(claimed -> claimed.leaseEnds = now + lease.toNanos());
    }
    int released = component.transactions().execute(tx -> queue.releaseExpired(policy));
    if (released > 0) {
      log.warn("{}: took over {} deliveries of a lost node", name, released);
    }
    nextUpkeep = now + lease.toNanos() / 3;
  }

  private void handOut(List<Claimed> claimed) {
    for (int from = 0; from < claimed.size(); from += batchSize) {
      List<Claimed> batch = claimed.subList(from, Math.min(from + batchSize, claimed.size()));
      batch.forEach(one -> inHand.put(one.delivery.id(), one));
      try {
        workers.execute(() -> work(batch));
      } catch (RuntimeException | Error e) {
        for (Claimed one : claimed.subList(from, claimed.size())) {
          inHand.put(one.delivery.id(), one);
          finish(one, Settlement.untouched());
        }
        throw e;
      }
    }
  }

  private void work(List<Claimed> batch) {
    try {
      List<Claimed> ours = stillOurs(batch);
      if (!ours.isEmpty()) {
        attempt(ours);
      }
    } catch (RuntimeException | Error e) {
      // Not the route's, whose failures are endings. What is not ended would be in hand for ever.
      batch.stream().filter(claimed -> !claimed.ended).forEach(claimed -> giveUp(claimed, e));
    } finally {
      wake();
    }
  }

  private void giveUp(Claimed claimed, Throwable failure) {
    ReconcileException outcome = new ReconcileException(INTERRUPTED + failure, failure);
    Settlement settlement = policy.settle(claimed.delivery, outcome, null);
    finish(claimed, settlement);
    report(claimed.delivery, settlement, failure);
  }

  /** Gives back the others: the hub stops, or their lease has ended and another node has them. */
  private List<Claimed> stillOurs(List<Claimed> batch) {
    List<Claimed> ours = new ArrayList<>();
    for (Claimed claimed : batch) {
      if (!stopped && System.nanoTime() - claimed.leaseEnds < 0) {
        ours.add(claimed);
      } else {
        finish(claimed, Settlement.untouched());
      }
    }
    return ours;
  }

  private void attempt(List<Claimed> claimed) {
    String recipient = claimed.size() == 1 ? claimed.get(0).delivery.orderingKey() : null;
    Settlement notYet = awaitTurn(recipient);
    if (notYet != null) {
      claimed.forEach(one -> finish(one, notYet));
      return;
    }
    // The wait may have been long, and longer than it was meant to be.
    List<Claimed> batch = stillOurs(claimed);
    if (batch.isEmpty()) {
      return;
    }
    List<Ending> endings = route.apply(batch.stream().map(one -> one.delivery).toList());
    rest(recipient);
    for (int i = 0; i < batch.size(); i++) {
      Claimed one = batch.get(i);
      Ending ending = endings.get(i);
      boolean untold = ending.remoteId == null || ending.remoteId.isEmpty();
      if (batch.size() > 1 && untold && policy.mayBeOneAlone(ending.failure)) {
        attempt(List.of(one));
      } else {
        Settlement settlement = policy.settle(one.delivery, ending.failure, ending.remoteId);
        finish(one, settlement);
        report(one.delivery, settlement, ending.failure);
      }
    }
  }

  /** Returns null when the attempt may begin, else what becomes of it without one. */
  private Settlement awaitTurn(String recipient) {
    try {
      Governor.Admission admission = governor.admit(recipient);
      if (!admission.begin()) {
        return Settlement.postponed(admission.delay());
      }
      boolean hubStops =
          !admission.delay().isZero()
              && stopping.await(admission.delay().toNanos(), TimeUnit.NANOSECONDS);
      return hubStops ? Settlement.untouched() : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Settlement.untouched();
    } catch (RuntimeException e) {
      log.debug("{}: the rate limits could not be read", name, e);
      return Settlement.postponed(Duration.ofMillis(pollMillis));
    }
  }

  private void rest(String recipient) {
    try {
      governor.ended(recipient);
    } catch (RuntimeException e) {
      log.debug("{}: the rate limits could not be written", name, e);
    }
  }

  private void finish(Claimed claimed, Settlement settlement) {
    claimed.ended = true;
    finished.add(new Finished(claimed, settlement));
  }

  /** The reason stays with the delivery: it may quote the customer, and logs travel further. */
  private void report(Delivery delivery, Settlement settlement, Throwable failure) {
    if (failure == null) {
      return;
    }
    log.debug("{}: delivery {} failed", name, delivery.id(), failure);
    String where = "GET /api/deliveries tells why";
    if (settlement.next() == Settlement.State.dead) {
      log.error("{}: delivery {} is a dead letter; {}", name, delivery.id(), where);
    } else if (settlement.pause() != null) {
      log.error("{}: paused for {}; {}", name, settlement.pause(), where);
    } else {
      log.warn(
          "{}: delivery {} failed at attempt {} with {} and is tried again in {}; {}",
          name,
          delivery.id(),
          delivery.attempt(),
          RetryPolicy.rootOf(failure).getClass().getSimpleName(),
          settlement.delay(),
          where);
    }
  }
}
