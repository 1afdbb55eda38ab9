package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.protobuf.ProtoReader;
import java.security.SecureRandom;

/**
 * A private key of one of the libp2p types, with its public key. Immutable; {@code toString} says
 * only the type.
 *
 * <p>Signatures are deterministic (RFC 8032, RFC 6979, PKCS #1 v1.5), so signing needs no
 * randomness.
 */
public sealed interface PrivateKey
    permits Ed25519PrivateKey, Secp256k1PrivateKey, EcdsaPrivateKey, RsaPrivateKey {
  /** Smallest RSA modulus, in bits. */
  int MIN_RSA_BITS = 2048;

  /** Largest RSA modulus, in bits. */
  int MAX_RSA_BITS = 8192;

  /**
   * Longest {@code Data} that is accepted, in bytes; an RSA key with 8192 bits takes about 4660.
   */
  int MAX_DATA_BYTES = 5000;

  /** Longest protobuf form that is accepted, in bytes. */
  int MAX_BYTES = 6000;

  /** The type of the key. */
  KeyType type();

  /** The public key. */
  PublicKey publicKey();

  /**
   * Signs a message.
   *
   * @param message any length; hashed as the type prescribes
   * @return 64 bytes of Ed25519, DER of (r, s) for secp256k1 and ECDSA, as long as the modulus of
   *     RSA
   */
  byte[] sign(byte[] message);

  /**
   * The key without its type: seed and public key of Ed25519, 32 bytes of secp256k1, SEC1 DER of
   * ECDSA, PKCS #1 DER of RSA.
   *
   * @return a fresh array with the secret in it; the caller should clear it after use
   */
  byte[] data();

  /**
   * The protobuf form.
   *
   * @return a fresh array with the secret in it; the caller should clear it after use
   */
  default byte[] toBytes() {
    return KeyMessage.encode(type(), data());
  }

  /**
   * Makes a new key; RSA with {@link #MIN_RSA_BITS}.
   *
   * @param random where the secret comes from
   */
  static PrivateKey generate(KeyType type, SecureRandom random) {
    return switch (type) {
      case ED25519 -> Ed25519PrivateKey.generate(random);
      case SECP256K1 -> Secp256k1PrivateKey.generate(random);
      case ECDSA -> EcdsaPrivateKey.generate(random);
      case RSA -> RsaPrivateKey.generate(MIN_RSA_BITS, random);
    };
  }

  /**
   * Makes a new RSA key.
   *
   * @param bits {@link #MIN_RSA_BITS} to {@link #MAX_RSA_BITS}
   * @param random where the secret comes from
   * @throws IllegalArgumentException if {@code bits} is out of range
   */
  static PrivateKey generateRsa(int bits, SecureRandom random) {
    if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
      throw new IllegalArgumentException(
          "bits: " + bits + " is not from " + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
    }
    return RsaPrivateKey.generate(bits, random);
  }

  /**
   * Decodes the protobuf form.
   *
   * @throws WireFormatException if it is malformed, longer than {@link #MAX_BYTES}, of an unknown
   *     type, not a key of its type, or contains a public key that is not its own; the message
   *     holds no part of the key
   */
  static PrivateKey decode(byte[] message) throws WireFormatException {
    if (message.length > MAX_BYTES) {
      throw new WireFormatException(
          "private key of " + message.length + " bytes exceeds the " + MAX_BYTES + " allowed");
    }
    KeyMessage key = KeyMessage.decode(ProtoReader.of(message), MAX_DATA_BYTES);
    return ofData(key.type(), key.data());
  }

  /**
   * The key with a type and {@link #data}. Of Ed25519 the old 96-byte form and the bare 32-byte
   * seed are accepted too, of ECDSA also PKCS #8 DER.
   *
   * @throws WireFormatException if the data are not a key of this type
   */
  static PrivateKey ofData(KeyType type, byte[] data) throws WireFormatException {
    return switch (type) {
      case ED25519 -> Ed25519PrivateKey.ofData(data);
      case SECP256K1 -> Secp256k1PrivateKey.ofData(data);
      case ECDSA -> EcdsaPrivateKey.ofData(data);
      case RSA -> RsaPrivateKey.ofData(data);
    };
  }
}
