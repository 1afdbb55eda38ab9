package io.ethpeerflow.yamux.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.seed.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ByteQueueTest {
  private final ByteQueue queue = new ByteQueue(ByteBufAllocator.DEFAULT, 100);

  @AfterEach
  void clear() {
    queue.clear();
  }

  private static ByteBuf bytes(int n) {
    return ByteBufAllocator.DEFAULT.buffer(Math.max(n, 1)).writeBytes(new byte[n]);
  }

  @Test
  void keepsTheFirstPieceToSendAsItIs() {
    ByteBuf piece = bytes(10);
    queue.addForSending(piece);
    assertThat(queue.first()).isSameAs(piece);
  }

  @Test
  void joinsShortPiecesToSend() {
    for (int i = 0; i < 12; i++) {
      queue.addForSending(bytes(10));
    }
    assertThat(queue.first().readableBytes()).isEqualTo(120);
    assertThat(queue.bytes()).isEqualTo(120);
  }

  @Test
  void keepsLongPiecesToSendApart() {
    queue.addForSending(bytes(100));
    ByteBuf second = bytes(100);
    queue.addForSending(second);
    ByteBuf first = queue.take(1000);
    assertThat(first.readableBytes()).isEqualTo(100);
    first.release();
    assertThat(queue.first()).isSameAs(second);
  }

  @Test
  void copiesWhatWouldPinAMuchLargerBuffer() {
    ByteBuf large = ByteBufAllocator.DEFAULT.buffer(64 << 10).writeBytes(new byte[1000]);
    queue.addForKeeping(large.readRetainedSlice(500));
    assertThat(large.refCnt()).isEqualTo(1);
    large.release();
    ByteBuf fitting = bytes(500);
    queue.addForKeeping(fitting);
    assertThat(fitting.refCnt()).isEqualTo(1);
    queue.take(1000).release();
    assertThat(queue.first()).isSameAs(fitting);
  }

  @Test
  void keepsNoMoreThanTwiceItsBytesAliveWhateverTheRemoteCuts() {
    Seeds.check(
        100,
        random -> {
          var sources = new ArrayList<ByteBuf>();
          for (int i = 0; i < 40; i++) {
            int capacity = random.edgyInt(200, 64 << 10);
            // not pooled: a released one must not come back as another
            ByteBuf source = Unpooled.wrappedBuffer(new byte[capacity]);
            sources.add(source);
            queue.addForKeeping(source.readRetainedSlice(random.edgyInt(1, capacity)));
            source.release();
          }
          long alive = 0;
          for (ByteBuf source : sources) {
            alive += source.refCnt() == 0 ? 0 : source.capacity();
          }
          assertThat(alive).isLessThanOrEqualTo(2 * queue.bytes());
          queue.clear();
        });
  }

  @Test
  void makesFewBuffersOfManyBytes() {
    int buffers = 0;
    for (int i = 0; i < 262_144; i++) {
      queue.addForKeeping(bytes(1));
    }
    while (!queue.isEmpty()) {
      queue.take(Long.MAX_VALUE).release();
      buffers++;
    }
    assertThat(buffers).isLessThan(20);
  }

  @Test
  void givesWhatWasPutInWhateverTheSizes() {
    Seeds.check(
        300,
        random -> {
          var put = new ByteArrayOutputStream();
          var got = new ByteArrayOutputStream();
          for (int i = 0; i < 60; i++) {
            switch (random.nextInt(4)) {
              case 0, 1 -> {
                byte[] piece = random.bytes(random.edgyInt(1, 400));
                put.writeBytes(piece);
                ByteBuf data = ByteBufAllocator.DEFAULT.buffer().writeBytes(piece);
                if (random.oneIn(2)) {
                  queue.addForSending(data);
                } else {
                  queue.addForKeeping(data);
                }
              }
              case 2 -> {
                if (!queue.isEmpty()) {
                  ByteBuf data = queue.take(1 + random.nextInt(500));
                  byte[] piece = new byte[data.readableBytes()];
                  data.readBytes(piece).release();
                  got.writeBytes(piece);
                }
              }
              default -> {
                if (!queue.isEmpty()) {
                  ByteBuf first = queue.first();
                  byte[] piece = new byte[1 + random.nextInt(first.readableBytes())];
                  first.readBytes(piece);
                  queue.advanced(piece.length);
                  got.writeBytes(piece);
                }
              }
            }
            assertThat(queue.bytes()).isEqualTo(put.size() - got.size());
            assertThat(queue.isEmpty()).isEqualTo(queue.bytes() == 0);
          }
          while (!queue.isEmpty()) {
            ByteBuf data = queue.take(Long.MAX_VALUE);
            byte[] piece = new byte[data.readableBytes()];
            data.readBytes(piece).release();
            got.writeBytes(piece);
          }
          assertThat(got.toByteArray()).isEqualTo(put.toByteArray());
        });
  }
}
