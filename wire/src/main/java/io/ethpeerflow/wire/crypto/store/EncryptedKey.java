package io.ethpeerflow.wire.crypto.store;

import io.ethpeerflow.wire.WireFormatException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * The encrypted form of a key file, version 1:
 *
 * <pre>
 * offset  bytes
 *      0  8   magic "PFLOWKEY"
 *      8  1   version, 1
 *      9  1   key derivation, 1 = scrypt
 *     10  1   log2 of scrypt's N, 10 to 20
 *     11  1   scrypt's r, 1 to 32
 *     12  1   scrypt's p, 1 to 16
 *     13  16  salt
 *     29  12  nonce
 *     41  ..  AES-256-GCM of the key's protobuf form, and its tag of 16 bytes; bytes 0 to 40 are authenticated with it
 * </pre>
 *
 * <p>The password is taken as UTF-8. Memory (128 N r bytes) and work (N r p) are bounded before the
 * derivation starts, because a file may come from elsewhere.
 */
final class EncryptedKey {
  static final int HEADER_BYTES = 41;
  static final int TAG_BYTES = 16;

  private static final byte[] MAGIC = "PFLOWKEY".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int SCRYPT = 1;
  private static final int SALT_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int KEY_BYTES = 32;

  /** 256 MiB. */
  private static final long MAX_MEMORY_BYTES = 256L << 20;

  /** Sixteen times the work of {@link Cost#DEFAULT}, some seconds. */
  private static final long MAX_WORK = 16L * (1 << 15) * 8 * 3;

  /**
   * Cost of the key derivation.
   *
   * @param log2N 10 to 20
   * @param r 1 to 32
   * @param p 1 to 16
   */
  record Cost(int log2N, int r, int p) {
    /** 32 MiB and about a third of a second: one of the settings that OWASP recommends. */
    static final Cost DEFAULT = new Cost(15, 8, 3);

    boolean isAcceptable() {
      return log2N >= 10
          && log2N <= 20
          && r >= 1
          && r <= 32
          && p >= 1
          && p <= 16
          && (128L * r << log2N) <= MAX_MEMORY_BYTES
          && ((long) r * p << log2N) <= MAX_WORK;
    }
  }

  private EncryptedKey() {}

  static boolean hasMagic(byte[] file) {
    return file.length >= MAGIC.length
        && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  static byte[] seal(byte[] key, char[] password, Cost cost, SecureRandom random) {
    byte[] saltAndNonce = new byte[SALT_BYTES + NONCE_BYTES];
    random.nextBytes(saltAndNonce);
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + key.length + TAG_BYTES);
    out.put(MAGIC).put((byte) VERSION).put((byte) SCRYPT);
    out.put((byte) cost.log2N).put((byte) cost.r).put((byte) cost.p).put(saltAndNonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, out.array(), cost, password);
      cipher.doFinal(key, 0, key.length, out.array(), HEADER_BYTES);
      return out.array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not available", e);
    }
  }

  /** The key's protobuf form. */
  static byte[] open(byte[] file, char[] password) throws WireFormatException {
    if (file.length < HEADER_BYTES + TAG_BYTES) {
      throw new WireFormatException(
          "encrypted key of "
              + file.length
              + " bytes, at least "
              + (HEADER_BYTES + TAG_BYTES)
              + " needed");
    }
    if (file[8] != VERSION || file[9] != SCRYPT) {
      throw new WireFormatException(
          "encrypted key of version "
              + (file[8] & 0xff)
              + " with derivation "
              + (file[9] & 0xff)
              + ", known is 1 with 1");
    }
    Cost cost = new Cost(file[10] & 0xff, file[11] & 0xff, file[12] & 0xff);
    if (!cost.isAcceptable()) {
      throw new WireFormatException("encrypted key whose derivation is out of bounds: " + cost);
    }
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, file, cost, password);
      return cipher.doFinal(file, HEADER_BYTES, file.length - HEADER_BYTES);
    } catch (AEADBadTagException e) {
      throw new WireFormatException("the password is wrong or the file was changed");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM is not available", e);
    }
  }

  private static Cipher cipher(int mode, byte[] file, Cost cost, char[] password)
      throws GeneralSecurityException {
    byte[] utf8 = utf8(password);
    byte[] salt = Arrays.copyOfRange(file, 13, 13 + SALT_BYTES);
    byte[] key = SCrypt.generate(utf8, salt, 1 << cost.log2N, cost.r, cost.p, KEY_BYTES);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          mode,
          new SecretKeySpec(key, "AES"),
          new GCMParameterSpec(8 * TAG_BYTES, file, 13 + SALT_BYTES, NONCE_BYTES));
      cipher.updateAAD(file, 0, HEADER_BYTES);
      return cipher;
    } finally {
      Arrays.fill(utf8, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
  }

  private static byte[] utf8(char[] password) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
    byte[] utf8 = new byte[encoded.remaining()];
    encoded.get(utf8);
    encoded.clear();
    while (encoded.hasRemaining()) {
      encoded.put((byte) 0);
    }
    return utf8;
  }
}
