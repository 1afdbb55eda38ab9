package io.ethpeerflow.host.dial;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;

/**
 * What a dial plan needs to know of an address.
 *
 * @param transport how good its transport is
 * @param ipv6 whether it starts with an IPv6 address
 * @param relayed whether it goes through a relay
 */
record AddressKind(TransportKind transport, boolean ipv6, boolean relayed) {
  /** Transports, best first. */
  enum TransportKind {
    QUIC(0),
    TCP(2),
    OTHER(4);

    private final int rank;

    TransportKind(int rank) {
      this.rank = rank;
    }
  }

  static AddressKind of(Multiaddr address) {
    TransportKind transport;
    if (address.has(Protocol.QUIC_V1) && !address.has(Protocol.WEBTRANSPORT)) {
      transport = TransportKind.QUIC;
    } else if (address.has(Protocol.TCP)
        && !address.has(Protocol.WS)
        && !address.has(Protocol.WSS)) {
      transport = TransportKind.TCP;
    } else {
      transport = TransportKind.OTHER;
    }
    return new AddressKind(transport, address.has(Protocol.IP6), address.has(Protocol.P2P_CIRCUIT));
  }

  int rank() {
    return transport.rank + (ipv6 ? 0 : 1);
  }
}
