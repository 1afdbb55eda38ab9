package io.ethpeerflow.wire.crypto.store;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PrivateKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes files with one private key: plain, which is the protobuf form that other libp2p
 * implementations read too, or encrypted under a password (scrypt and AES-256-GCM; the format
 * stands in {@code wire/README.md}).
 *
 * <p>A file appears complete or not at all, and never replaces another one. On POSIX file systems
 * it is created with permissions for its owner alone, and a file that anybody else may read or
 * write is refused when read. Windows has no such permissions: there the file inherits the access
 * list of its folder, which is for the user to choose.
 *
 * <p>Blocking; not for event loops. Passwords are not changed: the caller clears them.
 */
public final class KeyFiles {
  private static final int MAX_FILE_BYTES =
      PrivateKey.MAX_BYTES + EncryptedKey.HEADER_BYTES + EncryptedKey.TAG_BYTES;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private KeyFiles() {}

  /**
   * Writes a key as it is.
   *
   * @throws FileAlreadyExistsException if there is such a file
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, PrivateKey key) throws IOException {
    byte[] bytes = key.toBytes();
    try {
      create(file, bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Writes a key under a password. Takes about a third of a second and 32 MiB.
   *
   * @param password not empty
   * @param random where salt and nonce come from
   * @throws IllegalArgumentException if the password is empty
   * @throws FileAlreadyExistsException if there is such a file
   * @throws IOException if it cannot be written
   */
  public static void writeEncrypted(Path file, PrivateKey key, char[] password, SecureRandom random)
      throws IOException {
    writeEncrypted(file, key, password, EncryptedKey.Cost.DEFAULT, random);
  }

  static void writeEncrypted(
      Path file, PrivateKey key, char[] password, EncryptedKey.Cost cost, SecureRandom random)
      throws IOException {
    if (password.length == 0) {
      throw new IllegalArgumentException("password: empty");
    }
    byte[] bytes = key.toBytes();
    try {
      create(file, EncryptedKey.seal(bytes, password, cost, random));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /**
   * Reads a plain file.
   *
   * @throws KeyFileException if others may read it, it is encrypted, or it holds no key
   * @throws IOException if it cannot be read
   */
  public static PrivateKey read(Path file) throws IOException {
    return read(file, null);
  }

  /**
   * Reads a plain or an encrypted file. An encrypted one takes about a third of a second and 32
   * MiB; one that claims to need more than 256 MiB or sixteen times the work is refused.
   *
   * @param password null if there is none; ignored for a plain file
   * @throws KeyFileException if others may read it, it is encrypted and the password missing or
   *     wrong, or it holds no key
   * @throws IOException if it cannot be read
   */
  public static PrivateKey read(Path file, char @Nullable [] password) throws IOException {
    refuseOpenPermissions(file);
    byte[] content = readBounded(file);
    byte[] key = content;
    try {
      if (EncryptedKey.hasMagic(content)) {
        if (password == null || password.length == 0) {
          throw new KeyFileException(file + " is encrypted and needs a password");
        }
        key = EncryptedKey.open(content, password);
      }
      return PrivateKey.decode(key);
    } catch (WireFormatException e) {
      throw new KeyFileException(file + " holds no usable key: " + e.getMessage(), e);
    } finally {
      Arrays.fill(content, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  /**
   * Whether a file is encrypted.
   *
   * @throws IOException if it cannot be read
   */
  public static boolean isEncrypted(Path file) throws IOException {
    byte[] content = readBounded(file);
    boolean encrypted = EncryptedKey.hasMagic(content);
    Arrays.fill(content, (byte) 0);
    return encrypted;
  }

  private static byte[] readBounded(Path file) throws IOException {
    if (!Files.isRegularFile(file) && Files.exists(file)) {
      throw new KeyFileException(file + " is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_FILE_BYTES + 1);
      if (content.length > MAX_FILE_BYTES) {
        Arrays.fill(content, (byte) 0);
        throw new KeyFileException(
            file + " is longer than the " + MAX_FILE_BYTES + " bytes a key file may have");
      }
      return content;
    }
  }

  private static void refuseOpenPermissions(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    if (!OWNER.containsAll(permissions)) {
      throw new KeyFileException(
          file
              + " may be used by others ("
              + PosixFilePermissions.toString(permissions)
              + "); allowed is only its owner: chmod 600");
    }
  }

  /**
   * Writes beside the final place and then gives the file its name, which fails if the name is
   * taken.
   */
  private static void create(Path file, byte[] content) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null) {
      throw new KeyFileException(file + " is no place for a file");
    }
    Path draft =
        Files.createTempFile(folder, "." + target.getFileName(), ".new", ownerOnly(folder));
    try {
      try (SeekableByteChannel out =
          Files.newByteChannel(draft, StandardOpenOption.WRITE, StandardOpenOption.SYNC)) {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
      }
      publish(draft, target);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static void publish(Path draft, Path target) throws IOException {
    try {
      Files.createLink(target, draft);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // no hard links here; a file that appears between the check and the rename would be lost
      Files.move(draft, target);
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path folder) throws IOException {
    return Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }
}
