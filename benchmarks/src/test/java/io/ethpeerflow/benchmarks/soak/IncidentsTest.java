package io.ethpeerflow.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which lines of a process's log are held against it. */
class IncidentsTest {
  private static final String PROVOKED =
      "00:30:14.893 WARN  i.e.h.s.StreamNegotiations handler of /soak/failing/1.0.0 failed,"
          + " resetting its stream";

  @TempDir private Path folder;
  private Incidents incidents;

  @BeforeEach
  void open() throws IOException {
    incidents = new Incidents(folder.resolve("incidents.log"));
  }

  @AfterEach
  void close() {
    incidents.close();
  }

  @Test
  void acceptsAProvokedWarningWithItsStackTrace() {
    incidents.logged("host", PROVOKED);
    incidents.logged("host", "java.lang.UnsupportedOperationException: thrown on purpose");
    incidents.logged("host", "\tat io.ethpeerflow.Example.run(Example.java:1)");

    assertThat(incidents.wrongCount()).isZero();
  }

  @Test
  void refusesAnyOtherWarning() {
    incidents.logged("host", "00:30:15.000 WARN  i.e.y.l.YamuxStream a callback failed");

    assertThat(incidents.wrongs())
        .containsExactly("host: logged 00:30:15.000 WARN  i.e.y.l.YamuxStream a callback failed");
  }

  @Test
  void refusesALeakReportAndAnErrorOfTheVirtualMachine() {
    incidents.logged(
        "host", "00:30:15.000 ERROR i.n.u.ResourceLeakDetector LEAK: ByteBuf.release()");
    incidents.logged("maker-1", "Exception in thread \"main\" java.lang.OutOfMemoryError");

    assertThat(incidents.wrongCount()).isEqualTo(2);
  }

  @Test
  void doesNotTakeAnUnprovokedTraceOfOneProcessForAnothersProvokedOne() {
    incidents.logged("host", PROVOKED);
    incidents.logged("maker-0", "java.lang.NullPointerException: null");

    assertThat(incidents.wrongCount()).isEqualTo(1);
  }

  @Test
  void writesEverythingDown() throws IOException {
    incidents.note("maker-0", "lost echo: reset");
    incidents.wrong("maker-1", "echo: differs");

    assertThat(Files.readAllLines(folder.resolve("incidents.log")))
        .hasSize(2)
        .satisfies(lines -> assertThat(lines.get(0)).endsWith(" maker-0: lost echo: reset"))
        .satisfies(lines -> assertThat(lines.get(1)).endsWith(" WRONG maker-1: echo: differs"));
    assertThat(incidents.counts()).containsEntry("lost echo", 1L);
  }
}
