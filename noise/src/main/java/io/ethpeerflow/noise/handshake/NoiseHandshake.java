package io.ethpeerflow.noise.handshake;

import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The libp2p handshake as a pure machine: {@link XxHandshake} with payloads that bind the static
 * key of each side to its identity, and agree on a muxer.
 *
 * <p>Feed it whole messages with {@link #onMessage} and carry out what {@link #poll} returns until
 * it returns null. After a {@link ProtocolViolation} the link must be dropped. Not thread-safe.
 */
public final class NoiseHandshake {
  private static final byte[] NO_PAYLOAD = new byte[0];

  /** What the machine wants done. */
  public sealed interface Output permits Send, Established {}

  /** Send a message to the remote. */
  public static final class Send implements Output {
    private final byte[] message;

    private Send(byte[] message) {
      this.message = message;
    }

    /** The message without its length: not copied. */
    public byte[] message() {
      return message;
    }
  }

  /**
   * The handshake is complete: the last output.
   *
   * @param keys for the records
   * @param remoteKey the identity that the remote proved
   * @param muxer agreed on, or null when it has to be negotiated
   * @param certHashes sent by the remote
   */
  public record Established(
      TransportKeys keys, PublicKey remoteKey, @Nullable ProtocolId muxer, List<byte[]> certHashes)
      implements Output {
    /** Copies the list. */
    public Established {
      certHashes = List.copyOf(certHashes);
    }
  }

  private final SecurityRequest request;
  private final HandshakeKeys keys;
  private final StaticKey staticKey;
  private final XxHandshake xx;
  private final int maxPayloadBytes;
  private final int maxMuxers;
  private final ArrayDeque<Output> outputs = new ArrayDeque<>(2);

  private record Remote(PublicKey key, HandshakePayload payload) {}

  /**
   * Begins a handshake with an ephemeral key of its own.
   *
   * @param request who this side is, whom it expects, and where randomness comes from
   * @param prologue must be the same on both sides; empty except for WebRTC; copied
   * @param keys shared with other handshakes
   * @param maxPayloadBytes longest payload of the remote, 1 to 65,439
   * @param maxMuxers longest list of muxers of the remote
   */
  public NoiseHandshake(
      SecurityRequest request,
      byte[] prologue,
      HandshakeKeys keys,
      int maxPayloadBytes,
      int maxMuxers)
      throws ProtocolViolation {
    this.request = request;
    this.keys = keys;
    this.maxPayloadBytes = maxPayloadBytes;
    this.maxMuxers = maxMuxers;
    staticKey = keys.staticKey(request.identity(), request.random());
    xx =
        new XxHandshake(
            request.role(),
            prologue,
            keys.aead(),
            staticKey.pair(),
            keys.ephemeralKey(request.random()));
    if (request.role() == Role.INITIATOR) {
      outputs.add(new Send(xx.writeMessage(NO_PAYLOAD)));
    }
  }

  /** The next thing to do, or null when it is the remote's turn or all is done. */
  public @Nullable Output poll() {
    return outputs.poll();
  }

  /** The longest message that the remote may send now, in bytes. */
  public int maxMessageBytes() {
    int next = xx.nextMessage();
    return switch (next) {
      case 1 -> XxHandshake.overhead(1);
      case 2, 3 -> XxHandshake.overhead(next) + maxPayloadBytes;
      default -> 0;
    };
  }

  /**
   * Takes a message of the remote.
   *
   * @param message without its length
   * @throws ProtocolViolation if it is malformed or longer than {@link #maxMessageBytes}, does not
   *     authenticate, or the identity in it is not proven or not the expected one
   */
  public void onMessage(byte[] message) throws ProtocolViolation {
    if (message.length > maxMessageBytes()) {
      throw violation(
          "handshake message "
              + xx.nextMessage()
              + " of "
              + message.length
              + " bytes exceeds the "
              + maxMessageBytes()
              + " allowed");
    }
    int number = xx.nextMessage();
    byte[] payload = xx.readMessage(message);
    switch (number) {
      case 1 -> outputs.add(new Send(xx.writeMessage(staticKey.payload(request.muxers()))));
      case 2 -> {
        Remote remote = authenticate(payload);
        outputs.add(new Send(xx.writeMessage(staticKey.payload(request.muxers()))));
        // [spec noise/early-data]
        outputs.add(established(remote));
      }
      default -> outputs.add(established(authenticate(payload)));
    }
  }

  /** Overwrites the keys of this handshake. Idempotent; the machine is of no further use. */
  public void erase() {
    xx.erase();
    for (Output output : outputs) {
      if (output instanceof Established established) {
        established.keys().erase();
      }
    }
    outputs.clear();
  }

  private Remote authenticate(byte[] bytes) throws ProtocolViolation {
    try {
      HandshakePayload payload = HandshakePayload.decode(bytes, maxMuxers);
      PublicKey key = PublicKey.decode(payload.identityKey());
      // [spec noise/peer-id-check]
      PeerId expected = request.expectedPeer();
      if (expected != null && !expected.matches(key)) {
        throw violation("the remote is " + PeerId.of(key) + ", expected " + expected);
      }
      // [spec noise/static-key-authentication] an identity counts only with its signature of the
      // key
      if (!keys.vouches(key, xx.remoteStatic(), payload.signature())) {
        throw violation(
            "the signature of the remote's static key is not by its identity key: it claims to be "
                + PeerId.of(key));
      }
      return new Remote(key, payload);
    } catch (WireFormatException e) {
      throw violation("handshake payload: " + e.getMessage());
    }
  }

  private Established established(Remote remote) {
    return new Established(
        xx.split(), remote.key(), muxer(remote.payload().muxers()), remote.payload().certHashes());
  }

  /** [spec inlined-muxer/noise] the first of the initiator's list that the responder has too. */
  private @Nullable ProtocolId muxer(List<ProtocolId> remotes) {
    boolean initiator = request.role() == Role.INITIATOR;
    List<ProtocolId> preferring = initiator ? request.muxers() : remotes;
    List<ProtocolId> having = initiator ? remotes : request.muxers();
    for (ProtocolId muxer : preferring) {
      if (having.contains(muxer)) {
        return muxer;
      }
    }
    // [spec inlined-muxer/noise-fallback] nothing in common, or no list: multistream-select decides
    return null;
  }

  private ProtocolViolation violation(String detail) {
    erase();
    return ProtocolViolation.onConnection(XxHandshake.VIOLATION, detail);
  }
}
