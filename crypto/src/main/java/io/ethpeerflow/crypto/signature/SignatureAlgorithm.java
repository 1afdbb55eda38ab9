package io.ethpeerflow.crypto.signature;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The algorithms of libp2p's keys, and the one form in which each has its keys and signatures here.
 */
@SuppressWarnings("ImmutableEnumChecker") // the prefixes are never written to
public enum SignatureAlgorithm {
  /** RFC 8032. Public key 32 bytes, private key 32 bytes (the seed), signature 64 bytes. */
  ED25519("302a300506032b6570032100"),
  /**
   * ECDSA over P-256 with SHA-256. Public key 65 bytes (uncompressed point), private key 32 bytes
   * (big-endian number), signature DER of (r, s).
   */
  P256("3059301306072a8648ce3d020106082a8648ce3d030107034200"),
  /** ECDSA over secp256k1 with SHA-256; keys and signatures as those of {@link #P256}. */
  SECP256K1("3056301006072a8648ce3d020106052b8104000a034200"),
  /**
   * RSA PKCS #1 v1.5 with SHA-256. Public key SubjectPublicKeyInfo in DER, private key PKCS #8 in
   * DER, signature as long as the modulus.
   */
  RSA("");

  private final byte[] infoPrefix;

  SignatureAlgorithm(String infoPrefix) {
    this.infoPrefix = HexFormat.of().parseHex(infoPrefix);
  }

  /** The name for logs: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The SubjectPublicKeyInfo of a public key, in DER.
   *
   * @param publicKey in this algorithm's form
   * @return a fresh array
   */
  public byte[] keyInfo(byte[] publicKey) {
    byte[] info = Arrays.copyOf(infoPrefix, infoPrefix.length + publicKey.length);
    System.arraycopy(publicKey, 0, info, infoPrefix.length, publicKey.length);
    return info;
  }

  /**
   * Whether a SubjectPublicKeyInfo is one of this algorithm, with a key of the right length; not
   * whether the key is any good. RSA has no prefix of its own: its answer is false.
   */
  public boolean isKeyInfo(byte[] info) {
    int prefix = infoPrefix.length;
    return prefix > 0
        && info.length == prefix + (this == ED25519 ? 32 : EllipticCurve.POINT_BYTES)
        && Arrays.equals(info, 0, prefix, infoPrefix, 0, prefix);
  }

  /**
   * The public key in a SubjectPublicKeyInfo.
   *
   * @param info for which {@link #isKeyInfo} holds
   * @return a fresh array
   */
  public byte[] publicKeyOf(byte[] info) {
    if (!isKeyInfo(info)) {
      throw new IllegalArgumentException("no SubjectPublicKeyInfo of " + this);
    }
    return Arrays.copyOfRange(info, infoPrefix.length, info.length);
  }
}
