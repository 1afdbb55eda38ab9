package io.ethpeerflow.crypto.agreement;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.EncodedKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** X25519 of a security provider. Thread-safe. */
final class JcaX25519 {
  // RFC 8410: the DER in front of the 32 bytes of a key
  private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b656e04220420");
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b656e032100");
  private static final byte[] BASE_POINT = new byte[KeyAgreement.KEY_BYTES];

  static {
    BASE_POINT[0] = 9;
  }

  private final @Nullable Provider provider;
  private final boolean takesRawKeys;

  /** The 32 bytes of a key, where a provider reads them without DER around them. */
  private static final class RawKeySpec extends EncodedKeySpec {
    RawKeySpec(byte[] key) {
      super(key);
    }

    @Override
    public String getFormat() {
      return "raw";
    }
  }

  /**
   * Of a provider.
   *
   * @param provider null for the first that has the algorithm
   * @param takesRawKeys whether its key factory takes specifications of the format {@code raw}:
   *     BoringSSL computes the public key while it reads a private one in DER, which takes half as
   *     long as the agreement
   */
  JcaX25519(@Nullable Provider provider, boolean takesRawKeys) {
    this.provider = provider;
    this.takesRawKeys = takesRawKeys;
  }

  byte[] publicKey(byte[] privateKey) {
    return agree(privateKey, BASE_POINT);
  }

  byte[] agree(byte[] privateKey, byte[] publicKey) {
    try {
      KeyFactory factory =
          provider == null
              ? KeyFactory.getInstance("XDH")
              : KeyFactory.getInstance("XDH", provider);
      PrivateKey own =
          factory.generatePrivate(
              takesRawKeys
                  ? new RawKeySpec(privateKey)
                  : new PKCS8EncodedKeySpec(join(PKCS8, privateKey)));
      PublicKey remote =
          factory.generatePublic(
              takesRawKeys
                  ? new RawKeySpec(publicKey)
                  : new X509EncodedKeySpec(join(X509, publicKey)));
      var agreement =
          provider == null
              ? javax.crypto.KeyAgreement.getInstance("XDH")
              : javax.crypto.KeyAgreement.getInstance("XDH", provider);
      agreement.init(own);
      agreement.doPhase(remote, true);
      return agreement.generateSecret();
    } catch (InvalidKeyException lowOrder) {
      // both the JDK and BoringSSL refuse what would give zeros
      return new byte[KeyAgreement.KEY_BYTES];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] join(byte[] prefix, byte[] key) {
    byte[] joined = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, joined, prefix.length, key.length);
    return joined;
  }
}
