package io.ethpeerflow.testkit.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;

/** An Ed25519 key that an attacker shows as its identity, or hides behind. */
public final class Identity {
  private static final int KEY_BYTES = 32;
  private static final byte[] STATIC_KEY_PREFIX = "noise-libp2p-static-key:".getBytes(US_ASCII);
  private static final byte[] RECORD_DOMAIN = "libp2p-peer-record".getBytes(US_ASCII);
  private static final byte[] RECORD_TYPE = Bytes.of(3, 1);

  private final KeyPair keys;
  private final byte[] publicKey;

  private Identity(KeyPair keys) {
    this.keys = keys;
    this.publicKey =
        Bytes.join(Bytes.of(8, 1, 0x12, KEY_BYTES), raw((EdECPublicKey) keys.getPublic()));
  }

  /** A new one, drawn from the platform's entropy. */
  public static Identity create() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, new SecureRandom());
      return new Identity(generator.generateKeyPair());
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  /** Little-endian y with the sign of x in its highest bit, RFC 8032. */
  private static byte[] raw(EdECPublicKey key) {
    byte[] bytes = Curve25519.littleEndian(key.getPoint().getY());
    if (key.getPoint().isXOdd()) {
      bytes[KEY_BYTES - 1] |= (byte) 0x80;
    }
    return bytes;
  }

  /** The public key as libp2p's protobuf. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** The peer id: the identity multihash of the public key. */
  public byte[] peerId() {
    return Bytes.join(Bytes.of(0, publicKey.length), publicKey);
  }

  /** Signs. */
  public byte[] sign(byte[] text) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(keys.getPrivate());
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  /** What vouches for a Noise static key. */
  public byte[] signStaticKey(byte[] staticKey) {
    return sign(Bytes.join(STATIC_KEY_PREFIX, staticKey));
  }

  /** The payload of a handshake message: key, signature, and the muxers offered. */
  public byte[] noisePayload(byte[] staticKey, String... muxers) {
    byte[] names = {};
    for (String muxer : muxers) {
      names = Bytes.join(names, Bytes.field(2, muxer.getBytes(US_ASCII)));
    }
    byte[] extensions = muxers.length == 0 ? names : Bytes.field(4, names);
    return Bytes.join(
        Bytes.field(1, publicKey), Bytes.field(2, signStaticKey(staticKey)), extensions);
  }

  /**
   * A peer record in an envelope that this key signs, about whichever peer.
   *
   * @param peerId of whom it speaks; other than {@link #peerId()} is a lie
   * @param addresses multiaddrs in binary
   */
  public byte[] signedRecord(byte[] peerId, long sequence, byte[]... addresses) {
    byte[] record =
        Bytes.join(Bytes.field(1, peerId), Bytes.uvarint(2 << 3), Bytes.uvarint(sequence));
    for (byte[] address : addresses) {
      record = Bytes.join(record, Bytes.field(3, Bytes.field(1, address)));
    }
    byte[] signed =
        sign(
            Bytes.join(
                Bytes.framed(RECORD_DOMAIN), Bytes.framed(RECORD_TYPE), Bytes.framed(record)));
    return envelope(record, signed);
  }

  /** An envelope of this key around any payload, with any signature. */
  public byte[] envelope(byte[] payload, byte[] signature) {
    return Bytes.join(
        Bytes.field(1, publicKey),
        Bytes.field(2, RECORD_TYPE),
        Bytes.field(3, payload),
        Bytes.field(5, signature));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Identity that && Arrays.equals(publicKey, that.publicKey);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(publicKey);
  }

  /** Says the type only. */
  @Override
  public String toString() {
    return "Ed25519 identity";
  }
}
