package io.ethpeerflow.gossipsub.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.RpcDecoder;
import io.ethpeerflow.gossipsub.rpc.RpcLimits;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What queues give, read; and what they are given. */
final class Frames {
  static final TopicId TOPIC = TopicId.of("t");

  private static final RpcDecoder DECODER =
      new RpcDecoder(RpcLimits.DEFAULT.withMaxRpcBytes(4 << 20).withMaxMessageIdBytes(1 << 16));

  private Frames() {}

  static @Nullable Rpc next(OutboundQueue queue) throws Exception {
    ByteBuf frame = queue.poll(UnpooledByteBufAllocator.DEFAULT);
    if (frame == null) {
      return null;
    }
    try {
      assertThat(UnsignedVarint.read(frame)).isEqualTo(frame.readableBytes());
      return DECODER.decode(frame);
    } finally {
      frame.release();
    }
  }

  static List<Rpc> all(OutboundQueue queue) throws Exception {
    List<Rpc> rpcs = new ArrayList<>();
    for (Rpc rpc = next(queue); rpc != null; rpc = next(queue)) {
      rpcs.add(rpc);
    }
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.bytes()).isZero();
    return rpcs;
  }

  /** All messages that wait, in the order in which they are sent. */
  static List<Message> messages(OutboundQueue queue) throws Exception {
    return all(queue).stream().flatMap(rpc -> rpc.publish().stream()).toList();
  }

  static Message message(int number, int dataBytes) {
    return Message.unsigned(TOPIC, ByteBuffer.allocate(dataBytes).putInt(0, number).array());
  }

  static Message message(int number) {
    return message(number, 100);
  }

  static MessageId id(int number) {
    return MessageId.of(ByteBuffer.allocate(20).putInt(0, number).array());
  }

  static MessageIds ids(int from, int to) {
    return MessageIds.of(IntStream.range(from, to).mapToObj(Frames::id).toList());
  }
}
