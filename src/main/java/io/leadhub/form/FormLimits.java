package io.leadhub.form;

import com.github.benmanes.caffeine.cache.Ticker;
import io.leadhub.visitor.Limit;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * How often the form may be sent: by one visitor in an hour, to one partner in a minute. Each node
 * counts by itself, in memory and never more than so many of either.
 */
@Component
class FormLimits {

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
}
