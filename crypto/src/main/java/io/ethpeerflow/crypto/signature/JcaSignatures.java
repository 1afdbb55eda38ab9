package io.ethpeerflow.crypto.signature;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Signatures of a security provider: all algorithms but secp256k1. Thread-safe. */
final class JcaSignatures {
  /** RFC 8410: PKCS #8 of an Ed25519 key, up to its seed. */
  private static final byte[] ED25519_PKCS8 =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private final @Nullable Provider provider;

  /**
   * Of a provider.
   *
   * @param provider null for the first that has the algorithm
   */
  JcaSignatures(@Nullable Provider provider) {
    this.provider = provider;
  }

  private KeyFactory factory(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    String name =
        switch (algorithm) {
          case ED25519 -> "Ed25519";
          case P256 -> "EC";
          case RSA -> "RSA";
          case SECP256K1 -> throw new IllegalArgumentException("secp256k1 is not to be had here");
        };
    return provider == null ? KeyFactory.getInstance(name) : KeyFactory.getInstance(name, provider);
  }

  private Signature signature(SignatureAlgorithm algorithm) throws GeneralSecurityException {
    String name =
        switch (algorithm) {
          case ED25519 -> "Ed25519";
          case P256 -> "SHA256withECDSA";
          case RSA -> "SHA256withRSA";
          case SECP256K1 -> throw new IllegalArgumentException("secp256k1 is not to be had here");
        };
    return provider == null ? Signature.getInstance(name) : Signature.getInstance(name, provider);
  }

  boolean verify(SignatureAlgorithm algorithm, byte[] publicKey, byte[] message, byte[] signature) {
    try {
      Signature verifier = signature(algorithm);
      verifier.initVerify(
          factory(algorithm).generatePublic(new X509EncodedKeySpec(algorithm.keyInfo(publicKey))));
      verifier.update(message);
      return verifier.verify(signature);
    } catch (SignatureException | InvalidKeyException | InvalidKeySpecException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " cannot be verified", e);
    }
  }

  Signer signer(SignatureAlgorithm algorithm, byte[] privateKey) {
    byte[] encoded =
        algorithm == SignatureAlgorithm.ED25519 ? pkcs8(privateKey) : privateKey.clone();
    PrivateKey key;
    try {
      key = factory(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (InvalidKeySpecException e) {
      // whose message may show the key
      throw new IllegalArgumentException("no private key of " + algorithm);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(algorithm + " cannot sign", e);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
    return message -> {
      try {
        Signature signer = signature(algorithm);
        signer.initSign(key);
        signer.update(message);
        return signer.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a valid key of " + algorithm + " cannot sign", e);
      }
    };
  }

  private static byte[] pkcs8(byte[] seed) {
    byte[] encoded = Arrays.copyOf(ED25519_PKCS8, ED25519_PKCS8.length + seed.length);
    System.arraycopy(seed, 0, encoded, ED25519_PKCS8.length, seed.length);
    return encoded;
  }
}
