package io.ethpeerflow.wire.record;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.nio.charset.StandardCharsets;

/**
 * A peer record in an envelope that its peer signed. Immutable; {@link #seal} and {@link #open} let
 * only valid ones through.
 *
 * @param record what the peer says
 * @param envelope the record as it travels; keep it to pass the record on
 * @param form which of the two forms it has
 */
public record SignedPeerRecord(PeerRecord record, Envelope envelope, Form form) {
  /** The two pairs of domain and payload type that are in use. */
  public enum Form {
    /** What deployed peers write: domain {@code libp2p-peer-record}, type {@code 03 01}. */
    STANDARD("libp2p-peer-record", "\u0003\u0001"),
    /** What RFC 0003 says and rust-libp2p up to 0.57 writes and reads. */
    LEGACY("libp2p-routing-state", "/libp2p/routing-state-record");

    private final String domain;
    private final String payloadType;

    Form(String domain, String payloadType) {
      this.domain = domain;
      this.payloadType = payloadType;
    }

    /** The domain of the signature. */
    public String domain() {
      return domain;
    }

    byte[] payloadType() {
      return payloadType.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /**
   * Signs a record in the standard form.
   *
   * @throws IllegalArgumentException if the key is not that of the record's peer
   */
  public static SignedPeerRecord seal(PeerRecord record, PrivateKey key) {
    return seal(record, key, Form.STANDARD);
  }

  /**
   * Signs a record in a given form.
   *
   * @throws IllegalArgumentException if the key is not that of the record's peer, or the envelope
   *     exceeds {@link Envelope#MAX_BYTES}
   */
  public static SignedPeerRecord seal(PeerRecord record, PrivateKey key, Form form) {
    if (!record.peerId().matches(key.publicKey())) {
      throw new IllegalArgumentException(
          "record of " + record.peerId() + " with the key of " + PeerId.of(key.publicKey()));
    }
    return new SignedPeerRecord(
        record, Envelope.seal(key, form.domain, form.payloadType(), record.toBytes()), form);
  }

  /**
   * Decodes a record in either form, checks its signature and that the signer is the record's peer.
   *
   * @throws WireFormatException if anything of it is malformed, exceeds a limit, has another
   *     payload type, or was signed by another key
   */
  public static SignedPeerRecord open(byte[] bytes) throws WireFormatException {
    Envelope envelope = Envelope.decode(bytes);
    for (Form form : Form.values()) {
      // [spec peer-record/forms]
      if (envelope.hasPayloadType(form.payloadType())) {
        // [spec peer-record/verify-first]
        envelope.verify(form.domain);
        PeerRecord record = PeerRecord.decode(envelope.payload());
        // [spec peer-record/signer]
        if (!record.peerId().matches(envelope.signer())) {
          throw new WireFormatException(
              "peer record of " + record.peerId() + " signed by " + PeerId.of(envelope.signer()));
        }
        return new SignedPeerRecord(record, envelope, form);
      }
    }
    throw new WireFormatException(
        "envelope with a payload type of "
            + envelope.payloadType().length
            + " bytes that is not a peer record's");
  }

  /** The protobuf form of the envelope: a fresh array. */
  public byte[] toBytes() {
    return envelope.toBytes();
  }
}
