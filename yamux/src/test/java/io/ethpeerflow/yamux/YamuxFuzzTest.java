package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.ethpeerflow.yamux.harness.RecordingReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * Any bytes from the remote, whole and byte by byte: the same outcome, memory within what was
 * granted, every buffer released, no exception. The first byte chooses our role and what our user
 * does.
 */
class YamuxFuzzTest {
  private static final YamuxConfig CONFIG =
      YamuxConfig.DEFAULT
          .withMaxInboundStreams(8)
          .withMaxTombstones(4)
          .withStopReadingBytes(100)
          .withFlood(new YamuxConfig.Flood(40_000, 1, 30, 1));

  private record StreamOutcome(long id, String bytes, List<String> events, StreamEnd end) {}

  private record Outcome(CloseReason.By by, long code, String cause, List<StreamOutcome> streams) {}

  @FuzzTest
  void session(byte[] input) {
    if (input.length < 1) {
      return;
    }
    Outcome whole = play(input, input.length, true);
    assertThat(play(input, 1, true)).isEqualTo(whole);
    assertThat(play(input, 7, true)).isEqualTo(whole);
    // with turns between, our own frames leave earlier, which may change what a later one finds
    play(input, 7, false);
  }

  private static Outcome play(byte[] input, int pieceBytes, boolean inOneTurn) {
    int choice = input[0];
    Role role = (choice & 1) == 0 ? Role.RESPONDER : Role.INITIATOR;
    var peer = new RawPeer(CONFIG, role);
    var streams = new ArrayList<RawStream>();
    var readers = new ArrayList<RecordingReader>();
    peer.run(
        () -> {
          peer.connection.open().thenAccept(stream -> use(choice, stream, streams, readers));
          peer.connection.accept(stream -> use(choice, stream, streams, readers));
        });
    var closed = peer.closed;
    var pieces = new ArrayList<ByteBuf>();
    for (int at = 1; at < input.length; at += pieceBytes) {
      ByteBuf piece = Unpooled.copiedBuffer(input, at, Math.min(pieceBytes, input.length - at));
      pieces.add(piece);
      if (!inOneTurn) {
        peer.sendBytes(piece);
      }
    }
    if (inOneTurn) {
      peer.sendBytes(pieces.toArray(ByteBuf[]::new));
    }
    assertThat(peer.scope.memoryBytes).isLessThanOrEqualTo(2L * input.length + 3000);
    assertThat(peer.connection.openStreams()).isLessThanOrEqualTo(9);
    peer.frames();
    peer.close();
    assertThat(pieces).allMatch(piece -> piece.refCnt() == 0);
    var outcomes = new ArrayList<StreamOutcome>();
    for (int i = 0; i < streams.size(); i++) {
      RawStream stream = streams.get(i);
      RecordingReader reader = readers.get(i);
      assertThat(reader.events).hasSize((choice >> 1 & 7) == 4 ? 0 : 1);
      StreamEnd end = stream.closed().join();
      outcomes.add(
          new StreamOutcome(
              stream.id(),
              java.util.Arrays.toString(reader.bytes.toByteArray()),
              reader.events,
              end instanceof StreamEnd.ConnectionEnded ? new StreamEnd.Finished() : end));
    }
    CloseReason reason = closed.join();
    String cause = reason.cause() == null ? "" : String.valueOf(reason.cause().getMessage());
    return new Outcome(reason.by(), reason.code().value(), cause, outcomes);
  }

  private static void use(
      int choice, RawStream stream, List<RawStream> streams, List<RecordingReader> readers) {
    var reader =
        new RecordingReader() {
          @Override
          public void onData(ByteBuf data) {
            if ((choice & 0x10) != 0 && stream.offer(data.retainedDuplicate())) {
              stream.closeWrite();
            } else if ((choice & 0x10) != 0) {
              data.release();
            }
            super.onData(data);
          }
        };
    streams.add(stream);
    readers.add(reader);
    stream.reader(reader);
    switch (choice >> 1 & 7) {
      case 0, 1, 2 -> stream.request(Long.MAX_VALUE);
      case 3 -> stream.request(10);
      case 4 -> stream.stopReading(RawPeer.CODE);
      case 5 -> stream.closeWrite();
      case 6 -> {
        if (streams.size() % 2 == 0) {
          stream.reset(RawPeer.CODE);
        } else {
          stream.request(1000);
        }
      }
      default -> stream.offer(RawPeer.counting(1000));
    }
  }
}
