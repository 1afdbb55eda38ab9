package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.crypto.signature.Signer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The signer of a private key, prepared at the first signature: many keys are only read, kept and
 * compared. Thread-safe.
 */
final class KeySigner {
  private final Supplier<Signer> maker;
  private volatile @Nullable Signer prepared;

  KeySigner(Supplier<Signer> maker) {
    this.maker = maker;
  }

  byte[] sign(byte[] message) {
    Signer signer = prepared;
    if (signer == null) {
      signer = maker.get();
      prepared = signer;
    }
    return signer.sign(message);
  }
}
