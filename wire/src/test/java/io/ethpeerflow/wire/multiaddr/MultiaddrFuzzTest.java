package io.ethpeerflow.wire.multiaddr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import io.netty.buffer.Unpooled;

class MultiaddrFuzzTest {
  @FuzzTest(maxDuration = "5m")
  void text(byte[] input) {
    try {
      holds(Multiaddr.parse(new String(input, UTF_8)));
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }

  @FuzzTest(maxDuration = "5m")
  void binary(byte[] input) {
    try {
      Multiaddr address = Multiaddr.decode(Unpooled.wrappedBuffer(input), input.length);
      assertThat(address.toBytes()).isEqualTo(input);
      holds(address);
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
    }
  }

  private static void holds(Multiaddr address) throws WireFormatException {
    assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
    assertThat(Multiaddr.decode(address.toBytes())).isEqualTo(address);
    assertThat(Multiaddr.of(address.components().toArray(Component[]::new))).isEqualTo(address);
    PeerId id = address.peerId();
    assertThat(address.withoutPeerId().peerId()).isNull();
    if (id == null) {
      assertThat(address.withoutPeerId()).isEqualTo(address);
    } else {
      assertThat(address.withPeerId(id).peerId()).isEqualTo(id);
      assertThat(address.withPeerId(id).withoutPeerId()).isEqualTo(address.withoutPeerId());
    }
    if (!address.has(Protocol.IP6ZONE)) {
      address.socketAddress();
    }
  }
}
