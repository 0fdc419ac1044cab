package io.leadhub.chaos;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test on processes of its own. It waits more than it works, so it runs beside the tests that are
 * not marked (see {@code junit-platform.properties}); two of these never run at the same time.
 */
@Tag("chaos")
@ExtendWith(Chance.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("chaos")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Chaos {}
