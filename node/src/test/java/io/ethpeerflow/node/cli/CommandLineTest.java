package io.ethpeerflow.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineTest {
  private static final String NOBODY =
      "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5";

  private final CapturedTerminal terminal = new CapturedTerminal();

  @ParameterizedTest
  @ValueSource(
      strings = {"run", "config", "id", "listen", "ping", "identify", "perf", "dials", "streams"})
  void eachCommandExplainsItself(String command) {
    assertThat(terminal.run(command, "--help")).isZero();
    assertThat(terminal.out()).startsWith("Usage: peerflow " + command).contains("--json");
  }

  @Test
  void theProgramSaysItsVersionAndItsCommands() {
    assertThat(terminal.run("--version")).isZero();
    assertThat(terminal.out()).matches("(?s)peerflow \\d+\\.\\d+\\..*Java \\d+.*");

    var help = new CapturedTerminal();
    assertThat(help.run("--help")).isZero();
    assertThat(help.out()).contains("run", "identify", "Exit status: 0 done, 1 failed, 2 wrong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fly",
        "ping",
        "ping here",
        "ping /ip4/127.0.0.1/tcp/4001",
        "ping /p2p/12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5",
        "ping " + NOBODY + " --count 0",
        "ping " + NOBODY + " --count x",
        "ping " + NOBODY + " --interval -1",
        "ping " + NOBODY + " --timeout 0",
        "ping " + NOBODY + " --security rot13",
        "ping " + NOBODY + " --muxer mplex",
        "perf " + NOBODY + " --upload 1parsec",
        "perf " + NOBODY + " --duration 1 --upload 1",
        "perf " + NOBODY + " --duration 0",
        "perf " + NOBODY + " --streams 513",
        "dials " + NOBODY + " --count 0",
        "streams " + NOBODY + " --concurrency 513",
        "streams " + NOBODY + " --count 0",
        "listen",
        "listen --listen nowhere",
        "listen --listen /ip4/127.0.0.1/tcp/0 --connections 0",
        "id --type dsa",
        "config",
        "config --defaults --check x",
        "run --configuration x"
      })
  void wrongUsageEndsWithTwoAndSaysWhatIsWrong(String line) {
    String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");

    assertThat(terminal.run(arguments)).isEqualTo(2);
    assertThat(terminal.err()).containsAnyOf("Usage: peerflow", "Possible solutions: ");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void aFailureIsOneLineAndEndsWithOne() {
    assertThat(terminal.run("ping", NOBODY)).isEqualTo(1);
    assertThat(terminal.err()).startsWith("peerflow ping: dial of 12D3KooWGC6").hasLineCount(1);
  }

  @Test
  void aFailureIsAJsonObjectWhereJsonWasAskedFor() {
    assertThat(terminal.run("ping", NOBODY, "--json")).isEqualTo(1);
    assertThat(terminal.json().get("error").asString()).startsWith("dial of 12D3KooWGC6");
  }

  @Test
  void verboseCommandsLogWhatHappens() {
    assertThat(terminal.run("ping", NOBODY, "-v")).isEqualTo(1);
    assertThat(terminal.err()).contains(" DEBUG ");
  }

  @Test
  void printsAndChecksConfigurations(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("config.yaml");
    assertThat(terminal.run("config", "--defaults")).isZero();
    Files.writeString(file, terminal.out());

    var check = new CapturedTerminal();
    assertThat(check.run("config", "--check", file.toString())).isZero();
    assertThat(check.out().strip()).isEqualTo(file + ": ok");

    Files.writeString(file, "limits:\n  connections: none\n");
    var wrong = new CapturedTerminal();
    assertThat(wrong.run("config", "--check", file.toString())).isEqualTo(1);
    assertThat(wrong.err())
        .startsWith(file + ":2:16: limits.connections: expected a whole number from 1 to 65536");

    var json = new CapturedTerminal();
    assertThat(json.run("config", "--json", "--check", file.toString())).isEqualTo(1);
    assertThat(json.json().get("ok").asBoolean()).isFalse();
    assertThat(json.json().get("error").asString()).contains(":2:16: ");
  }

  @Test
  void aDaemonDoesNotStartWithAWrongConfiguration(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("config.yaml");
    Files.writeString(file, "listens: []\n");

    assertThat(terminal.run("run", "--config", file.toString())).isEqualTo(1);
    assertThat(terminal.err()).contains(file + ":1:1: unknown key 'listens'; did you mean");

    var missing = new CapturedTerminal();
    assertThat(missing.run("run", "--config", folder.resolve("none").toString())).isEqualTo(1);
    assertThat(missing.err()).contains("none: no such file");
  }
}
