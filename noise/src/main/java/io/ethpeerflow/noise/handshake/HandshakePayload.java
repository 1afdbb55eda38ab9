package io.ethpeerflow.noise.handshake;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.protobuf.ProtoReader;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What libp2p sends in messages 2 and 3 of the handshake (specs/noise, "The libp2p Handshake
 * Payload").
 *
 * @param identityKey the sender's public key in protobuf form
 * @param signature by that key, over {@link #signedText}
 * @param muxers for early negotiation, best first; empty when the sender offers none
 * @param certHashes of a WebTransport server's certificates, as multihashes; empty elsewhere
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record HandshakePayload(
    byte[] identityKey, byte[] signature, List<ProtocolId> muxers, List<byte[]> certHashes) {
  /** Entries of the certificate hashes that are kept; a peer sends one or two. */
  public static final int MAX_CERT_HASHES = 16;

  private static final byte[] PREFIX = {
    'n', 'o', 'i', 's', 'e', '-', 'l', 'i', 'b', 'p', '2', 'p', '-', 's', 't', 'a', 't', 'i', 'c',
    '-', 'k', 'e', 'y', ':'
  };

  private static final int IDENTITY_KEY = 1;
  private static final int IDENTITY_SIG = 2;
  private static final int EXTENSIONS = 4;
  private static final int CERT_HASHES = 1;
  private static final int STREAM_MUXERS = 2;

  /** Copies the lists. */
  public HandshakePayload {
    muxers = List.copyOf(muxers);
    certHashes = List.copyOf(certHashes);
  }

  /** What an identity key signs to vouch for a static key: a fixed text and the key. */
  public static byte[] signedText(byte[] staticKey) {
    // [spec noise/static-key-authentication]
    byte[] text = Arrays.copyOf(PREFIX, PREFIX.length + staticKey.length);
    System.arraycopy(staticKey, 0, text, PREFIX.length, staticKey.length);
    return text;
  }

  /** The protobuf form. The extensions are left out when there are none. */
  public byte[] encode() {
    return ProtoWriter.bytesOf(
        out -> {
          out.bytes(IDENTITY_KEY, identityKey);
          out.bytes(IDENTITY_SIG, signature);
          if (!muxers.isEmpty() || !certHashes.isEmpty()) {
            out.message(EXTENSIONS, this::encodeExtensions);
          }
        });
  }

  private void encodeExtensions(ProtoWriter out) {
    for (byte[] hash : certHashes) {
      out.bytes(CERT_HASHES, hash);
    }
    for (ProtocolId muxer : muxers) {
      out.string(STREAM_MUXERS, muxer.name());
    }
  }

  /**
   * Reads the protobuf form. Unknown fields and extensions are skipped, and so are muxer names that
   * no muxer can have; a list of more than {@code maxMuxers} counts as none, as in go-libp2p.
   *
   * @param payload its length bounds every field
   * @param maxMuxers how many muxer names are accepted
   * @throws WireFormatException if it is malformed, or has no identity key or no signature
   */
  public static HandshakePayload decode(byte[] payload, int maxMuxers) throws WireFormatException {
    byte @Nullable [] identityKey = null;
    byte @Nullable [] signature = null;
    var extensions = new Extensions(maxMuxers);
    var in = ProtoReader.of(payload);
    while (in.next()) {
      switch (in.field()) {
        case IDENTITY_KEY -> identityKey = in.bytes(payload.length);
        case IDENTITY_SIG -> signature = in.bytes(payload.length);
        case EXTENSIONS -> extensions.read(in.message(payload.length));
        default -> {
          // [spec noise/handshake-payload] fields that are not known are skipped by next()
        }
      }
    }
    // [spec noise/signature-check]
    if (identityKey == null || signature == null) {
      throw new WireFormatException(
          "handshake payload of "
              + payload.length
              + " bytes has no "
              + (identityKey == null ? "identity_key" : "identity_sig"));
    }
    return new HandshakePayload(identityKey, signature, extensions.muxers(), extensions.certHashes);
  }

  private static final class Extensions {
    private final int maxMuxers;
    private final List<ProtocolId> muxers = new ArrayList<>();
    private final List<byte[]> certHashes = new ArrayList<>();
    private int names;

    Extensions(int maxMuxers) {
      this.maxMuxers = maxMuxers;
    }

    void read(ProtoReader in) throws WireFormatException {
      while (in.next()) {
        switch (in.field()) {
          case CERT_HASHES -> {
            byte[] hash = in.bytes(Integer.MAX_VALUE);
            if (certHashes.size() < MAX_CERT_HASHES) {
              certHashes.add(hash);
            }
          }
          case STREAM_MUXERS -> readMuxer(in.bytes(Integer.MAX_VALUE));
          default -> {
            // [spec noise/extensions] unknown extensions are ignored
          }
        }
      }
    }

    private void readMuxer(byte[] name) {
      if (++names > maxMuxers) {
        return;
      }
      try {
        muxers.add(ProtocolId.decode(name));
      } catch (WireFormatException e) {
        // no muxer has this name, so it cannot be the one in common
      }
    }

    List<ProtocolId> muxers() {
      // [spec noise/muxer-limit]
      return names > maxMuxers ? List.of() : muxers;
    }
  }

  /** Says lengths only. */
  @Override
  public String toString() {
    return "HandshakePayload[identityKey="
        + identityKey.length
        + " bytes, signature="
        + signature.length
        + " bytes, muxers="
        + muxers
        + ", certHashes="
        + certHashes.size()
        + "]";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HandshakePayload that
        && Arrays.equals(identityKey, that.identityKey)
        && Arrays.equals(signature, that.signature)
        && muxers.equals(that.muxers)
        && Arrays.deepEquals(certHashes.toArray(), that.certHashes.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(identityKey) * 31 + Arrays.hashCode(signature);
  }
}
