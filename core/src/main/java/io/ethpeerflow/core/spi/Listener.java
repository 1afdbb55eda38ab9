package io.ethpeerflow.core.spi;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.util.concurrent.CompletableFuture;

/** An address that is listened on. Any thread. */
public interface Listener {
  /** The bound address, the port filled in; a wildcard stays one. */
  Multiaddr address();

  /** Stops listening; accepted connections stay. Completes when the socket is closed. */
  CompletableFuture<Void> close();
}
