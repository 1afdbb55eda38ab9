package io.ethpeerflow.wire.record;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protobuf.ProtoReader;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A payload with its type, the key that signed it, and a signature that also covers a domain, so
 * that it is worth nothing in another context. Immutable. An envelope that {@link #seal} or {@link
 * #open} returned has a valid signature.
 *
 * <p>Specified by RFC 0002 of libp2p.
 */
public final class Envelope {
  /** Longest protobuf form, in bytes. */
  public static final int MAX_BYTES = 32 << 10;

  /** Longest payload type, in bytes. */
  public static final int MAX_PAYLOAD_TYPE_BYTES = 128;

  /** Longest signature, in bytes; RSA with 8192 bits takes 1024. */
  public static final int MAX_SIGNATURE_BYTES = 1100;

  private static final int PUBLIC_KEY = 1;
  private static final int PAYLOAD_TYPE = 2;
  private static final int PAYLOAD = 3;
  private static final int SIGNATURE = 5;

  private final PublicKey signer;
  private final byte[] payloadType;
  private final byte[] payload;
  private final byte[] signature;

  private Envelope(PublicKey signer, byte[] payloadType, byte[] payload, byte[] signature) {
    this.signer = signer;
    this.payloadType = payloadType;
    this.payload = payload;
    this.signature = signature;
  }

  /**
   * Signs a payload.
   *
   * @param domain what the signature is for, not empty
   * @param payloadType 1 to {@link #MAX_PAYLOAD_TYPE_BYTES} bytes
   * @throws IllegalArgumentException if the domain or type is empty or the type too long, or the
   *     result exceeds {@link #MAX_BYTES}
   */
  public static Envelope seal(PrivateKey key, String domain, byte[] payloadType, byte[] payload) {
    if (domain.isEmpty()
        || payloadType.length == 0
        || payloadType.length > MAX_PAYLOAD_TYPE_BYTES) {
      throw new IllegalArgumentException(
          "domain of "
              + domain.length()
              + " characters, payload type of "
              + payloadType.length
              + " bytes; allowed at least 1, and "
              + MAX_PAYLOAD_TYPE_BYTES
              + " for the type");
    }
    byte[] signature = key.sign(signedBytes(domain, payloadType, payload));
    var envelope = new Envelope(key.publicKey(), payloadType.clone(), payload.clone(), signature);
    int size = envelope.toBytes().length;
    if (size > MAX_BYTES) {
      throw new IllegalArgumentException(
          "envelope of " + size + " bytes exceeds the " + MAX_BYTES + " allowed");
    }
    return envelope;
  }

  /**
   * Decodes an envelope and checks its signature. The caller still has to check {@link
   * #payloadType} and whether {@link #signer} may say what the payload says.
   *
   * @param domain what the signature must be for
   * @throws WireFormatException if the envelope is malformed, exceeds a limit, or the signature is
   *     not valid for its key and this domain
   */
  public static Envelope open(byte[] bytes, String domain) throws WireFormatException {
    Envelope envelope = decode(bytes);
    envelope.verify(domain);
    return envelope;
  }

  /** Decodes an envelope whose signature is still to be checked. */
  static Envelope decode(byte[] bytes) throws WireFormatException {
    if (bytes.length > MAX_BYTES) {
      throw new WireFormatException(
          "envelope of " + bytes.length + " bytes exceeds the " + MAX_BYTES + " allowed");
    }
    PublicKey signer = null;
    byte[] payloadType = null;
    byte[] payload = new byte[0];
    byte[] signature = null;
    ProtoReader in = ProtoReader.of(bytes);
    while (in.next()) {
      switch (in.field()) {
        case PUBLIC_KEY -> signer = PublicKey.decode(in.message(PublicKey.MAX_BYTES));
        case PAYLOAD_TYPE -> payloadType = in.bytes(MAX_PAYLOAD_TYPE_BYTES);
        case PAYLOAD -> payload = in.bytes(MAX_BYTES);
        case SIGNATURE -> signature = in.bytes(MAX_SIGNATURE_BYTES);
        default -> {}
      }
    }
    // [spec envelope/fields]
    if (signer == null || payloadType == null || signature == null) {
      throw new WireFormatException(
          "envelope without its "
              + (signer == null
                  ? "public key"
                  : payloadType == null ? "payload type" : "signature"));
    }
    return new Envelope(signer, payloadType, payload, signature);
  }

  void verify(String domain) throws WireFormatException {
    // [spec envelope/domain]
    if (!signer.verify(signedBytes(domain, payloadType, payload), signature)) {
      throw new WireFormatException(
          "envelope whose signature is not valid for its key and the domain " + domain);
    }
  }

  private static byte[] signedBytes(String domain, byte[] payloadType, byte[] payload) {
    byte[] domainBytes = domain.getBytes(StandardCharsets.UTF_8);
    byte[] out =
        new byte
            [3 * UnsignedVarint.MAX_BYTES
                + domainBytes.length
                + payloadType.length
                + payload.length];
    // [spec envelope/signature]
    int at = append(domainBytes, out, 0);
    at = append(payloadType, out, at);
    at = append(payload, out, at);
    return Arrays.copyOf(out, at);
  }

  private static int append(byte[] part, byte[] out, int at) {
    int next = UnsignedVarint.write(part.length, out, at);
    System.arraycopy(part, 0, out, next, part.length);
    return next + part.length;
  }

  /** The key that signed. */
  public PublicKey signer() {
    return signer;
  }

  /** The type of the payload: a fresh array. */
  public byte[] payloadType() {
    return payloadType.clone();
  }

  /** The payload: a fresh array. */
  public byte[] payload() {
    return payload.clone();
  }

  boolean hasPayloadType(byte[] type) {
    return Arrays.equals(payloadType, type);
  }

  /** The protobuf form: a fresh array. */
  public byte[] toBytes() {
    return ProtoWriter.bytesOf(
        out ->
            out.bytes(PUBLIC_KEY, signer.toBytes())
                .bytes(PAYLOAD_TYPE, payloadType)
                .bytes(PAYLOAD, payload)
                .bytes(SIGNATURE, signature));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Envelope that
        && signer.equals(that.signer)
        && Arrays.equals(payloadType, that.payloadType)
        && Arrays.equals(payload, that.payload)
        && Arrays.equals(signature, that.signature);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(signature);
  }

  @Override
  public String toString() {
    return "envelope of " + payload.length + " bytes signed by " + signer;
  }
}
