package io.ethpeerflow.core.spi;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One address to dial.
 *
 * @param address resolved, without {@code /p2p}
 * @param peer who must answer; null accepts anyone
 * @param role the part to play in the upgrade; {@link Role#INITIATOR} but for hole punches
 * @param timeout connect and upgrade together
 */
public record DialRequest(Multiaddr address, @Nullable PeerId peer, Role role, Duration timeout) {}
