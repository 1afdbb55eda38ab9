package io.ethpeerflow.crypto.libcrypto;

import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.SignatureOperation;
import io.ethpeerflow.crypto.signature.SignatureProvider;
import io.ethpeerflow.crypto.signature.Signer;
import org.jspecify.annotations.Nullable;

/** Signatures of libcrypto: all algorithms; its ECDSA is not deterministic, so it only verifies. */
public final class LibcryptoSignatures implements SignatureProvider {
  private final Backend<SignatureProvider> backend =
      new Backend<>("EvpSignatures", SignatureProvider.class, SignatureProvider::unavailable);

  /** For the service loader. */
  public LibcryptoSignatures() {}

  @Override
  public String name() {
    return "libcrypto";
  }

  @Override
  public @Nullable String unavailable() {
    return backend.unavailable();
  }

  @Override
  public int rank(SignatureAlgorithm algorithm, SignatureOperation operation) {
    return switch (algorithm) {
      case ED25519 -> operation == SignatureOperation.SIGN ? 40 : 60;
      case RSA -> operation == SignatureOperation.SIGN ? 100 : 40;
      case P256 -> operation == SignatureOperation.VERIFY ? 50 : 0;
      case SECP256K1 -> operation == SignatureOperation.VERIFY ? 30 : 0;
    };
  }

  @Override
  public boolean verify(
      SignatureAlgorithm algorithm, byte[] publicKey, byte[] message, byte[] signature) {
    return backend.get().verify(algorithm, publicKey, message, signature);
  }

  @Override
  public Signer signer(SignatureAlgorithm algorithm, byte[] privateKey, byte[] publicKey) {
    return backend.get().signer(algorithm, privateKey, publicKey);
  }
}
