package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.StreamResetException;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.yamux.harness.Frame;
import io.ethpeerflow.yamux.harness.Peers;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The write half: order, fairness, back-pressure, flush. */
class WritingTest {
  @RegisterExtension final Peers peers = new Peers();

  @Test
  void interleavesStreamsFrameByFrame() {
    RawPeer peer = peers.server();
    RawStream bulk = peer.inbound(1);
    RawStream small = peer.inbound(3);
    peer.frames();
    peer.run(
        () -> {
          bulk.offer(RawPeer.counting(200_000));
          small.offer(RawPeer.counting(10));
        });
    assertThat(peer.frames().stream().map(Frame::stream)).containsExactly(1L, 3L, 1L, 1L, 1L);
  }

  @Test
  void gives64StreamsTheSameShare() {
    RawPeer peer = peers.server();
    var streams = new ArrayList<RawStream>();
    for (int i = 0; i < 64; i++) {
      streams.add(peer.inbound(2 * i + 1));
    }
    peer.frames();
    peer.run(() -> streams.forEach(s -> s.offer(RawPeer.counting(262_144))));
    List<Frame> frames = peer.frames();
    for (int round = 0; round < 5; round++) {
      assertThat(frames.subList(64 * round, 64 * round + 64).stream().map(Frame::stream).distinct())
          .hasSize(64);
    }
  }

  @Test
  void writesControlFramesAheadOfData() {
    RawPeer peer = peers.server();
    RawStream writer = peer.inbound(1);
    RawStream reader = peer.inbound(3);
    RawStream dying = peer.inbound(5);
    peer.send(Frame.data(0, 3, 200_000));
    peer.advance(Duration.ofSeconds(1));
    peer.link.writable = false;
    peer.frames();
    peer.offer(writer, 100_000);
    peer.read(reader, 200_000);
    peer.run(() -> dying.reset(RawPeer.CODE));
    peer.send(Frame.ping(Frame.SYN, 5));
    assertThat(peer.frames()).isEmpty();
    peer.run(peer.link::becomeWritable);
    assertThat(peer.said())
        .containsExactly(
            "PING|ACK stream=0 length=5",
            "WINDOW_UPDATE|RST stream=5 length=42",
            "WINDOW_UPDATE stream=3 length=200000",
            "DATA stream=1 length=65507",
            "DATA stream=1 length=34493");
  }

