package io.ethpeerflow.wire.protobuf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

class ProtoReaderFuzzTest {
  private static final int MAX_BYTES = 64;

  /**
   * Reads each field in the way that its number says, as a protocol would, and copies the message
   * field by field.
   */
  @FuzzTest(maxDuration = "5m")
  void message(byte[] input) {
    ByteBuf copy = Unpooled.buffer();
    try {
      copy(ProtoReader.of(input), ProtoWriter.on(copy), 0);
    } catch (WireFormatException expected) {
      assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
      return;
    }
    // varints are shortened, nothing else may change: the copy of the copy is the copy
    ByteBuf again = Unpooled.buffer();
    try {
      copy(ProtoReader.of(copy), ProtoWriter.on(again), 0);
    } catch (WireFormatException e) {
      throw new AssertionError("its own output is refused", e);
    }
    assertThat(again).isEqualTo(copy);
    assertThat(copy.readableBytes()).isLessThanOrEqualTo(input.length);
  }

  private static void copy(ProtoReader in, ProtoWriter out, int depth) throws WireFormatException {
    while (in.next()) {
      int field = in.field();
      assertThat(field).isBetween(1, (1 << 29) - 1);
      switch (field % 9) {
        case 0 -> out.varint(field, in.varint());
        case 1 -> out.varint(field, in.uint(1000));
        case 2 -> out.fixed64(field, in.fixed64());
        case 3 -> out.fixed32(field, in.fixed32());
        case 4 -> out.bytes(field, in.bytes(MAX_BYTES));
        case 5 -> out.bytes(field, in.slice(MAX_BYTES));
        case 6 -> out.string(field, in.string(MAX_BYTES));
        case 7 -> {
          ProtoReader inner = in.message(4096);
          if (depth < 5) {
            copyInner(inner, out, field, depth);
          }
        }
        default -> {}
      }
    }
  }

  private static void copyInner(ProtoReader inner, ProtoWriter out, int field, int depth)
      throws WireFormatException {
    WireFormatException[] failure = new WireFormatException[1];
    out.message(
        field,
        body -> {
          try {
            copy(inner, body, depth + 1);
          } catch (WireFormatException e) {
            failure[0] = e;
          }
        });
    if (failure[0] != null) {
      throw failure[0];
    }
  }
}
