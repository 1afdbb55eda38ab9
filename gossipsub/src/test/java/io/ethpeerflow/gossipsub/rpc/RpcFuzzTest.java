package io.ethpeerflow.gossipsub.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.gossipsub.rpc.RpcSplitter.Split;
import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.Unpooled;

/** Any bytes: refused, or an RPC within the limits that is written and read back as it is. */
class RpcFuzzTest {
  private static final RpcLimits LIMITS =
      RpcLimits.DEFAULT
          .withMaxSubscriptions(8)
          .withMaxMessages(8)
          .withMaxControlEntries(8)
          .withMaxMessageIds(16)
          .withMaxMessageIdBytes(32)
          .withMaxPeersPerPrune(4);

  @FuzzTest(maxDuration = "5m")
  void rpc(byte[] input) {
    var decoder = new RpcDecoder(LIMITS);
    Rpc rpc;
    try {
      rpc = decoder.decode(Unpooled.wrappedBuffer(input));
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
      return;
    }
    assertThat(rpc.subscriptions()).hasSizeLessThanOrEqualTo(8);
    assertThat(rpc.publish()).hasSizeLessThanOrEqualTo(8);
    assertThat(rpc.control().prune()).allMatch(prune -> prune.peers().size() <= 4);
    byte[] written = RpcSamples.encode(rpc);
    assertThat(RpcEncoder.sizeBytes(rpc)).isEqualTo(written.length);
    try {
      assertThat(decoder.decode(Unpooled.wrappedBuffer(written))).isEqualTo(rpc);
    } catch (WireFormatException e) {
      throw new AssertionError("its own output is refused", e);
    }
    Split split = RpcSplitter.split(rpc, 64);
    assertThat(split.parts()).allMatch(part -> RpcEncoder.sizeBytes(part) <= 64);
  }
}
