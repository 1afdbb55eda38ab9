package io.ethpeerflow.testkit.leak;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Takes a test class out of the {@link LeakCheck}, in whole or in part. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
public @interface LeaksAllowed {
  /** Why this class may leak; not blank. */
  String value();

  /** What it may leak; by default anything. */
  LeakKind[] kinds() default {
    LeakKind.BUFFERS, LeakKind.DESCRIPTORS, LeakKind.THREADS, LeakKind.PROCESSES
  };
}
