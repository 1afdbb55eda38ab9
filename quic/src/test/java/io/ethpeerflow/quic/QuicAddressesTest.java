package io.ethpeerflow.quic;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Multiaddrs of QUIC. */
class QuicAddressesTest {
  @Test
  @Spec("quic/address")
  void areOfAnIpAddressAUdpPortAndTheVersion() {
    var socket = new InetSocketAddress("192.0.2.1", 4001);
    Multiaddr address = Multiaddr.of("/ip4/192.0.2.1/udp/4001/quic-v1");
    assertThat(QuicAddresses.ofSocket(socket)).isEqualTo(address);
    assertThat(QuicAddresses.toSocket(address)).isEqualTo(socket);
    Multiaddr ip6 = Multiaddr.of("/ip6/2001:db8::1/udp/4001/quic-v1");
    assertThat(QuicAddresses.ofSocket(new InetSocketAddress("2001:db8::1", 4001))).isEqualTo(ip6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/192.0.2.1/tcp/4001",
        "/ip4/192.0.2.1/udp/4001",
        "/ip4/192.0.2.1/udp/4001/quic",
        "/ip4/192.0.2.1/udp/4001/quic-v1/webtransport",
        "/dns4/example.com/udp/4001/quic-v1",
        "/ip4/192.0.2.1",
      })
  void othersAreNot(String other) {
    assertThat(QuicAddresses.toSocket(Multiaddr.of(other))).isNull();
  }
}
