package io.ethpeerflow.core;

import io.ethpeerflow.core.annotation.DoNotImplement;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

/**
 * A secured, multiplexed connection to one peer. It goes OPEN, DRAINING, CLOSED and never back. All
 * methods may be called from any thread; completions run on the connection's loop.
 */
@DoNotImplement
public interface Connection {
  /** Who the remote proved to be. */
  PeerId remotePeer();

  /** Our end. */
  Multiaddr localAddress();

  /** The remote's end. */
  Multiaddr remoteAddress();

  /** Who opened it. */
  Direction direction();

  /** The transport's name, for example {@code tcp}. */
  String transport();

  /** The security protocol's id, for example {@code /noise}. */
  String security();

  /** The muxer's id, for example {@code /yamux/1.0.0}. */
  String muxer();

  /** Whether it runs over a relay that limits time or bytes. */
  boolean isLimited();

  /** The streams that are open now: a snapshot. */
  Collection<Stream> streams();

  /**
   * Opens a stream. Cancelling the result resets it.
   *
   * @param preferred protocols, best first; with exactly one the negotiation costs no round trip
   * @return fails with {@code NegotiationException} when the remote speaks none of them, with
   *     {@code ResourceLimitException} when a limit is reached
   */
  CompletableFuture<Stream> openStream(ProtocolId... preferred);

  /** {@link #openStream(ProtocolId...)} with options. */
  CompletableFuture<Stream> openStream(StreamOptions options, ProtocolId... preferred);

  /**
   * Its unreliable datagrams; the same object each time.
   *
   * @throws io.ethpeerflow.core.error.DatagramsUnsupportedException when its transport has none, or
   *     the remote accepts none
   */
  Datagrams datagrams();

  /**
   * Lets existing streams finish and refuses new ones in both directions, then closes.
   *
   * @param grace after this what is left is reset
   */
  CompletableFuture<DrainResult> drain(Duration grace);

  /** Closes at once; open streams end with {@link StreamEnd.ConnectionEnded}. Idempotent. */
  void close(ConnectionErrorCode code);

  /** Completes, never exceptionally, when the connection has ended. */
  CompletableFuture<CloseReason> closed();
}
