package io.ethpeerflow.host.identify;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.MessageStream;
import io.ethpeerflow.core.Peerstore;
import io.ethpeerflow.core.Registration;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.host.swarm.EventBus;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.wire.record.SignedPeerRecord;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Identify, {@code /ipfs/id/1.0.0}, and push, {@code /ipfs/id/push/1.0.0}: each new connection is
 * asked who the remote is, questions are answered at once, and connected peers are told when our
 * protocols or addresses change. What is learnt goes to the peerstore and out as events.
 */
public final class Identify {
  /** The protocol id of identify. */
  public static final ProtocolId PROTOCOL = ProtocolId.of("/ipfs/id/1.0.0");

  /** The protocol id of identify push. */
  public static final ProtocolId PUSH = ProtocolId.of("/ipfs/id/push/1.0.0");

  private static final Logger LOG = LoggerFactory.getLogger(Identify.class);

  private final Host host;
  private final IdentifyConfig config;
  private final LocalIdentity local;
  private final Peerstore peerstore;
  private final EventBus events;
  private final IdentifyPush push;
  private final Metrics.Counter identified;
  private final Metrics.Counter failed;

  /**
   * The service of one host; {@link #start} begins it.
   *
   * @param loop the host's loop, which owns the pushes
   */
  public Identify(
      Host host,
      IdentifyConfig config,
      LocalIdentity local,
      EventBus events,
      Loop loop,
      Metrics metrics) {
    this.host = host;
    this.config = config;
    this.local = local;
    this.peerstore = host.peerstore();
    this.events = events;
    this.push = new IdentifyPush(host, config.push(), config.timeout(), this::send, loop);
    this.identified = metrics.counter("peerflow.identify", "outcome", "success");
    this.failed = metrics.counter("peerflow.identify", "outcome", "failure");
  }

  /** Serves both protocols and begins to follow changes of this host. */
  public List<Registration> start() {
    return List.of(
        host.handle(PROTOCOL, this::answer),
        host.handle(PUSH, this::takePush),
        host.on(HostEvent.LocalProtocolsChanged.class, change -> push.onChange()),
        host.on(HostEvent.ListenAddressesChanged.class, change -> push.onChange()));
  }

  /** Asks the remote of a new connection who it is. */
  public void identify(Connection connection) {
    connection
        .openStream(PROTOCOL)
        .thenCompose(
            stream -> {
              stream.closeWrite();
              return read(stream);
            })
        .whenComplete(
            (message, failure) -> {
              if (failure == null) {
                learn(connection, message);
              } else {
                fail(connection, failure);
              }
            });
  }

  private void fail(Connection connection, Throwable failure) {
    Throwable cause = P2pException.unwrap(failure);
    failed.increment();
    LOG.debug(
        "identify failed peer={} reason={}",
        connection.remotePeer().toShortString(),
        cause.getMessage());
    events.publish(new HostEvent.IdentifyFailed(connection, cause));
  }

  private void answer(Stream stream) {
    // [spec identify/exchange]
    new AwaitedEnd(stream, config.timeout()).begin();
    send(stream);
  }

  private CompletableFuture<Void> send(Stream stream) {
    stream.writeDeadline(config.timeout());
    var out = Unpooled.buffer();
    // [spec identify/observed-address]
    for (byte[] message : local.messageTo(stream.connection().remoteAddress()).encode()) {
      UnsignedVarint.write(message.length, out);
      out.writeBytes(message);
    }
    stream.write(out);
    return stream.closeWrite();
  }

  private void takePush(Stream stream) {
    read(stream)
        .whenComplete(
            (message, failure) -> {
              if (failure == null) {
                stream.closeWrite();
                learn(stream.connection(), message);
              } else {
                stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
              }
            });
  }

  private CompletableFuture<IdentifyMessage> read(Stream stream) {
    stream.readDeadline(config.timeout());
    var result = new CompletableFuture<IdentifyMessage>();
    var merger = new IdentifyMessage.Merger(config);
    // [spec identify/message-limits]
    readNext(stream.messages(config.maxMessageBytes()), merger, 0, result);
    return result;
  }

