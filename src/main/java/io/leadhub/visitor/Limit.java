package io.leadhub.visitor;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often something may happen for each of many: counted by this node alone, in memory, and for
 * never more than so many of them.
 */
public final class Limit {

  private static final int MOST_COUNTED = 100_000;

  /** What began with the first that was counted, and ends a time later. */
  private record Window(long start, AtomicInteger taken) {}

  private final int most;
  private final Duration time;
  private final Ticker ticker;
  private final Cache<Object, Window> windows;

  /**
   * @param most so many times
   * @param time in this time, which begins with the first of them
   */
  public Limit(int most, Duration time, Ticker ticker) {
    this.most = most;
    this.time = time;
    this.ticker = ticker;
    this.windows =
        Caffeine.newBuilder()
            .expireAfterWrite(time)
            .maximumSize(MOST_COUNTED)
            .ticker(ticker)
            .build();
  }

  /**
   * Counts one more.
   *
   * @param who anything with an identity of its own
   * @return how long to wait when that is too often
   */
  public Optional<Duration> take(Object who) {
    Window window = windows.get(who, any -> new Window(ticker.read(), new AtomicInteger()));
    return window.taken.incrementAndGet() <= most
        ? Optional.empty()
        : Optional.of(time.minusNanos(ticker.read() - window.start));
  }
}
