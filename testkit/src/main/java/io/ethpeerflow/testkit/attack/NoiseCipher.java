package io.ethpeerflow.testkit.attack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** ChaCha20-Poly1305 under one key, its nonce counted. */
final class NoiseCipher {
  static final int TAG_BYTES = 16;

  private final SecretKeySpec key;
  private long nonce;

  NoiseCipher(byte[] key) {
    this.key = new SecretKeySpec(key, "ChaCha20");
  }

  byte[] seal(byte[] plaintext, byte[] associated) {
    return run(Cipher.ENCRYPT_MODE, plaintext, associated);
  }

  byte[] open(byte[] sealed, byte[] associated) {
    return run(Cipher.DECRYPT_MODE, sealed, associated);
  }

  private byte[] run(int mode, byte[] input, byte[] associated) {
    byte[] iv =
        ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putInt(0).putLong(nonce).array();
    try {
      Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
      cipher.init(mode, key, new IvParameterSpec(iv));
      cipher.updateAAD(associated);
      byte[] output = cipher.doFinal(input);
      nonce++;
      return output;
    } catch (GeneralSecurityException refused) {
      throw new AssertionError("record " + nonce + ": " + refused, refused);
    }
  }
}
