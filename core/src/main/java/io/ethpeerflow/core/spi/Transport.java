package io.ethpeerflow.core.spi;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Dials and listens on one kind of address. Thread-safe. */
public interface Transport extends AutoCloseable {
  /** Its name, for example {@code tcp}. */
  String name();

  /** Whether it can dial an address: resolved, without {@code dns} parts. */
  boolean canDial(Multiaddr address);

  /** Whether it can listen on an address. */
  boolean canListen(Multiaddr address);

  /**
   * Dials and upgrades. Cancelling the result frees every socket it opened, at any stage; a
   * connection that completes after the cancellation is closed.
   *
   * @return completes on the connection's loop
   */
  CompletableFuture<MuxedConnection> dial(DialRequest request);

  /**
   * Listens.
   *
   * @param accepted called on each connection's loop with upgraded connections
   */
  CompletableFuture<Listener> listen(Multiaddr address, Consumer<MuxedConnection> accepted);

  /** Closes its listeners and what it holds; connections are the host's. */
  @Override
  void close();
}
