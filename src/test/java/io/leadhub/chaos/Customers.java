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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
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

  /** So many posts, by all providers; each tenth message is of somebody who wrote before. */
  void write(int posts) {
    for (int i = 0; i < posts; i++) {
      String provider = PROVIDERS.get(random.nextInt(PROVIDERS.size()));
      int messages = provider.equals("meta") && random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 1;
      List<History.Message> batch = new ArrayList<>();
      for (int m = 0; m < messages; m++) {
        batch.add(message(provider, random.nextInt(10) == 0 ? someone() : somebodyNew()));
      }
      write(provider, batch);
      if (random.nextInt(10) == 0) {
        write(provider, batch);
      }
    }
  }

  /** So many posts a second, until closed. */
  AutoCloseable writeAllTheTime(int postsPerSecond) {
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    clock.scheduleAtFixedRate(
        () -> write(1), 0, TimeUnit.SECONDS.toMicros(1) / postsPerSecond, TimeUnit.MICROSECONDS);
    return () -> {
      clock.shutdown();
      clock.awaitTermination(1, TimeUnit.MINUTES);
    };
  }

  /** One message of one new customer. */
  History.Message write(String provider) {
    History.Message message = message(provider, somebodyNew());
    write(provider, List.of(message));
    return message;
  }

  /** The same post so many times at once, over all nodes. */
  void writeAtOnce(String provider, int copies) {
    List<History.Message> one = List.of(message(provider, somebodyNew()));
    for (int i = 0; i < copies; i++) {
      write(provider, one);
    }
  }

  private void write(String provider, List<History.Message> messages) {
    messages.forEach(history::posted);
    waiting.add(
        post(Posts.of(provider, messages, partnerOf(messages.get(0))))
            .thenRun(() -> messages.forEach(history::acknowledged)));
  }

  /** Until it is answered with 200; the longer it takes, the rarer it is tried. */
  CompletableFuture<Void> post(Posts.Post post) {
    return post(post, 0, 0);
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

  /** Posts that are not yet answered with 200. */
  long unanswered() {
    waiting.removeIf(CompletableFuture::isDone);
    return waiting.size();
  }

  private History.Message message(String provider, String phone) {
    int number = nextMessage.incrementAndGet();
    String id =
        switch (provider) {
          case "meta" -> "wamid.TEST" + number;
          case "twilio" -> "SMc4a05%027x".formatted(number);
          default -> "TEST-" + number;
        };
    return new History.Message(provider, id, phone);
  }

  private String partnerOf(History.Message message) {
    return codes.get(Math.floorMod(message.phone().hashCode(), codes.size()));
  }

  private String somebodyNew() {
    String phone = "+6681" + NEXT_PHONE.incrementAndGet();
    phones.add(phone);
    return phone;
  }

  private String someone() {
    return phones.isEmpty() ? somebodyNew() : phones.get(random.nextInt(phones.size()));
  }
}
