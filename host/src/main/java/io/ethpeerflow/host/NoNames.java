package io.ethpeerflow.host;

import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.host.dial.AddressResolver;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Resolves nothing, for hosts without a name service. */
final class NoNames implements AddressResolver {
  @Override
  public CompletableFuture<List<Multiaddr>> resolve(Multiaddr address, @Nullable PeerId peer) {
    return CompletableFuture.failedFuture(
        new P2pException("no name service: " + address + " cannot be resolved"));
  }
}
