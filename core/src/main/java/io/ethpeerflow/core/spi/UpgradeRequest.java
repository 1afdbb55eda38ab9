package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * What the upgrade of a link needs to know.
 *
 * @param role which part to play
 * @param direction who opened the link
 * @param transport the transport's name
 * @param localAddress our end
 * @param remoteAddress the remote's end, without {@code /p2p}
 * @param expectedPeer who the remote must prove to be; null accepts anyone
 * @param scope opened by the transport before the link; the upgrader closes it when the upgrade
 *     fails or when the connection has ended
 */
public record UpgradeRequest(
    Role role,
    Direction direction,
    String transport,
    Multiaddr localAddress,
    Multiaddr remoteAddress,
    @Nullable PeerId expectedPeer,
    ConnectionScope scope) {}
