package io.ethpeerflow.testkit.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The symmetric state of a Noise handshake (revision 34, section 5.2). */
final class NoiseState {
  private static final byte[] NAME = "Noise_XX_25519_ChaChaPoly_SHA256".getBytes(US_ASCII);

  private byte[] hash = NAME.clone();
  private byte[] chainingKey = NAME.clone();
  private @Nullable NoiseCipher cipher;

  NoiseState() {
    mixHash(new byte[0]);
  }

  void mixHash(byte[] data) {
    try {
      hash = MessageDigest.getInstance("SHA-256").digest(Bytes.join(hash, data));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  void mixKey(byte[] input) {
    byte[][] keys = derive(input);
    chainingKey = keys[0];
    cipher = new NoiseCipher(keys[1]);
  }

  byte[] seal(byte[] plaintext) {
    NoiseCipher current = cipher;
    byte[] sealed = current == null ? plaintext : current.seal(plaintext, hash);
    mixHash(sealed);
    return sealed;
  }

  byte[] open(byte[] sealed) {
    NoiseCipher current = cipher;
    byte[] plaintext = current == null ? sealed : current.open(sealed, hash);
    mixHash(sealed);
    return plaintext;
  }

  /** The ciphers of both directions, the initiator's first. */
  NoiseCipher[] split() {
    byte[][] keys = derive(new byte[0]);
    return new NoiseCipher[] {new NoiseCipher(keys[0]), new NoiseCipher(keys[1])};
  }

  private byte[][] derive(byte[] input) {
    byte[] temporary = hmac(chainingKey, input);
    byte[] first = hmac(temporary, Bytes.of(1));
    return new byte[][] {first, hmac(temporary, Bytes.join(first, Bytes.of(2)))};
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
