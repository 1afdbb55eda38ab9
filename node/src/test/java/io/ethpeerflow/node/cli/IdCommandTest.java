package io.ethpeerflow.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.node.daemon.IdentityFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IdCommandTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"ed25519, 12D3KooW", "secp256k1, 16Uiu2HA", "ecdsa, Qm", "rsa, Qm"})
  void makesKeysOfEachTypeAndFindsThemAgain(String type, String prefix) {
    Path file = folder.resolve(type + ".key");

    var first = new CapturedTerminal();
    assertThat(first.run("id", "--key", file.toString(), "--type", type, "--json")).isZero();
    var second = new CapturedTerminal();
    assertThat(second.run("id", "--key", file.toString())).isZero();

    assertThat(first.json().get("peer").asString()).startsWith(prefix);
    assertThat(first.json().get("type").asString()).isEqualTo(type);
    assertThat(first.json().get("created").asBoolean()).isTrue();
    assertThat(second.out().strip()).isEqualTo(first.json().get("peer").asString());
  }

  @Test
  void aKeyFileIsForItsOwnerAlone() throws Exception {
    Path file = folder.resolve("node.key");
    assertThat(new CapturedTerminal().run("id", "--key", file.toString())).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void withoutAFileTheKeyIsNewEachTime() {
    var one = new CapturedTerminal();
    var other = new CapturedTerminal();
    assertThat(one.run("id")).isZero();
    assertThat(other.run("id")).isZero();
    assertThat(one.out()).isNotEqualTo(other.out());
  }

  @Test
  void anExistingKeyOfAnotherTypeIsAFailure() {
    Path file = folder.resolve("node.key");
    assertThat(new CapturedTerminal().run("id", "--key", file.toString())).isZero();
    var terminal = new CapturedTerminal();
    assertThat(terminal.run("id", "--key", file.toString(), "--type", "rsa")).isEqualTo(1);
    assertThat(terminal.err()).contains("holds a key of type ed25519, not rsa");
  }

  @Test
  void aPasswordInTheEnvironmentEncryptsTheFile() {
    Path file = folder.resolve("node.key");
    Map<String, String> password = Map.of(IdentityFile.PASSWORD_VARIABLE, "correct horse");
    var made = new CapturedTerminal(false, password);
    assertThat(made.run("id", "--key", file.toString())).isZero();

    var with = new CapturedTerminal(false, password);
    assertThat(with.run("id", "--key", file.toString())).isZero();
    assertThat(with.out()).isEqualTo(made.out());

    var without = new CapturedTerminal();
    assertThat(without.run("id", "--key", file.toString())).isEqualTo(1);
    assertThat(without.err()).contains("is encrypted and needs a password");
  }
}