  private void readNext(
      MessageStream messages,
      IdentifyMessage.Merger merger,
      int count,
      CompletableFuture<IdentifyMessage> result) {
    messages
        .receive()
        .whenComplete(
            (message, failure) -> {
              if (failure != null) {
                result.completeExceptionally(failure);
              } else if (message == null && count == 0) {
                result.completeExceptionally(new P2pException("identify: an empty stream"));
              } else if (message == null) {
                result.complete(merger.merged());
              } else if (add(merger, message, messages, result)) {
                if (count + 1 == config.maxMessages()) {
                  messages.stream().stopReading(StreamErrorCode.NO_ERROR);
                  result.complete(merger.merged());
                } else {
                  readNext(messages, merger, count + 1, result);
                }
              }
            });
  }

  private static boolean add(
      IdentifyMessage.Merger merger,
      ByteBuf message,
      MessageStream messages,
      CompletableFuture<IdentifyMessage> result) {
    try {
      merger.add(message);
      return true;
    } catch (WireFormatException malformed) {
      messages.stream().reset(StreamErrorCode.PROTOCOL_VIOLATION);
      result.completeExceptionally(
          new P2pException("identify: " + malformed.getMessage(), malformed));
      return false;
    } finally {
      message.release();
    }
  }

  private void learn(Connection connection, IdentifyMessage message) {
    PeerId peer = connection.remotePeer();
    // [spec identify/public-key]
    if (message.publicKey() != null && !peerstore.addPublicKey(peer, message.publicKey())) {
      fail(connection, new P2pException("identify: a public key that is not " + peer));
      return;
    }
    takeAddresses(peer, message);
    // [spec identify/agent-version]
    if (message.agentVersion() != null) {
      peerstore.setAgentVersion(peer, message.agentVersion());
    }
    Set<ProtocolId> before = peerstore.protocols(peer);
    // [spec identify/push-partial]
    if (!message.protocols().isEmpty()) {
      peerstore.setProtocols(peer, message.protocols());
    }
    Set<ProtocolId> after = peerstore.protocols(peer);
    identified.increment();
    push.onIdentified(connection);
    events.publish(
        new HostEvent.PeerIdentified(
            connection,
            Objects.requireNonNullElse(message.agentVersion(), ""),
            // [spec identify/protocol-version] told and not judged
            Objects.requireNonNullElse(message.protocolVersion(), ""),
            after,
            message.listenAddresses(),
            message.observedAddress()));
    if (!before.equals(after)) {
      var added = new HashSet<>(after);
      added.removeAll(before);
      var removed = new HashSet<>(before);
      removed.removeAll(after);
      events.publish(new HostEvent.PeerProtocolsChanged(peer, added, removed));
    }
  }

  private void takeAddresses(PeerId peer, IdentifyMessage message) {
    byte[] sealed = message.signedRecord();
    if (sealed != null) {
      try {
        SignedPeerRecord signed = open(peer, sealed);
        // [spec identify/signed-record]
        if (signed.record().peerId().equals(peer)) {
          peerstore.addSignedRecord(signed, config.addressTimeToLive());
          return;
        }
      } catch (WireFormatException invalid) {
        LOG.debug(
            "signed record ignored peer={} reason={}", peer.toShortString(), invalid.getMessage());
      }
    }
    List<Multiaddr> own =
        message.listenAddresses().stream()
            .filter(address -> address.peerId() == null || peer.equals(address.peerId()))
            .toList();
    peerstore.addAddresses(peer, own, config.addressTimeToLive());
  }

  /** A record that is known already, as of a peer that comes back, is not verified again. */
  private SignedPeerRecord open(PeerId peer, byte[] sealed) throws WireFormatException {
    SignedPeerRecord known = peerstore.signedRecord(peer).orElse(null);
    return known != null && Arrays.equals(known.toBytes(), sealed)
        ? known
        : SignedPeerRecord.open(sealed);
  }
}
