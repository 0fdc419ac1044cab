package io.leadhub.sandbox;

import io.swagger.v3.oas.annotations.Hidden;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.RestController;

/** A pretend provider: only in the demo profile, and not in the hub's own API document. */
@RestController
@Profile(SandboxEnvironment.PROFILE)
@Hidden
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface SandboxController {}
