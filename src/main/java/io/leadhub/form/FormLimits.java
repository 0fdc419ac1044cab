package io.leadhub.form;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * How often the form may be sent: by one visitor in an hour, to one partner in a minute. Each node
 * counts by itself, in memory and never more than so many of either.
 */
@Component
class FormLimits {

  private static final int MOST_COUNTED = 100_000;

  private final Limit visitors;
  private final Limit partners;

  @Autowired
  FormLimits(FormSettings settings) {
    this(settings, Ticker.systemTicker());
  }

  FormLimits(FormSettings settings, Ticker ticker) {
    visitors = new Limit(settings.mostPerHour(), Duration.ofHours(1), ticker);
    partners = new Limit(settings.mostPerMinute(), Duration.ofMinutes(1), ticker);
  }

  /**
   * Counts one more.
   *
   * @param visitor who sends it, or null where that cannot be told
   * @param code whose form it is
   * @return how long to wait when that is too often
   */
  Optional<Duration> take(Long visitor, String code) {
    Optional<Duration> wait = visitor == null ? Optional.empty() : visitors.take(visitor);
    return wait.isPresent() ? wait : partners.take(code);
  }

  /** What began with the first that was counted, and ends a time later. */
  private record Window(long start, AtomicInteger taken) {}

  private static final class Limit {

    private final int most;
    private final Duration time;
    private final Ticker ticker;
    private final Cache<Object, Window> windows;

    Limit(int most, Duration time, Ticker ticker) {
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

    Optional<Duration> take(Object who) {
      Window window = windows.get(who, any -> new Window(ticker.read(), new AtomicInteger()));
      return window.taken.incrementAndGet() <= most
          ? Optional.empty()
          : Optional.of(time.minusNanos(ticker.read() - window.start));
    }
  }
}
