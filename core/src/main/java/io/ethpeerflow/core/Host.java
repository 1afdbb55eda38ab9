package io.ethpeerflow.core;

import io.ethpeerflow.core.annotation.DoNotImplement;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.spi.ServiceContext;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A libp2p host: an identity, its listeners, its connections and its protocols. Any thread. */
@DoNotImplement
public interface Host extends AutoCloseable {
  /** Who we are. */
  PeerId id();

  /** Our id and the addresses we listen on, wildcard addresses resolved to interfaces. */
  AddrInfo addrInfo();

  /** What is known of other peers. */
  Peerstore peerstore();

  /** The connections that are open now: a snapshot. */
  List<Connection> connections();

  /** The open connections to one peer, best first: a snapshot. */
  List<Connection> connections(PeerId peer);

  /** Keeps, tags and trims connections. */
  ConnectionManager connectionManager();

  /** For services on this host, which sign, count and need a loop; not for their users. */
  ServiceContext context();

  /** The protocols served now. */
  Set<ProtocolId> protocols();

  /** {@link #connect(AddrInfo, DialOptions)} with the defaults. */
  default CompletableFuture<Connection> connect(AddrInfo peer) {
    return connect(peer, DialOptions.DEFAULT);
  }

  /**
   * The best open connection to a peer, or a new one. Concurrent calls share attempts: one dial per
   * address. Cancelling the result gives up this call's interest; the last to give up frees every
   * socket.
   *
   * @return fails with {@code DialException}, one cause per address
   */
  CompletableFuture<Connection> connect(AddrInfo peer, DialOptions options);

  /** {@link #newStream(PeerId, StreamOptions, ProtocolId...)} with the defaults. */
  default CompletableFuture<Stream> newStream(PeerId peer, ProtocolId... preferred) {
    return newStream(peer, StreamOptions.DEFAULT, preferred);
  }

  /**
   * A stream to a peer, over the best open connection or over a new one to its known addresses.
   *
   * @param preferred protocols, best first
   */
  CompletableFuture<Stream> newStream(PeerId peer, StreamOptions options, ProtocolId... preferred);

  /**
   * Serves a protocol until the registration is closed. Connected peers are told by identify push.
   *
   * @throws IllegalStateException when it is already served
   */
  Registration handle(ProtocolId protocol, StreamHandler handler);

  /**
   * Calls {@code listener} for each event of a type, on the host's event loop, in order. It must
   * not block.
   */
  <E extends HostEvent> Registration on(Class<E> type, Consumer<? super E> listener);

  /**
   * Starts to listen on one more address, at any time. Connected peers are told by identify push.
   *
   * @return the bound address, the port filled in: what {@link #unlisten} takes. Fails with {@code
   *     AddressInUseException}, with {@code TransportUnavailableException} when the transport
   *     cannot run here, with {@code P2pException} when no transport takes the address
   */
  CompletableFuture<Multiaddr> listen(Multiaddr address);

  /**
   * Stops to listen on an address that {@link #listen} returned; connections stay. Connected peers
   * are told by identify push.
   *
   * @return completes when the socket is closed; fails when it is not listened on
   */
  CompletableFuture<Void> unlisten(Multiaddr bound);

  /** Refuses new connections and streams, lets streams finish within {@code grace}, then closes. */
  CompletableFuture<Void> shutdown(Duration grace);

  /** {@link #shutdown} without grace, waiting until every socket is closed. */
  @Override
  void close();
}
