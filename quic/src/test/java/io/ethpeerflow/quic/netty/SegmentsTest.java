package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentsTest {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("127.0.0.1", 9);

  private static ByteBuf numbers(int bytes) {
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
    for (int i = 0; i < bytes; i++) {
      buffer.writeByte(i % 251);
    }
    return buffer;
  }

  @ParameterizedTest
  @CsvSource({"1200, 44", "1452, 44", "1500, 43", "8952, 7", "40000, 1", "65507, 1"})
  void asManyGoTogetherAsTheKernelTakesAtTheLengthSeenLast(int bytes, int expected) {
    var segments = new Segments(44);
    assertThat(segments.maxNumSegments()).isEqualTo(44);
    segments.newPacket(numbers(100), bytes, REMOTE).release();
    assertThat(segments.maxNumSegments()).isEqualTo(expected);
    segments.newPacket(numbers(100), 1200, REMOTE).release();
    assertThat(segments.maxNumSegments()).isEqualTo(44);
  }

  @Test
  void aPieceThatIsTooLongIsCutBetweenDatagrams() {
    var channel = new EmbeddedChannel(new Segments.Cutter());
    ByteBuf sent = numbers(16 * 8952 + 100);
    ByteBuf copy = sent.copy();
    assertThat(channel.writeOutbound(new SegmentedDatagramPacket(sent, 8952, REMOTE))).isTrue();
    ByteBuf arrived = PooledByteBufAllocator.DEFAULT.buffer(copy.readableBytes());
    for (int expected : new int[] {7 * 8952, 7 * 8952, 2 * 8952 + 100}) {
      SegmentedDatagramPacket piece = channel.readOutbound();
      assertThat(piece.segmentSize()).isEqualTo(8952);
      assertThat(piece.recipient()).isEqualTo(REMOTE);
      assertThat(piece.content().readableBytes()).isEqualTo(expected);
      arrived.writeBytes(piece.content());
      piece.release();
    }
    assertThat(arrived).isEqualTo(copy);
    assertThat(sent.refCnt()).isZero();
    arrived.release();
    copy.release();
    assertThat(channel.finish()).isFalse();
  }

  @Test
  void whatFitsPassesAsItIs() {
    var channel = new EmbeddedChannel(new Segments.Cutter());
    var plain = new DatagramPacket(numbers(1200), REMOTE);
    var piece = new SegmentedDatagramPacket(numbers(65_507), 8952, REMOTE);
    channel.writeOutbound(plain, piece);
    assertThat(channel.<Object>readOutbound()).isSameAs(plain);
    assertThat(channel.<Object>readOutbound()).isSameAs(piece);
    plain.release();
    piece.release();
    assertThat(channel.finish()).isFalse();
  }
}
