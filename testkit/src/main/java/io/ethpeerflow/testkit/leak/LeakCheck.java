package io.ethpeerflow.testkit.leak;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * Fails a test class that leaves buffers, file descriptors, threads or child processes behind.
 *
 * <p>On by default: registered as a service, it takes part wherever JUnit detects extensions
 * ({@code junit.jupiter.extensions.autodetection.enabled=true}). {@link LeaksAllowed} takes a class
 * out. It compares before the class's first {@code @BeforeAll} with after everything the class has
 * closed, its {@code @AfterAll} methods and its extensions' stores included; nested classes count
 * with their outermost class, and classes that run at the same time are checked together when the
 * last of them ends. A clean class costs about a millisecond (ten before the JVM is warm). What is
 * still there gets a grace of two seconds (the configuration parameter or system property {@code
 * peerflow.leak.graceMillis}) before it is reported.
 *
 * <p>When a test of the class has failed anyway, what leaked is only printed: the failure is the
 * cause to look at. {@code -Dpeerflow.leak.accesses=true} adds the last uses of each leaked buffer.
 */
public final class LeakCheck implements BeforeAllCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(LeakCheck.class);

  static {
    Descriptors.openWhatTheJdkKeeps();
    if (!BufferLeaks.active()) {
      System.err.println(
          "LeakCheck: Netty's buffers were in use before the check was installed; not counted");
    }
  }

  /** Called by JUnit. */
  public LeakCheck() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    Class<?> testClass = context.getRequiredTestClass();
    LeakSession session = session(context);
    session.begin(testClass.getName(), allowed(testClass));
    Store store = context.getStore(NAMESPACE);
    store.put(testClass, (AutoCloseable) session::end);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isPresent()) {
      session(context).noteFailure();
    }
  }

  private static LeakSession session(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(
            LeakSession.class, key -> new LeakSession(graceNanos(context)), LeakSession.class);
  }

  private static long graceNanos(ExtensionContext context) {
    return context
            .getConfigurationParameter("peerflow.leak.graceMillis", Long::valueOf)
            .orElse(2000L)
        * 1_000_000;
  }

  private static Set<LeakKind> allowed(Class<?> testClass) {
    Set<LeakKind> kinds = EnumSet.noneOf(LeakKind.class);
    for (Class<?> c = testClass; c != null; c = c.getEnclosingClass()) {
      LeaksAllowed allowed = c.getAnnotation(LeaksAllowed.class);
      if (allowed != null) {
        if (allowed.value().isBlank()) {
          throw new IllegalArgumentException(
              "@LeaksAllowed on " + c.getName() + " gives no reason");
        }
        kinds.addAll(Set.of(allowed.kinds()));
      }
    }
    return kinds;
  }
}
