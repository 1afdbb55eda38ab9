package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs cases of a suite within a test, to see that they fail. */
final class SuiteRun {
  private SuiteRun() {}

  /** Checks that each of the cases fails, by an assertion, when the suite is run for real. */
  static void assertFails(Class<?> suite, List<String> cases) {
    assertThat(cases).isNotEmpty();
    for (String name : cases) {
      Events tests =
          EngineTestKit.engine("junit-jupiter")
              .selectors(DiscoverySelectors.selectMethod(suite, find(suite, name)))
              .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
              .execute()
              .testEvents();
      assertThat(tests.started().count()).as("runs of " + name).isPositive();
      assertThat(tests.failed().stream().map(Event::getTestDescriptor).distinct().count())
          .as("failures of " + name)
          .isPositive();
    }
  }

  private static Method find(Class<?> suite, String name) {
    return Stream.<Class<?>>iterate(suite, type -> type != null, Class::getSuperclass)
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no case " + name + " in " + suite));
  }
}
