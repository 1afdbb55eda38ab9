package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Datagrams;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A secured connection with streams, before stream protocols are negotiated: what transports give
 * to the host. Unless said otherwise methods must be called on {@link #loop()}.
 */
public interface MuxedConnection {
  /** The loop that owns the connection and its streams. Any thread. */
  Loop loop();

  /** The identity that the remote proved. Any thread. */
  PublicKey remoteKey();

  /** Our end. Any thread. */
  Multiaddr localAddress();

  /** The remote's end, without {@code /p2p}. Any thread. */
  Multiaddr remoteAddress();

  /** Who opened it. Any thread. */
  Direction direction();

  /** The transport's name, for example {@code tcp}. Any thread. */
  String transport();

  /** The security protocol's id. Any thread. */
  String security();

  /** The muxer's id. Any thread. */
  String muxer();

  /** What it is charged to. Any thread. */
  ConnectionScope scope();

  /**
   * Opens a stream; completes when it may be written to, at once where the muxer allows. Waits, up
   * to a bound, when the remote's stream credit is used up.
   *
   * @return fails with {@code ResourceLimitException} or {@code ConnectionClosedException};
   *     cancelling it gives the waiting place up
   */
  CompletableFuture<RawStream> open();

  /** Says who takes inbound streams, once; those held back are delivered first. */
  void accept(Consumer<RawStream> opened);

  /**
   * Its unreliable datagrams, or null when the transport has none or the remote accepts none, which
   * is known when the connection is handed over; the same answer each time. What it holds is
   * bounded and charged to {@link #scope}; after the end it holds nothing. Any thread.
   */
  default @Nullable Datagrams datagrams() {
    return null;
  }

  /** Streams that have not ended. */
  int openStreams();

  /** Ends all streams and the connection, telling the remote why where it can. Idempotent. */
  void close(ConnectionErrorCode code);

  /** Completes on the loop, never exceptionally. Any thread. */
  CompletableFuture<CloseReason> closed();
}
