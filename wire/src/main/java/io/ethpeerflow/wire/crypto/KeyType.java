package io.ethpeerflow.wire.crypto;

import io.ethpeerflow.wire.WireFormatException;

/** The key types of libp2p, with their numbers in the protobuf form. */
public enum KeyType {
  /** RSA with 2048 to 8192 bits; RSASSA-PKCS1-v1_5 with SHA-256. */
  RSA(0),
  /** Ed25519: the default. */
  ED25519(1),
  /** ECDSA on secp256k1 with SHA-256. */
  SECP256K1(2),
  /** ECDSA on P-256 with SHA-256. */
  ECDSA(3);

  private static final KeyType[] BY_CODE = values();

  private final int code;

  KeyType(int code) {
    this.code = code;
  }

  /** The number of the type in the protobuf form. */
  public int code() {
    return code;
  }

  /**
   * The type with a number.
   *
   * @throws WireFormatException if there is none
   */
  public static KeyType ofCode(long code) throws WireFormatException {
    if (code < 0 || code >= BY_CODE.length) {
      throw new WireFormatException("key type " + code + ", allowed 0 to " + (BY_CODE.length - 1));
    }
    return BY_CODE[(int) code];
  }
}