  @Test
  void stopsWhenTheLinkIsFullAndGoesOnWhenItIsNot() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.frames();
    peer.link.fullAfterFrames = 2;
    peer.offer(stream, 200_000);
    assertThat(peer.frames()).hasSize(2);
    assertThat(peer.link.unflushedFrames).isZero();
    assertThat(stream.queuedBytes()).isEqualTo(200_000 - 2 * 65_507);
    peer.run(peer.link::becomeWritable);
    assertThat(peer.frames()).hasSize(2);
    assertThat(stream.queuedBytes()).isZero();
  }

  @Test
  void grantsThatFallDueWhileTheLinkIsFullBecomeOne() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.read(stream, Long.MAX_VALUE);
    peer.advance(Duration.ofSeconds(1));
    peer.frames();
    peer.link.writable = false;
    peer.send(Frame.data(0, 1, 140_000));
    peer.send(Frame.data(0, 1, 100_000));
    peer.run(peer.link::becomeWritable);
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE stream=1 length=240000");
  }

  @Test
  void refusesWhenTheQueueIsFullAndSaysWhenItIsNot() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.link.writable = false;
    assertThat(peer.offer(stream, 262_143)).isTrue();
    assertThat(peer.offer(stream, 10_000)).as("one byte short of full").isTrue();
    assertThat(peer.offer(stream, 1)).isFalse();
    var resumed = new AtomicInteger();
    peer.run(() -> stream.onWritable(resumed::incrementAndGet));
    assertThat(resumed).hasValue(0);
    peer.run(peer.link::becomeWritable);
    assertThat(resumed).hasValue(1);
    assertThat(stream.queuedBytes()).isEqualTo(9_999);
    peer.send(Frame.update(0, 1, 1000));
    assertThat(resumed).as("runs once").hasValue(1);
  }

  @Test
  void runsTheResumeAtTheEndOfTheTurnWhenThereIsRoom() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    var resumed = new AtomicInteger();
    peer.run(
        () -> {
          stream.onWritable(() -> resumed.addAndGet(100));
          stream.onWritable(resumed::incrementAndGet);
          assertThat(resumed).hasValue(0);
        });
    assertThat(resumed).as("the later one replaces the earlier").hasValue(1);
  }

  @Test
  void runsTheResumeWhenTheWriteSideEnds() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.link.writable = false;
    peer.run(() -> stream.maxQueuedBytes(10));
    peer.offer(stream, 10);
    var resumed = new AtomicInteger();
    peer.run(() -> stream.onWritable(resumed::incrementAndGet));
    peer.send(Frame.update(Frame.RST, 1, 0));
    assertThat(resumed).hasValue(1);
    peer.run(() -> stream.onWritable(resumed::incrementAndGet));
    assertThat(resumed).hasValue(2);
  }

  @Test
  void aLargerQueueMakesRoomAtOnce() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.link.writable = false;
    peer.run(() -> stream.maxQueuedBytes(10));
    peer.offer(stream, 10);
    assertThat(peer.offer(stream, 1)).isFalse();
    var resumed = new AtomicInteger();
    peer.run(() -> stream.onWritable(resumed::incrementAndGet));
    peer.run(() -> stream.maxQueuedBytes(11));
    assertThat(resumed).hasValue(1);
    assertThat(peer.offer(stream, 1)).isTrue();
  }

  @Test
  void aWriterThatRefillsOnResumeKeepsTheLinkBusyWithinOneTurn() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.send(Frame.update(0, 1, 10 << 20));
    peer.run(() -> stream.maxQueuedBytes(64 << 10));
    peer.frames();
    int flushes = peer.link.flushes;
    var left = new AtomicInteger(16);
    var fill = new Runnable[1];
    fill[0] =
        () -> {
          while (left.get() > 0) {
            ByteBuf data = RawPeer.counting(64 << 10);
            if (!stream.offer(data)) {
              data.release();
              break;
            }
            left.decrementAndGet();
          }
          if (left.get() > 0) {
            stream.onWritable(fill[0]);
          }
        };
    peer.loop.run(fill[0]);
    peer.loop.clock().runDue();
    assertThat(left).hasValue(0);
    assertThat(peer.frames().stream().mapToLong(Frame::length).sum()).isEqualTo(1 << 20);
    assertThat(peer.link.flushes - flushes).isLessThanOrEqualTo(2);
  }

  @Test
  void chargesWhatIsQueuedAndRefusesWhenTheBudgetDoes() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.link.fullAfterFrames = 0;
    peer.link.writable = false;
    peer.scope.maxMemoryBytes = 50_000;
    assertThat(peer.offer(stream, 40_000)).isTrue();
    assertThat(peer.scope.memoryBytes).isEqualTo(40_000);
    assertThat(peer.offer(stream, 20_000)).isFalse();
    var resumed = new AtomicInteger();
    peer.run(() -> stream.onWritable(resumed::incrementAndGet));
    assertThat(resumed).as("no room before something was written").hasValue(0);
    peer.run(peer.link::becomeWritable);
    assertThat(resumed).hasValue(1);
    assertThat(peer.scope.memoryBytes).isZero();
    assertThat(peer.offer(stream, 20_000)).isTrue();
  }

  @Test
  void resetsAStreamThatCanQueueNothingAtAll() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.frames();
    peer.scope.maxMemoryBytes = 10;
    assertThat(peer.offer(stream, 11)).isFalse();
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|RST stream=1 length=4098");
    assertThat(stream.closed())
        .isCompletedWithValue(new StreamEnd.Reset(StreamErrorCode.RESOURCE_LIMIT, false));
  }

  @Test
  void completesAFlushWhenItsBytesWereFlushed() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    var flushed = new ArrayList<CompletableFuture<Void>>();
    peer.run(() -> flushed.add(stream.flush()));
    assertThat(flushed.getFirst()).isDone();
    peer.link.fullAfterFrames = 1;
    peer.run(
        () -> {
          stream.offer(RawPeer.counting(60_000));
          flushed.add(stream.flush());
          stream.offer(RawPeer.counting(60_000));
          flushed.add(stream.flush());
          stream.closeWrite();
          flushed.add(stream.flush());
          assertThat(flushed.get(1)).isNotDone();
        });
    assertThat(flushed.get(1)).isDone();
    assertThat(flushed.get(2)).isNotDone();
    peer.link.fullAfterFrames = 1;
    peer.run(peer.link::becomeWritable);
    assertThat(flushed.get(2)).isDone();
    peer.run(peer.link::becomeWritable);
    assertThat(flushed.get(3)).isDone();
  }

  @Test
  void completesAFlushAfterTheLinkWasFlushed() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    var unflushedThen = new AtomicInteger(-1);
    peer.run(
        () -> {
          stream.offer(RawPeer.counting(10));
          stream.flush().thenRun(() -> unflushedThen.set(peer.link.unflushedFrames));
        });
    assertThat(unflushedThen).hasValue(0);
  }

  @Test
  void failsAFlushWhenTheStreamIsReset() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.link.writable = false;
    peer.offer(stream, 10);
    var flushed = new ArrayList<CompletableFuture<Void>>();
    peer.run(() -> flushed.add(stream.flush()));
    peer.send(Frame.update(Frame.RST, 1, 9));
    peer.run(() -> flushed.add(stream.flush()));
    for (CompletableFuture<Void> each : flushed) {
      assertThatThrownBy(each::join)
          .hasCauseInstanceOf(StreamResetException.class)
          .hasMessageContaining("stream reset by the remote with code 0x9");
    }
  }

  @Test
  @Spec("yamux/fin")
  void waitsWithFinUntilTheRemoteHasCreditedTheRest() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(
        () -> {
          stream.offer(RawPeer.counting(262_145));
          stream.closeWrite();
        });
    assertThat(peer.frames()).noneMatch(frame -> frame.has(Frame.FIN));
    peer.send(Frame.update(0, 1, 1));
    assertThat(peer.said())
        .containsExactly("DATA stream=1 length=1", "WINDOW_UPDATE|FIN stream=1 length=0");
  }

  @Test
  @Spec("yamux/window-payload")
  void aFinNeedsNoCredit() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.offer(stream, 262_144);
    peer.frames();
    peer.run(stream::closeWrite);
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|FIN stream=1 length=0");
  }

  @Test
  void aStreamWithoutCreditDoesNotHoldUpOthers() {
    RawPeer peer = peers.server();
    RawStream stuck = peer.inbound(1);
    RawStream other = peer.inbound(3);
    peer.offer(stuck, 300_000);
    peer.frames();
    peer.offer(other, 5);
    assertThat(peer.said()).containsExactly("DATA stream=3 length=5");
  }
}
