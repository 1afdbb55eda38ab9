package io.ethpeerflow.crypto.signature;

import io.ethpeerflow.crypto.conscrypt.ConscryptLibrary;
import org.jspecify.annotations.Nullable;

/**
 * BoringSSL's signatures through Conscrypt, when its artifact is on the class path: the fastest of
 * what it has. It has no secp256k1, and its ECDSA is not deterministic.
 */
public final class ConscryptSignatures implements SignatureProvider {
  private static final class Loaded {
    static final JcaSignatures ALGORITHMS = new JcaSignatures(ConscryptLibrary.provider());
  }

  /** For the service loader. */
  public ConscryptSignatures() {}

  @Override
  public String name() {
    return "conscrypt";
  }

  @Override
  public @Nullable String unavailable() {
    return ConscryptLibrary.unavailable();
  }

  @Override
  public int rank(SignatureAlgorithm algorithm, SignatureOperation operation) {
    return switch (algorithm) {
      case ED25519 -> 100;
      case RSA -> operation == SignatureOperation.SIGN ? 80 : 100;
      case P256 -> operation == SignatureOperation.VERIFY ? 100 : 0;
      case SECP256K1 -> 0;
    };
  }

  @Override
  public boolean verify(
      SignatureAlgorithm algorithm, byte[] publicKey, byte[] message, byte[] signature) {
    return Loaded.ALGORITHMS.verify(algorithm, publicKey, message, signature);
  }

  @Override
  public Signer signer(SignatureAlgorithm algorithm, byte[] privateKey, byte[] publicKey) {
    return Loaded.ALGORITHMS.signer(algorithm, privateKey);
  }
}
