package io.ethpeerflow.testkit.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.testkit.await.Await;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildProcessTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(50);

  @Test
  void talksInLinesAndEndsWhenItsInputEnds() {
    try (ChildProcess child = start()) {
      assertThat(child.line(LONG)).isEqualTo("ready bitter");
      child.send("echo {\"grüße\":1}");
      child.send("echo two");
      assertThat(child.line(LONG)).isEqualTo("{\"grüße\":1}");
      assertThat(child.line(LONG)).isEqualTo("two");
      child.closeInput();
      assertThat(child.line(LONG)).isEqualTo("end of input");
      assertThat(child.exitCode(LONG)).isZero();
      assertThat(child.isAlive()).isFalse();
    }
  }

  @Test
  void skipsToTheLineThatIsWaitedFor() {
    try (ChildProcess child = start()) {
      child.send("echo noise");
      child.send("echo signal 5");
      assertThat(child.line("the signal", LONG, line -> line.startsWith("signal")))
          .isEqualTo("signal 5");
    }
  }

  @Test
  void failsInTimeAndShowsStandardError() {
    try (ChildProcess child = start()) {
      child.line(LONG);
      child.send("complain the cat is on the keyboard");
      Await.until(LONG, () -> child.errorTail().contains("cat"));
      assertThatThrownBy(() -> child.line(SHORT))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("echo-program")
          .hasMessageContaining("running")
          .hasMessageContaining("did not print a line within PT0.05S")
          .hasMessageContaining("the cat is on the keyboard");
      assertThatThrownBy(() -> child.exitCode(SHORT)).hasMessageContaining("did not end within");
    }
  }

  @Test
  void saysThatTheChildEndedInsteadOfWaiting() {
    try (ChildProcess child = start()) {
      child.line(LONG);
      child.send("exit 3");
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> child.line("the answer", LONG, line -> true))
            .hasMessageContaining("ended its output before it printed the answer")
            .hasMessageContaining("exit code 3");
      }
      assertThat(child.exitCode(LONG)).isEqualTo(3);
    }
  }

  @Test
  void refusesALineWithoutAnEnd() {
    try (ChildProcess child = start()) {
      child.line(LONG);
      child.send("flood " + ((4 << 20) + 1));
      assertThatThrownBy(() -> child.line(LONG)).hasMessageContaining("more than 4194304 bytes");
      assertThatThrownBy(() -> child.send("two\nlines"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void endsAChildThatHangs() {
    ProcessHandle handle;
    try (ChildProcess child = start()) {
      child.line(LONG);
      child.send("hang up");
      handle = ProcessHandle.of(child.pid()).orElseThrow();
      child.send("echo never read");
      child.terminate();
      assertThat(child.exitCode(LONG)).isEqualTo(143);
    }
    assertThat(handle.isAlive()).isFalse();
  }

  @Test
  void readsTheLastLinesOfAChildThatWasAskedToEnd() {
    String script = "trap 'echo drained; exit 4' TERM; echo up; while :; do sleep 0.05; done";
    try (ChildProcess shell = ChildProcess.start("shell", List.of("sh", "-c", script))) {
      assertThat(shell.line(LONG)).isEqualTo("up");
      shell.terminate();
      assertThat(shell.line(LONG)).isEqualTo("drained");
      assertThat(shell.exitCode(LONG)).isEqualTo(4);
    }
  }

  @Test
  void endsDescendantsToo() {
    List<ProcessHandle> grandchildren;
    try (ChildProcess shell =
        ChildProcess.start("shell", List.of("sh", "-c", "sleep 100 & echo started; wait"))) {
      shell.line(LONG);
      grandchildren =
          ProcessHandle.of(shell.pid()).stream().flatMap(ProcessHandle::descendants).toList();
      assertThat(grandchildren).hasSize(1);
    }
    Await.until(LONG, () -> grandchildren.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void namesTheProgramThatCannotBeStarted() {
    assertThatThrownBy(() -> ChildProcess.start("ghost", List.of("/nonexistent/ghost")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("ghost");
  }

  private static ChildProcess start() {
    return ChildProcess.start(
        "echo-program",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-Dstdout.encoding=UTF-8",
            "-cp",
            System.getProperty("java.class.path"),
            EchoProgram.class.getName()),
        Path.of("target"),
        Map.of("FLAVOUR", "bitter"));
  }
}
