package io.ethpeerflow.noise.handshake;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.conscrypt.Conscrypt;

/** BoringSSL's X25519 through Conscrypt, when its artifact is on the class path. */
final class ConscryptX25519 implements KeyAgreement {
  // RFC 8410: the DER in front of the 32 bytes of a key
  private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b656e04220420");
  private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b656e032100");
  private static final byte[] BASE_POINT = new byte[KEY_BYTES];

  static {
    BASE_POINT[0] = 9;
  }

  private final Provider provider = Conscrypt.newProvider();
  private final KeyFactory factory;

  private ConscryptX25519() throws GeneralSecurityException {
    factory = KeyFactory.getInstance("XDH", provider);
  }

  /**
   * An instance that has been tried.
   *
   * @throws GeneralSecurityException if Conscrypt does not work here
   * @throws LinkageError if it is not there
   */
  static KeyAgreement create() throws GeneralSecurityException {
    if (!Conscrypt.isAvailable()) {
      throw new GeneralSecurityException("Conscrypt has no native library for this platform");
    }
    var created = new ConscryptX25519();
    byte[] ours = new byte[KEY_BYTES];
    Arrays.fill(ours, (byte) 0x5a);
    byte[] publicKey = created.publicKey(ours);
    byte[] secret = created.agree(ours, publicKey);
    KeyAgreement other = BouncyCastleX25519.INSTANCE;
    if (!Arrays.equals(publicKey, other.publicKey(ours))
        || !Arrays.equals(secret, other.agree(ours, publicKey))) {
      throw new GeneralSecurityException("Conscrypt's X25519 gives wrong answers");
    }
    return created;
  }

  @Override
  public String name() {
    return "conscrypt";
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    return agree(privateKey, BASE_POINT);
  }

  @Override
  public byte[] agree(byte[] privateKey, byte[] publicKey) {
    try {
      PrivateKey own = factory.generatePrivate(new PKCS8EncodedKeySpec(join(PKCS8, privateKey)));
      PublicKey remote = factory.generatePublic(new X509EncodedKeySpec(join(X509, publicKey)));
      var agreement = javax.crypto.KeyAgreement.getInstance("XDH", provider);
      agreement.init(own);
      agreement.doPhase(remote, true);
      return agreement.generateSecret();
    } catch (InvalidKeyException lowOrder) {
      // BoringSSL refuses what would give zeros
      return new byte[KEY_BYTES];
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
