package io.leadhub;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test that shares nothing with others: it runs beside those that are not marked (see {@code
 * junit-platform.properties}). The lock keeps its methods one after the other.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("beside")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Beside {}
