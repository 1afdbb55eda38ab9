package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.protobuf.ProtoReader;

/** A public key of one of the libp2p types. Immutable; equal when type and key are. */
public sealed interface PublicKey
    permits Ed25519PublicKey, Secp256k1PublicKey, EcdsaPublicKey, RsaPublicKey {
  /** Longest {@code Data} that is accepted, in bytes; an RSA key with 8192 bits takes 1062. */
  int MAX_DATA_BYTES = 1100;

  /** Longest protobuf form that is accepted, in bytes; leaves room for unknown fields. */
  int MAX_BYTES = 2048;

  /** The type of the key. */
  KeyType type();

  /**
   * The key without its type: 32 bytes of Ed25519, 33 of a compressed secp256k1 point, PKIX DER of
   * ECDSA and RSA.
   *
   * @return a fresh array
   */
  byte[] data();

  /**
   * Whether {@code signature} is this key's signature of {@code message}. A signature that is
   * malformed is not.
   *
   * @param message any length; hashed as the type prescribes
   */
  boolean verify(byte[] message, byte[] signature);

  /** The protobuf form: the same bytes for the same key. A fresh array. */
  default byte[] toBytes() {
    return KeyMessage.encode(type(), data());
  }

  /**
   * Decodes the protobuf form.
   *
   * @throws WireFormatException if it is malformed, longer than {@link #MAX_BYTES}, of an unknown
   *     type, or not a key of its type
   */
  static PublicKey decode(byte[] message) throws WireFormatException {
    if (message.length > MAX_BYTES) {
      throw new WireFormatException(
          "public key of " + message.length + " bytes exceeds the " + MAX_BYTES + " allowed");
    }
    return decode(ProtoReader.of(message));
  }

  /**
   * Decodes the rest of a message that is being read.
   *
   * @throws WireFormatException as {@link #decode(byte[])}
   */
  static PublicKey decode(ProtoReader message) throws WireFormatException {
    KeyMessage key = KeyMessage.decode(message, MAX_DATA_BYTES);
    return ofData(key.type(), key.data());
  }

  /**
   * The key with a type and {@link #data}.
   *
   * @throws WireFormatException if the data are not a key of this type in its one valid encoding
   */
  static PublicKey ofData(KeyType type, byte[] data) throws WireFormatException {
    // [spec peer-ids/vectors]
    return switch (type) {
      case ED25519 -> Ed25519PublicKey.ofData(data);
      case SECP256K1 -> Secp256k1PublicKey.ofData(data);
      case ECDSA -> EcdsaPublicKey.ofData(data);
      case RSA -> RsaPublicKey.ofData(data);
    };
  }
}
