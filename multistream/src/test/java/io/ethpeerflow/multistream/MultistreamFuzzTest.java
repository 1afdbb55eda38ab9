package io.ethpeerflow.multistream;

import static io.ethpeerflow.multistream.Wire.ids;
import static io.ethpeerflow.multistream.Wire.take;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.multistream.Negotiation.Agreed;
import io.ethpeerflow.multistream.Negotiation.Failed;
import io.ethpeerflow.multistream.Negotiation.Pending;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Any bytes, whole and in pieces: the same answers, within the bounds, and no exception. */
class MultistreamFuzzTest {
  private static final MultistreamConfig CONFIG =
      MultistreamConfig.DEFAULT.withMaxProposals(8).withMaxListingBytes(64);

  @FuzzTest
  void listener(byte[] input) {
    Result whole = listen(input, Math.max(1, input.length));
    assertThat(listen(input, 1)).usingRecursiveComparison().isEqualTo(whole);
    assertThat(whole.written()).hasSizeLessThan(20 + 8 * 1026 + 2 * 66);
  }

  @FuzzTest
  void dialer(byte[] input) {
    Result whole = dial(input, Math.max(1, input.length));
    assertThat(dial(input, 1)).usingRecursiveComparison().isEqualTo(whole);
  }

  private record Result(Negotiation outcome, byte[] written, int left) {}

  private interface Machine {
    Negotiation onInput(ByteBuf in, ByteBuf out);
  }

  private static Result listen(byte[] input, int pieceBytes) {
    var supported = SupportedProtocols.of(ids("/noise", "/tls/1.0.0", "/yamux/1.0.0"));
    var listener = new MultistreamListener(supported, CONFIG);
    return feed(listener::onInput, Unpooled.buffer(), input, pieceBytes);
  }

  private static Result dial(byte[] input, int pieceBytes) {
    var dialer = new MultistreamDialer(ids("/tls/1.0.0", "/noise", "/yamux/1.0.0"), CONFIG);
    ByteBuf out = Unpooled.buffer();
    dialer.start(out);
    return feed(dialer::onInput, out, input, pieceBytes);
  }

  private static Result feed(Machine machine, ByteBuf out, byte[] input, int pieceBytes) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    Negotiation outcome = Pending.INSTANCE;
    while (in.isReadable() && outcome == Pending.INSTANCE) {
      int bytes = Math.min(pieceBytes, in.readableBytes());
      ByteBuf piece = in.slice(in.readerIndex(), bytes);
      outcome = machine.onInput(piece, out);
      in.skipBytes(bytes - piece.readableBytes());
      assertThat(outcome == Pending.INSTANCE && piece.isReadable()).isFalse();
    }
    if (outcome instanceof Failed) {
      return new Result(outcome, take(out), 0);
    }
    assertThat(outcome).isInstanceOfAny(Agreed.class, Pending.class);
    return new Result(outcome, take(out), in.readableBytes());
  }
}
