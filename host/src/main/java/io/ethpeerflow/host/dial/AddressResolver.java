package io.ethpeerflow.host.dial;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Turns addresses with {@code dns}, {@code dns4}, {@code dns6} or {@code dnsaddr} into others. */
public interface AddressResolver {
  /**
   * Resolves one address; one without a DNS part is its own result.
   *
   * @param peer whose address it is; {@code dnsaddr} results of other peers are dropped
   * @return addresses without {@code /p2p}, at most 100; fails when the name does not resolve
   */
  CompletableFuture<List<Multiaddr>> resolve(Multiaddr address, @Nullable PeerId peer);
}
