package io.ethpeerflow.wire.crypto.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.crypto.TestRandom;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilesTest {
  private static final SecureRandom RANDOM = TestRandom.seeded(1);
  private static final PrivateKey KEY = PrivateKey.generate(KeyType.ED25519, RANDOM);
  private static final EncryptedKey.Cost CHEAP = new EncryptedKey.Cost(10, 1, 1);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void writesThePlainProtobufForm(KeyType type) throws Exception {
    PrivateKey key = PrivateKey.generate(type, RANDOM);
    Path file = folder.resolve("key");
    KeyFiles.write(file, key);

    assertThat(file).hasBinaryContent(key.toBytes());
    assertThat(KeyFiles.read(file)).isEqualTo(key);
    assertThat(KeyFiles.read(file, "ignored".toCharArray())).isEqualTo(key);
    assertThat(KeyFiles.isEncrypted(file)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void encryptsUnderAPassword(KeyType type) throws Exception {
    PrivateKey key = PrivateKey.generate(type, RANDOM);
    Path file = folder.resolve("key");
    char[] password = "p\u00e4ss\ud83d\ude80".toCharArray();
    KeyFiles.writeEncrypted(file, key, password, CHEAP, RANDOM);

    assertThat(KeyFiles.isEncrypted(file)).isTrue();
    assertThat(KeyFiles.read(file, password)).isEqualTo(key);
    assertThat(password).containsExactly("p\u00e4ss\ud83d\ude80".toCharArray());
    assertThatThrownBy(() -> KeyFiles.read(file))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("needs a password");
    assertThatThrownBy(() -> KeyFiles.read(file, new char[0]))
        .hasMessageContaining("needs a password");
    assertThatThrownBy(() -> KeyFiles.read(file, "pass".toCharArray()))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("password is wrong");
    assertThatThrownBy(
            () -> KeyFiles.writeEncrypted(folder.resolve("other"), key, new char[0], RANDOM))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsWhatItEncryptedWithTheDefaultCost() throws Exception {
    Path file = folder.resolve("key");
    KeyFiles.writeEncrypted(file, KEY, "password".toCharArray(), RANDOM);

    assertThat(EncryptedKey.Cost.DEFAULT.isAcceptable()).isTrue();
    assertThat(KeyFiles.read(file, "password".toCharArray())).isEqualTo(KEY);
  }

  @Test
  void neverEncryptsTwiceWithTheSameSalt() throws Exception {
    KeyFiles.writeEncrypted(folder.resolve("a"), KEY, "password".toCharArray(), CHEAP, RANDOM);
    KeyFiles.writeEncrypted(folder.resolve("b"), KEY, "password".toCharArray(), CHEAP, RANDOM);

    byte[] a = Files.readAllBytes(folder.resolve("a"));
    byte[] b = Files.readAllBytes(folder.resolve("b"));
    assertThat(Arrays.mismatch(a, b)).isEqualTo(13);
    assertThat(a).startsWith('P', 'F', 'L', 'O', 'W', 'K', 'E', 'Y', 1, 1, 10, 1, 1);
  }

  @Test
  void isReadableForItsOwnerAlone() throws Exception {
    assumePosix();
    KeyFiles.write(folder.resolve("plain"), KEY);
    KeyFiles.writeEncrypted(
        folder.resolve("encrypted"), KEY, "password".toCharArray(), CHEAP, RANDOM);

    for (String name : new String[] {"plain", "encrypted"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
          .isEqualTo("rw-------");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rwx--x---"})
  void refusesAFileThatOthersMayUse(String permissions) throws Exception {
    assumePosix();
    Path file = folder.resolve("key");
    KeyFiles.write(file, KEY);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

    assertThatThrownBy(() -> KeyFiles.read(file))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContainingAll(file.toString(), permissions, "chmod 600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    assertThat(KeyFiles.read(file)).isEqualTo(KEY);
  }

  private void assumePosix() throws Exception {
    assumeTrue(
        Files.getFileStore(folder).supportsFileAttributeView("posix"), "no POSIX permissions here");
  }

  @Test
  void neverReplacesAFile() throws Exception {
    Path file = folder.resolve("key");
    KeyFiles.write(file, KEY);
    PrivateKey other = PrivateKey.generate(KeyType.ED25519, RANDOM);

    assertThatThrownBy(() -> KeyFiles.write(file, other))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(KeyFiles.read(file)).isEqualTo(KEY);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void saysWhichFileIsNotThere() {
    assertThatThrownBy(() -> KeyFiles.read(folder.resolve("missing")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> KeyFiles.write(folder.resolve("missing/key"), KEY))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void refusesFoldersAndLongFiles() throws Exception {
    assertThatThrownBy(() -> KeyFiles.isEncrypted(folder))
        .hasMessageContaining("not a regular file");
    Path file = folder.resolve("key");
    writeForOwner(file, new byte[100_000]);
    assertThatThrownBy(() -> KeyFiles.read(file)).hasMessageContaining("longer than");
  }

  @Test
  void refusesFilesThatHoldNoKey() throws Exception {
    Path file = folder.resolve("key");
    writeForOwner(file, new byte[] {8, 1, 18, 1, 0});

    assertThatThrownBy(() -> KeyFiles.read(file))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContainingAll(file.toString(), "no usable key", "1 bytes");
  }

  @Test
  void refusesEveryChangeOfAnEncryptedFile() throws Exception {
    Path file = folder.resolve("key");
    KeyFiles.writeEncrypted(file, KEY, "password".toCharArray(), CHEAP, RANDOM);
    byte[] good = Files.readAllBytes(file);

    Seeds.check(
        60,
        random -> {
          byte[] bad = good.clone();
          bad[8 + random.nextInt(bad.length - 8)] ^= (byte) (1 << random.nextInt(5));
          if (costOf(bad) > 1 << 16) {
            return;
          }
          writeForOwner(file, bad);
          assertThatThrownBy(() -> KeyFiles.read(file, "password".toCharArray()))
              .isInstanceOf(KeyFileException.class);
        });
    for (int length : new int[] {8, 41, 56, good.length - 1}) {
      writeForOwner(file, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> KeyFiles.read(file, "password".toCharArray()))
          .isInstanceOf(KeyFileException.class);
    }
  }

  private static long costOf(byte[] file) {
    return (long) file[11] * file[12] << Math.min(file[10], 30);
  }

  @Test
  void boundsMemoryAndWorkBeforeItDerivesAKey() throws Exception {
    Path file = folder.resolve("key");
    KeyFiles.writeEncrypted(file, KEY, "password".toCharArray(), CHEAP, RANDOM);
    byte[] good = Files.readAllBytes(file);

    for (byte[] cost :
        new byte[][] {
          {9, 1, 1},
          {21, 1, 1},
          {20, 8, 1},
          {10, 0, 1},
          {10, 33, 1},
          {10, 1, 0},
          {10, 1, 17},
          {16, 16, 16}
        }) {
      byte[] bad = good.clone();
      System.arraycopy(cost, 0, bad, 10, 3);
      writeForOwner(file, bad);
      assertThatThrownBy(() -> KeyFiles.read(file, "password".toCharArray()))
          .hasMessageContaining("out of bounds");
    }
  }

  private static void writeForOwner(Path file, byte[] content) throws Exception {
    Files.deleteIfExists(file);
    Files.createFile(file);
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    Files.write(file, content);
  }
}
