package io.ethpeerflow.testkit.leak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class LeakCheckTest {
  @AfterEach
  void releaseWhatTheFixturesLeaked() throws Exception {
    LeakyFixtures.cleanUp();
  }

  @Test
  void reportsPooledBuffersWithTheLineThatMadeThem() {
    assertThat(leakOf(LeakyFixtures.LeaksPooledBuffer.class))
        .contains("LeaksPooledBuffer leaked", "2 buffer(s)", "made by thread main")
        .contains("LeakyFixtures$LeaksPooledBuffer.leaks(LeakyFixtures.java:");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        LeakyFixtures.LeaksUnpooledDirectBuffer.class,
        LeakyFixtures.LeaksThroughASlice.class,
        LeakyFixtures.LeaksBufferInANestedClass.class,
        LeakyFixtures.MayLeakThreadsButLeaksABuffer.class
      })
  void reportsBuffers(Class<?> fixture) {
    assertThat(leakOf(fixture)).contains("1 buffer(s)").contains("LeakyFixtures.java:");
  }

  @Test
  void reportsAListeningSocketWithItsAddress() {
    assertThat(leakOf(LeakyFixtures.LeaksSocket.class))
        .contains("1 descriptor(s)", "127.0.0.1", "LISTEN");
  }

  @Test
  void reportsASelector() {
    assertThat(leakOf(LeakyFixtures.LeaksSelector.class)).contains("anon_inode:[eventpoll]");
  }

  @Test
  void reportsAFile() {
    assertThat(leakOf(LeakyFixtures.LeaksFile.class)).contains("1 descriptor(s)", "leak");
  }

  @Test
  void reportsADaemonThreadWithItsStack() {
    assertThat(leakOf(LeakyFixtures.LeaksThread.class))
        .contains("1 thread(s)", "daemon thread \"forgotten-worker\"", "CountDownLatch");
  }

  @Test
  void reportsAChildProcess() {
    assertThat(leakOf(LeakyFixtures.LeaksProcess.class)).contains("1 child process(es)", "sleep");
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        LeakyFixtures.MayLeakAnything.class,
        LeakyFixtures.HoldsConstants.class,
        LeakyFixtures.ReleasesLateButReleases.class
      })
  void acceptsWhatIsAllowedConstantOrReleasedInTheEnd(Class<?> fixture) {
    EngineExecutionResults results = run(fixture);
    assertThat(results.testEvents().succeeded().count()).isEqualTo(1);
    assertThat(results.allEvents().failed().count()).isZero();
  }

  @Test
  void demandsAReasonForTheOptOut() {
    assertThat(failures(run(LeakyFixtures.GivesNoReason.class)))
        .singleElement()
        .asString()
        .contains("gives no reason");
  }

  @Test
  void leavesAFailedTestAsTheOnlyFailure() {
    assertThat(failures(run(LeakyFixtures.FailsAndLeaks.class)))
        .singleElement()
        .asString()
        .contains("the cause to look at");
  }

  @Test
  void costsLittleForAClassThatIsClean() {
    run(LeakyFixtures.ReleasesLateButReleases.class);
    var session = new LeakSession(0);
    long start = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      session.begin("clean", Set.of());
      session.end();
    }
    assertThat((System.nanoTime() - start) / 20).isLessThan(50_000_000);
  }

  private static String leakOf(Class<?> fixture) {
    EngineExecutionResults results = run(fixture);
    assertThat(results.testEvents().succeeded().count()).isEqualTo(1);
    List<Throwable> failures = failures(results);
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0)).isInstanceOf(LeakError.class);
    return Objects.requireNonNull(failures.get(0).getMessage());
  }

  private static List<Throwable> failures(EngineExecutionResults results) {
    return results.allEvents().failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> result.getThrowable().orElseThrow())
        .toList();
  }

  private static EngineExecutionResults run(Class<?> fixture) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(fixture))
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
        .configurationParameter("peerflow.leak.graceMillis", "100")
        .execute();
  }
}
