package io.leadhub.chaos;

import java.lang.reflect.Method;
import java.util.Random;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * What is left to chance. It begins anew with each test, from the seed and the test's name: a test
 * makes the same choices again whatever runs beside or before it. A test that fails tells the seed.
 */
final class Chance implements BeforeEachCallback, TestWatcher {

  /** Repeats a run: {@code -Dchaos.seed=…}. */
  static final long SEED = Long.getLong("chaos.seed", System.nanoTime() & 0xffffff);

  /** For what a test does to the hub. */
  static final Random TESTS = new Random(SEED);

  /** For who writes what; how much they write depends on time, so they have one of their own. */
  static final Random CUSTOMERS = new Random(SEED);

  @Override
  public void beforeEach(ExtensionContext test) {
    long seed = 31 * SEED + name(test).hashCode();
    TESTS.setSeed(seed);
    CUSTOMERS.setSeed(~seed);
  }

  @Override
  public void testFailed(ExtensionContext test, Throwable cause) {
    System.err.printf("%s failed with -Dchaos.seed=%d%n", name(test), SEED);
  }

  private static String name(ExtensionContext test) {
    return test.getRequiredTestClass().getSimpleName()
        + "#"
        + test.getTestMethod().map(Method::getName).orElse("");
  }
}
