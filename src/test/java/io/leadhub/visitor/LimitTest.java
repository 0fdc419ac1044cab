package io.leadhub.visitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LimitTest {

  private final AtomicLong now = new AtomicLong();
  private final Limit limit = new Limit(2, Duration.ofMinutes(1), now::get);

  @Test
  void eachHasSoManyInATimeThatBeginsWithTheFirst() {
    assertThat(limit.take("A")).isEmpty();
    now.addAndGet(Duration.ofSeconds(40).toNanos());
    assertThat(limit.take("A")).isEmpty();
    assertThat(limit.take("A")).contains(Duration.ofSeconds(20));
    assertThat(limit.take("B")).isEmpty();

    now.addAndGet(Duration.ofSeconds(21).toNanos());
    assertThat(limit.take("A")).isEmpty();
  }
}
