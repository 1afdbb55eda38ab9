package io.ethpeerflow.quic.netty;

import static io.ethpeerflow.quic.netty.ClosingAllocator.MAX_LAST_DATAGRAMS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClosingAllocatorTest {
  private static final int DATAGRAM = 1350;

  private final EmbeddedChannel connection = new EmbeddedChannel();
  private final AtomicLong cutShort = new AtomicLong();
  private final ClosingAllocator buffers = new ClosingAllocator(connection, cutShort::addAndGet);

  @Test
  void anOpenConnectionHasAsManyBuffersAsItLikes() {
    for (int i = 0; i < 4 * MAX_LAST_DATAGRAMS; i++) {
      assertThat(room()).isGreaterThanOrEqualTo(DATAGRAM);
    }
    assertThat(cutShort).hasValue(0);
  }

  @Test
  void oneThatIsClosingHasSomeAndThenNoneThatAPacketFitsInto() {
    room();
    connection.close();
    for (int i = 0; i < MAX_LAST_DATAGRAMS; i++) {
      assertThat(room()).isGreaterThanOrEqualTo(DATAGRAM);
    }
    for (int i = 0; i < 4; i++) {
      assertThat(room()).isBetween(1, 8);
    }
    assertThat(cutShort).as("connections, not buffers").hasValue(1);
  }

  private int room() {
    ByteBuf buffer = buffers.directBuffer(DATAGRAM);
    int bytes = buffer.writableBytes();
    buffer.release();
    return bytes;
  }
}
