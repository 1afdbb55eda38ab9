package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.yamux.harness.Frame;
import io.ethpeerflow.yamux.harness.Peers;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.ethpeerflow.yamux.harness.RecordingReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All sixteen sets of flags, on both types, with and without a length. */
@Spec("yamux/flags")
class FlagsTest {
  @RegisterExtension final Peers peers = new Peers();

  static List<Arguments> frames() {
    var cases = new ArrayList<Arguments>();
    for (int flags = 0; flags < 16; flags++) {
      for (int length : new int[] {0, 21}) {
        cases.add(Arguments.of(Frame.data(flags, 1, length)));
        cases.add(Arguments.of(Frame.update(flags, 1, length)));
      }
    }
    return cases;
  }

  private static boolean is(Frame frame, int flag) {
    return (frame.flags() & flag) != 0;
  }

  @ParameterizedTest
  @MethodSource("frames")
  void onANewStream(Frame frame) {
    RawPeer peer = peers.server();
    peer.send(frame);
    if (!is(frame, Frame.SYN)) {
      if (is(frame, Frame.RST)) {
        assertThat(peer.closed).isNotDone();
        assertThat(peer.said()).isEmpty();
      } else {
        assertThat(peer.closed.join().cause())
            .hasMessage(frame + ", but the stream was never opened");
      }
      assertThat(peer.accepted).isEmpty();
      return;
    }
    assertThat(peer.closed).isNotDone();
    if (is(frame, Frame.RST)) {
      assertThat(peer.accepted).isEmpty();
      assertThat(peer.said()).isEmpty();
      return;
    }
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|ACK stream=1 length=0");
    check(peer, peer.accepted.getFirst(), frame);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void onALiveInboundStream(Frame frame) {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.frames();
    peer.send(frame);
    if (is(frame, Frame.SYN)) {
      assertThat(peer.closed.join().code()).isEqualTo(ConnectionErrorCode.PROTOCOL_VIOLATION);
      assertThat(peer.closed.join().cause()).hasMessage(frame + ", but the id is in use");
      assertThat(peer.said()).containsExactly("GO_AWAY stream=0 length=1");
    } else {
      check(peer, stream, frame);
    }
  }

  @ParameterizedTest
  @MethodSource("frames")
  void onALiveOutboundStream(Frame frame) {
    RawPeer peer = peers.client();
    RawStream stream = peer.open();
    peer.frames();
    peer.send(frame);
    if (is(frame, Frame.SYN)) {
      assertThat(peer.closed.join().by()).isEqualTo(CloseReason.By.FAILURE);
      assertThat(peer.closed.join().cause()).hasMessage(frame + ", allowed are even ids");
    } else {
      check(peer, stream, frame);
    }
  }

  @ParameterizedTest
  @MethodSource("frames")
  void onAStreamThatWeReset(Frame frame) {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(() -> stream.reset(RawPeer.CODE));
    peer.frames();
    peer.send(frame);
    if (is(frame, Frame.SYN)) {
      assertThat(peer.closed.join().cause()).hasMessage(frame + ", but the id is in use");
    } else {
      assertThat(peer.closed).isNotDone();
      assertThat(peer.said()).isEmpty();
      assertThat(peer.inbound(3).id()).isEqualTo(3);
    }
  }

  private static void check(RawPeer peer, RawStream stream, Frame frame) {
    assertThat(peer.closed).isNotDone();
    RecordingReader reader = peer.read(stream, 100);
    if (is(frame, Frame.RST)) {
      long code = frame.isUpdate() ? frame.length() : 0;
      assertThat(reader.events).containsExactly("reset 0x" + Long.toHexString(code) + " by remote");
      assertThat(reader.bytes.size()).isZero();
      assertThat(stream.closed())
          .isCompletedWithValue(new StreamEnd.Reset(new StreamErrorCode(code), true));
      return;
    }
    assertThat(reader.bytes.size()).isEqualTo(frame.payload());
    if (is(frame, Frame.FIN)) {
      assertThat(reader.events).containsExactly("end");
    } else {
      assertThat(reader.events).isEmpty();
    }
    peer.frames();
    peer.run(() -> stream.offer(RawPeer.counting(400_000)));
    long credit = 262_144 + (frame.isUpdate() ? frame.length() : 0);
    assertThat(peer.frames().stream().mapToLong(Frame::length).sum()).isEqualTo(credit);
    peer.run(() -> stream.reset(StreamErrorCode.NO_ERROR));
  }
}
