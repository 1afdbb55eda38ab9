package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.Signatures;
import io.ethpeerflow.wire.WireFormatException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

final class Ed25519PublicKey implements PublicKey {
  static final int BYTES = 32;

  private final byte[] data;

  Ed25519PublicKey(byte[] data) {
    this.data = data;
  }

  static Ed25519PublicKey ofData(byte[] data) throws WireFormatException {
    if (data.length != BYTES) {
      throw new WireFormatException(
          "Ed25519 public key of " + data.length + " bytes, allowed " + BYTES);
    }
    return new Ed25519PublicKey(data.clone());
  }

  @Override
  public KeyType type() {
    return KeyType.ED25519;
  }

  @Override
  public byte[] data() {
    return data.clone();
  }

  @Override
  public boolean verify(byte[] message, byte[] signature) {
    return Signatures.verify(SignatureAlgorithm.ED25519, data, message, signature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ed25519PublicKey that && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return "Ed25519 public key";
  }
}
