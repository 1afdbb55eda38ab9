package io.ethpeerflow.gossipsub.router;

import static io.ethpeerflow.gossipsub.router.RouterInvariants.NARROW;
import static io.ethpeerflow.gossipsub.router.RouterInvariants.TOPICS;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.gossipsub.rpc.RpcDecoder;
import io.ethpeerflow.gossipsub.rpc.RpcLimits;
import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What a handful of peers send, byte by byte: pieces of the input, each with who sends it, its
 * length, and what happens before. The router takes it without an exception and within its bounds.
 */
class RouterFuzzTest {
  private static final RpcLimits LIMITS =
      RpcLimits.DEFAULT
          .withMaxSubscriptions(8)
          .withMaxMessages(8)
          .withMaxControlEntries(16)
          .withMaxMessageIds(64);
  private static final Verdict[] VERDICTS = Verdict.values();

  @FuzzTest(maxDuration = "5m")
  void peers(byte[] input) {
    var fixture = new RouterFixture(NARROW, 1);
    for (PubsubVersion version : PubsubVersion.values()) {
      Remote remote = fixture.peer(version, version == PubsubVersion.GOSSIPSUB_1_2);
      TOPICS.subList(0, 3).forEach(remote::subscribes);
    }
    TOPICS.subList(0, 4).forEach(fixture::join);
    var decoder = new RpcDecoder(LIMITS);
    ByteBuf in = Unpooled.wrappedBuffer(input);
    while (in.readableBytes() >= 2) {
      int what = in.readUnsignedByte();
      int length = Math.min(in.readUnsignedByte(), in.readableBytes());
      Remote remote = fixture.remotes.get((what & 7) % fixture.remotes.size());
      fixture.verdict = (what & 8) == 0 ? VERDICTS[(what >> 4) % VERDICTS.length] : null;
      try {
        remote.says(decoder.decode(in.readSlice(length)));
      } catch (WireFormatException refused) {
        continue;
      }
      if ((what & 0x40) != 0) {
        fixture.asked.forEach(id -> fixture.router.validated(id, Verdict.ACCEPT, fixture.now));
        fixture.asked.clear();
      }
      if ((what & 0x80) != 0) {
        heartbeat(fixture);
      }
    }
    heartbeat(fixture);
  }

  private static void heartbeat(RouterFixture fixture) {
    fixture.heartbeat();
    RouterInvariants.check(fixture, NARROW, fixture.remotes);
    fixture.clear();
  }
}
