package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs cases of a suite within a test, to see that they fail, or that they are aborted. */
final class SuiteRun {
  private SuiteRun() {}

  /** Checks that each of the cases fails, by an assertion, when the suite is run for real. */
  static void assertFails(Class<?> suite, List<String> cases) {
    assertThat(cases).isNotEmpty();
    for (String name : cases) {
      Events tests = run(suite, name);
      assertThat(tests.started().count()).as("runs of " + name).isPositive();
      assertThat(tests.failed().stream().map(Event::getTestDescriptor).distinct().count())
          .as("failures of " + name)
          .isPositive();
    }
  }

  /** Why a case is aborted when the suite is run for real; fails when it is not. */
  static String reasonOfAbortion(Class<?> suite, String name) {
    Event aborted =
        run(suite, name).aborted().stream()
            .findFirst()
            .orElseThrow(() -> new AssertionError(name + " was not aborted"));
    return aborted
        .getRequiredPayload(TestExecutionResult.class)
        .getThrowable()
        .map(Throwable::getMessage)
        .orElseThrow();
  }

  /** The cases of a suite that are aborted when all are run for real; fails when one fails. */
  static List<String> aborted(Class<?> suite) {
    Events tests = run(DiscoverySelectors.selectClass(suite));
    assertThat(tests.failed().list()).isEmpty();
    return tests.aborted().stream()
        .map(event -> event.getTestDescriptor().getDisplayName().replace("()", ""))
        .toList();
  }

  private static Events run(Class<?> suite, String name) {
    return run(DiscoverySelectors.selectMethod(suite, find(suite, name)));
  }

  private static Events run(DiscoverySelector selector) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selector)
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
        .execute()
        .testEvents();
  }

  private static Method find(Class<?> suite, String name) {
    return Stream.<Class<?>>iterate(suite, type -> type != null, Class::getSuperclass)
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no case " + name + " in " + suite));
  }
}
