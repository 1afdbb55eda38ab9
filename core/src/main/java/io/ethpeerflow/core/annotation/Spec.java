package io.ethpeerflow.core.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the clause of a specification that a test pins down, by the id it has in {@code
 * docs/spec-coverage.md}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Spec {
  /** Clause ids such as {@code "yamux/window-2"}. */
  String[] value();
}
