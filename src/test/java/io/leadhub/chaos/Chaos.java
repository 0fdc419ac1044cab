package io.leadhub.chaos;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** A test on processes of its own, which waits more than it works. */
@Tag("chaos")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Chaos {}
