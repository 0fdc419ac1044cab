package io.leadhub.chaos;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Customers write, and their providers post it to one node or another, again and again until one
 * answers with 200; and now and then once more after that.
 */
final class Customers {

  private static final List<String> PROVIDERS = List.of("meta", "meta", "twilio", "generic");
  private static final long LONGEST_WAIT = 3_000;

  private static final AtomicLong NEXT_PHONE = new AtomicLong(1_000_000);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(3))
          .build();
  private final ExecutorService connections =
      Executors.newFixedThreadPool(
          64,
          work -> {
            Thread thread = new Thread(work, "customers");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicInteger nextMessage = new AtomicInteger();
  private final Queue<CompletableFuture<?>> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger tries = new AtomicInteger();
  private final List<String> codes;
  private final History history;
  private final Supplier<List<HubProcess>> nodes;
  private final Random random;
  private final List<String> phones = Collections.synchronizedList(new ArrayList<>());

  /**
   * @param codes of the partners whom they name
   * @param nodes those that a post may go to
   */
  Customers(List<String> codes, History history, Supplier<List<HubProcess>> nodes, Random random) {
    this.codes = codes;
    this.history = history;
    this.nodes = nodes;
    this.random = random;
  }

  /**
   * So many posts, by all providers; each tenth message is of somebody who wrote before. Those who
   * share a post name one partner, who need not be the one that they named before.
   */
  void write(int posts) {
    write(posts, random);
  }

  private void write(int posts, Random random) {
    for (int i = 0; i < posts; i++) {
      String provider = PROVIDERS.get(random.nextInt(PROVIDERS.size()));
      int messages = provider.equals("meta") && random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 1;
      List<History.Message> batch = new ArrayList<>();
      String code = null;
      for (int m = 0; m < messages; m++) {
        String phone = random.nextInt(10) == 0 ? someone(random) : somebodyNew();
        code = code == null ? partnerOf(phone) : code;
        batch.add(message(provider, phone, code));
      }
      write(provider, batch);
      if (random.nextInt(10) == 0) {
        write(provider, batch);
      }
    }
  }

  /** So many posts a second, until closed; closing tells whether they came to an end before. */
  AutoCloseable writeAllTheTime(int postsPerSecond) {
    Random theirs = new Random(random.nextLong());
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    ScheduledFuture<?> writing =
        clock.scheduleAtFixedRate(
            () -> write(1, theirs),
            0,
            TimeUnit.SECONDS.toMicros(1) / postsPerSecond,
            TimeUnit.MICROSECONDS);
    return () -> {
      clock.shutdown();
      if (!clock.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new AssertionError("the customers do not stop writing");
      }
      if (!writing.isCancelled()) {
        writing.get();
      }
    };
  }

  /** One message of one new customer. */
  History.Message write(String provider) {
    History.Message message = messageOfSomebodyNew(provider);
    write(provider, List.of(message));
    return message;
  }

  /** The same post so many times at once, over all nodes. */
  void writeAtOnce(String provider, int copies) {
    List<History.Message> one = List.of(messageOfSomebodyNew(provider));
    for (int i = 0; i < copies; i++) {
      write(provider, one);
    }
  }

  private void write(String provider, List<History.Message> messages) {
    messages.forEach(history::posted);
    waiting.add(
        post(Posts.of(provider, messages, messages.get(0).code()), 0, 0)
            .thenRun(() -> messages.forEach(history::acknowledged)));
  }

  /** Until it is answered with 200; the longer it takes, the rarer it is tried. */
  void post(Posts.Post post) {
    waiting.add(post(post, 0, 0));
  }

  private CompletableFuture<Void> post(Posts.Post post, int tried, long delay) {
    Executor then = CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS, connections);
    return CompletableFuture.supplyAsync(() -> isTaken(post), then)
        .thenCompose(
            taken ->
                taken
                    ? CompletableFuture.completedFuture(null)
                    : post(post, tried + 1, Math.min(100L << Math.min(tried, 10), LONGEST_WAIT)));
  }

  private boolean isTaken(Posts.Post post) {
    List<HubProcess> all = nodes.get();
    HubProcess node = all.get(Math.floorMod(tries.incrementAndGet(), all.size()));
    try {
      return http.send(post.to(node), HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Posts that are not yet answered with 200.
   *
   * @throws CompletionException when one of them never will be, because we are at fault
   */
  long unanswered() {
    waiting.removeIf(
        post -> {
          if (post.isDone()) {
            post.join();
          }
          return post.isDone();
        });
    return waiting.size();
  }

  private History.Message messageOfSomebodyNew(String provider) {
    String phone = somebodyNew();
    return message(provider, phone, partnerOf(phone));
  }

  private History.Message message(String provider, String phone, String code) {
    int number = nextMessage.incrementAndGet();
    String id =
        switch (provider) {
          case "meta" -> "wamid.TEST" + number;
          case "twilio" -> "SMc4a05%027x".formatted(number);
          default -> "TEST-" + number;
        };
    return new History.Message(provider, id, phone, code);
  }

  private String partnerOf(String phone) {
    return codes.get(Math.floorMod(phone.hashCode(), codes.size()));
  }

  private String somebodyNew() {
    String phone = "+6681" + NEXT_PHONE.incrementAndGet();
    phones.add(phone);
    return phone;
  }

  private String someone(Random random) {
    return phones.isEmpty() ? somebodyNew() : phones.get(random.nextInt(phones.size()));
  }
}
