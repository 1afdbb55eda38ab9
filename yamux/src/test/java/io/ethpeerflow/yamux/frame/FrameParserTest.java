package io.ethpeerflow.yamux.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.yamux.harness.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameParserTest {
  /** Writes down what it is told, one line per frame. */
  private static class Recorder implements FrameHandler {
    final List<String> lines = new ArrayList<>();
    boolean wants = true;
    private String header = "";
    private long sum;
    private int bytes;

    @Override
    public boolean onHeader(long head, int length) throws ProtocolViolation {
      assertThat(header).isEmpty();
      header = FrameHeader.version(head) + " " + FrameHeader.describe(head, length);
      return wants;
    }

    @Override
    public void onPayload(ByteBuf piece) {
      assertThat(piece.isReadable()).isTrue();
      while (piece.isReadable()) {
        sum = sum * 31 + piece.readByte();
        bytes++;
      }
      piece.release();
    }

    @Override
    public void onFrameEnd() {
      lines.add(header + " " + bytes + " " + sum);
      header = "";
      sum = 0;
      bytes = 0;
    }
  }

  private static Frame random(SeededRandom random) {
    int type = random.nextInt(5);
    int payload = type == 0 ? random.edgyInt(0, 3000) : 0;
    long length = type == 0 ? payload : random.nextLong(1L << 32);
    return new Frame(
        random.nextInt(2),
        type,
        random.nextInt(1 << 16),
        random.nextLong(1L << 32),
        length,
        payload);
  }

  @Test
  @Spec("yamux/header")
  void findsTheSameFramesHoweverTheInputIsCut() {
    Seeds.check(
        200,
        random -> {
          ByteBuf all = Unpooled.buffer();
          var expected = new ArrayList<String>();
          for (int i = random.nextInt(8); i >= 0; i--) {
            Frame frame = random(random);
            ByteBuf bytes = frame.bytes(i);
            all.writeBytes(bytes);
            bytes.release();
            long sum = 0;
            for (int at = 0; at < frame.payload(); at++) {
              sum = sum * 31 + (byte) (i + at);
            }
            expected.add(frame.version() + " " + frame + " " + frame.payload() + " " + sum);
          }
          var recorder = new Recorder();
          var parser = new FrameParser(recorder);
          int maxPiece = random.pick(1, 2, 13, 5000);
          while (all.isReadable()) {
            int n = Math.min(all.readableBytes(), 1 + random.nextInt(maxPiece));
            ByteBuf piece = ByteBufAllocator.DEFAULT.buffer(n);
            piece.writeBytes(all, n);
            parser.parse(piece);
            assertThat(piece.refCnt()).isZero();
          }
          all.release();
          assertThat(recorder.lines).isEqualTo(expected);
        });
  }

  @Test
  void handsTheInputItselfOverWhereAPayloadEndsIt() throws ProtocolViolation {
    var handed = new ArrayList<ByteBuf>();
    var parser =
        new FrameParser(
            new Recorder() {
              @Override
              public void onPayload(ByteBuf piece) {
                handed.add(piece);
              }
            });
    ByteBuf chunk = ByteBufAllocator.DEFAULT.buffer();
    chunk.writeBytes(Frame.data(0, 1, 50).bytes(0));
    parser.parse(chunk);
    assertThat(handed).containsExactly(chunk);
    assertThat(chunk.readableBytes()).isEqualTo(50);
    assertThat(chunk.refCnt()).isEqualTo(1);
    chunk.release();
  }

  @Test
  void skipsAPayloadThatIsNotWanted() throws ProtocolViolation {
    var recorder = new Recorder();
    recorder.wants = false;
    ByteBuf chunk = Unpooled.buffer();
    chunk.writeBytes(Frame.data(1, 1, 500).bytes(0)).writeBytes(Frame.ping(1, 7).bytes(0));
    new FrameParser(recorder).parse(chunk);
    assertThat(recorder.lines)
        .containsExactly("0 DATA|SYN stream=1 length=500 0 0", "0 PING|SYN stream=0 length=7 0 0");
  }

  @Test
  void releasesTheInputWhenTheHandlerThrows() {
    var parser =
        new FrameParser(
            new Recorder() {
              @Override
              public boolean onHeader(long head, int length) throws ProtocolViolation {
                throw ProtocolViolation.onConnection(1, "no");
              }
            });
    ByteBuf chunk = ByteBufAllocator.DEFAULT.buffer();
    chunk.writeBytes(Frame.data(0, 1, 5).bytes(0));
    assertThatThrownBy(() -> parser.parse(chunk)).hasMessage("no");
    assertThat(chunk.refCnt()).isZero();
  }

  @Test
  void dropsEverythingOnceStopped() throws ProtocolViolation {
    var parser = new FrameParser[1];
    var recorder =
        new Recorder() {
          @Override
          public void onFrameEnd() {
            super.onFrameEnd();
            parser[0].stop();
          }
        };
    parser[0] = new FrameParser(recorder);
    ByteBuf chunk = ByteBufAllocator.DEFAULT.buffer();
    chunk.writeBytes(Frame.ping(1, 1).bytes(0)).writeBytes(Frame.ping(1, 2).bytes(0));
    parser[0].parse(chunk);
    parser[0].parse(Frame.ping(1, 3).bytes(0));
    assertThat(recorder.lines).hasSize(1);
    assertThat(chunk.refCnt()).isZero();
  }

  @Test
  void describesWhatItFound() {
    long head = FrameHeader.pack(FrameHeader.WINDOW_UPDATE, 0xf, -1);
    assertThat(FrameHeader.describe(head, -1))
        .isEqualTo("WINDOW_UPDATE|SYN|ACK|FIN|RST stream=4294967295 length=4294967295");
    assertThat(FrameHeader.describe(FrameHeader.pack(9, 0x8002, 3), 4))
        .isEqualTo("type 9|ACK|0x8000 stream=3 length=4");
    assertThat(FrameHeader.describe(FrameHeader.pack(FrameHeader.GO_AWAY, 0, 0), 2))
        .isEqualTo("GO_AWAY stream=0 length=2");
  }

  @Test
  @Spec("yamux/header")
  void writesTheBytesOfTheSpecification() {
    ByteBuf head = Unpooled.buffer(12);
    FrameHeader.set(head, FrameHeader.DATA, FrameHeader.SYN | FrameHeader.FIN, 0x01020304, 0x0a0b);
    head.writerIndex(12);
    byte[] bytes = new byte[12];
    head.readBytes(bytes);
    assertThat(bytes).containsExactly(0, 0, 0, 5, 1, 2, 3, 4, 0, 0, 0x0a, 0x0b);
  }
}
