package io.ethpeerflow.core.spi;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.wire.multiaddr.Multiaddr;

/**
 * What a muxer is told of the connection it serves.
 *
 * @param role initiator or responder of the handshake
 * @param direction who opened the connection
 * @param transport the transport's name
 * @param localAddress our end
 * @param remoteAddress the remote's end, without {@code /p2p}
 * @param scope charged for what is buffered; closed by whoever opened it, after the connection
 * @param metrics where to count
 */
public record MuxerContext(
    Role role,
    Direction direction,
    String transport,
    Multiaddr localAddress,
    Multiaddr remoteAddress,
    ConnectionScope scope,
    Metrics metrics) {}
