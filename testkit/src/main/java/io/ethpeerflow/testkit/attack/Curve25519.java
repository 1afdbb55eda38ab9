package io.ethpeerflow.testkit.attack;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** X25519 of the JDK, with keys as 32 bytes. */
final class Curve25519 {
  static final int KEY_BYTES = 32;

  private Curve25519() {}

  static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance("X25519").generateKeyPair();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  static byte[] publicKey(KeyPair pair) {
    return littleEndian(((XECPublicKey) pair.getPublic()).getU());
  }

  static byte[] agree(KeyPair own, byte[] remote) {
    try {
      var spec = new XECPublicKeySpec(NamedParameterSpec.X25519, bigEndian(remote));
      KeyAgreement agreement = KeyAgreement.getInstance("X25519");
      agreement.init(own.getPrivate());
      agreement.doPhase(KeyFactory.getInstance("X25519").generatePublic(spec), true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException refused) {
      throw new AssertionError("the remote's key cannot be used: " + refused, refused);
    }
  }

  static byte[] littleEndian(BigInteger value) {
    byte[] big = value.toByteArray();
    byte[] little = new byte[KEY_BYTES];
    for (int i = 0; i < Math.min(KEY_BYTES, big.length); i++) {
      little[i] = big[big.length - 1 - i];
    }
    return little;
  }

  private static BigInteger bigEndian(byte[] little) {
    byte[] big = new byte[KEY_BYTES];
    for (int i = 0; i < KEY_BYTES; i++) {
      big[i] = little[KEY_BYTES - 1 - i];
    }
    big[0] &= 0x7f;
    return new BigInteger(1, big);
  }
}
