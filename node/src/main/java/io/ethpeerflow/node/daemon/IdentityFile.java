package io.ethpeerflow.node.daemon;

import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.crypto.store.KeyFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The file with the private key that a node is known by. */
public final class IdentityFile {
  /** The variable with the password of an encrypted file. */
  public static final String PASSWORD_VARIABLE = "PEERFLOW_KEY_PASSWORD";

  private IdentityFile() {}

  /**
   * A key and where it came from.
   *
   * @param key the key
   * @param created whether the file was made now
   */
  public record Identity(PrivateKey key, boolean created) {}

  /**
   * Reads a key, or makes one and writes it, for its owner alone. A new file is encrypted when the
   * environment has a password.
   *
   * @param type of a new key; not looked at when there is one
   * @param variables the environment, see {@link #PASSWORD_VARIABLE}
   */
  public static Identity readOrCreate(Path file, KeyType type, Map<String, String> variables)
      throws IOException {
    char @Nullable [] password = password(variables);
    if (Files.exists(file)) {
      return new Identity(KeyFiles.read(file, password), false);
    }
    var random = new SecureRandom();
    PrivateKey key = PrivateKey.generate(type, random);
    try {
      if (password == null) {
        KeyFiles.write(file, key);
      } else {
        KeyFiles.writeEncrypted(file, key, password, random);
      }
      return new Identity(key, true);
    } catch (FileAlreadyExistsException madeMeanwhile) {
      return new Identity(KeyFiles.read(file, password), false);
    }
  }

  private static char @Nullable [] password(Map<String, String> variables) {
    String password = variables.get(PASSWORD_VARIABLE);
    return password == null || password.isEmpty() ? null : password.toCharArray();
  }
}
