package io.ethpeerflow.core.suite;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Set;
import java.util.TreeSet;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs a suite within a test, to see which of its cases fail. */
final class SuiteRun {
  private SuiteRun() {}

  /** The names of the cases that fail. */
  static Set<String> failures(Class<?> suite) {
    var failed = new TreeSet<String>();
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(suite))
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
        .execute()
        .allEvents()
        .failed()
        .stream()
        .map(SuiteRun::caseName)
        .forEach(failed::add);
    return failed;
  }

  private static String caseName(Event event) {
    String name = event.getTestDescriptor().getLegacyReportingName();
    int arguments = name.indexOf('(');
    return arguments < 0 ? name : name.substring(0, arguments);
  }
}
