package io.ethpeerflow.node.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {
  @Test
  void isInTheXdgDataFolder() {
    assertThat(DataFolder.defaultPath(Map.of("XDG_DATA_HOME", "/data", "HOME", "/home/ada")))
        .isEqualTo(Path.of("/data/ethpeerflow"));
    assertThat(DataFolder.defaultPath(Map.of("HOME", "/home/ada")))
        .isEqualTo(Path.of("/home/ada/.local/share/ethpeerflow"));
  }

  @Test
  void aRelativeXdgFolderIsIgnored() {
    assertThat(DataFolder.defaultPath(Map.of("XDG_DATA_HOME", "data", "HOME", "/home/ada")))
        .isEqualTo(Path.of("/home/ada/.local/share/ethpeerflow"));
    assertThat(DataFolder.defaultPath(Map.of("XDG_DATA_HOME", "", "HOME", "/home/ada")))
        .isEqualTo(Path.of("/home/ada/.local/share/ethpeerflow"));
  }

  @Test
  void isMadeForItsOwnerAlone(@TempDir Path temporary) throws Exception {
    Path folder = temporary.resolve("a/b");
    try (DataFolder made = DataFolder.open(folder)) {
      assertThat(made.isExclusive()).isTrue();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void aSecondUserNoticesTheFirst(@TempDir Path folder) throws Exception {
    try (DataFolder first = DataFolder.open(folder);
        DataFolder second = DataFolder.open(folder)) {
      assertThat(first.isExclusive()).isTrue();
      assertThat(second.isExclusive()).isFalse();
    }
    try (DataFolder third = DataFolder.open(folder)) {
      assertThat(third.isExclusive()).isTrue();
    }
  }
}
