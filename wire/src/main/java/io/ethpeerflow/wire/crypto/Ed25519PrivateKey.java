package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.crypto.signature.SignatureAlgorithm;
import io.ethpeerflow.crypto.signature.Signatures;
import io.ethpeerflow.wire.WireFormatException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

final class Ed25519PrivateKey implements PrivateKey {
  private static final int SEED_BYTES = 32;

  private final byte[] seed;
  private final Ed25519PublicKey publicKey;
  private final KeySigner signer;

  private Ed25519PrivateKey(byte[] seed) {
    this.seed = seed;
    this.publicKey = new Ed25519PublicKey(Signatures.ed25519PublicKey(seed));
    this.signer =
        new KeySigner(() -> Signatures.signer(SignatureAlgorithm.ED25519, seed, publicKey.data()));
  }

  static Ed25519PrivateKey generate(SecureRandom random) {
    byte[] seed = new byte[SEED_BYTES];
    random.nextBytes(seed);
    return new Ed25519PrivateKey(seed);
  }

  // [spec peer-ids/ed25519] seed and public key; an older form has the public key twice
  static Ed25519PrivateKey ofData(byte[] data) throws WireFormatException {
    if (data.length != SEED_BYTES && data.length != 64 && data.length != 96) {
      throw new WireFormatException(
          "Ed25519 private key of " + data.length + " bytes, allowed 32, 64 or 96");
    }
    var key = new Ed25519PrivateKey(Arrays.copyOf(data, SEED_BYTES));
    byte[] expected = key.publicKey.data();
    for (int at = SEED_BYTES; at < data.length; at += Ed25519PublicKey.BYTES) {
      // signing with a public key that is not the seed's would give the seed away
      if (!Arrays.equals(expected, Arrays.copyOfRange(data, at, at + Ed25519PublicKey.BYTES))) {
        throw new WireFormatException(
            "Ed25519 private key contains a public key that is not its own");
      }
    }
    return key;
  }

  @Override
  public KeyType type() {
    return KeyType.ED25519;
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    return signer.sign(message);
  }

  @Override
  public byte[] data() {
    byte[] data = Arrays.copyOf(seed, SEED_BYTES + Ed25519PublicKey.BYTES);
    System.arraycopy(publicKey.data(), 0, data, SEED_BYTES, Ed25519PublicKey.BYTES);
    return data;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ed25519PrivateKey that && MessageDigest.isEqual(seed, that.seed);
  }

  @Override
  public int hashCode() {
    return publicKey.hashCode();
  }

  @Override
  public String toString() {
    return "Ed25519 private key";
  }
}
