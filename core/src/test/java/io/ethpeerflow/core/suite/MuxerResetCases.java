package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.suite.MuxerRig.StreamPair;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams and halves that end early. */
abstract class MuxerResetCases extends MuxerHalfCloseCases {

  @Test
  void aResetReachesTheAcceptorWithItsCode() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().reset(CODE);
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("reset");
    assertThat(pair.acceptor().resetCode()).isEqualTo(carried(CODE));
    assertThat(pair.acceptor().resetByRemote()).isTrue();
    assertThat(pair.acceptor().end()).isEqualTo(new StreamEnd.Reset(carried(CODE), true));
  }

  @Test
  void aResetReachesTheOpenerWithItsCode() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().reset(CODE);
    rig.settle();
    assertThat(pair.opener().events()).containsExactly("reset");
    assertThat(pair.opener().resetCode()).isEqualTo(carried(CODE));
    assertThat(pair.opener().resetByRemote()).isTrue();
    assertThat(pair.opener().end()).isEqualTo(new StreamEnd.Reset(carried(CODE), true));
  }

  @Test
  void carriesTheLargestCode() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    StreamErrorCode largest = largestCode();
    pair.opener().reset(largest);
    rig.settle();
    assertThat(pair.acceptor().resetCode()).isEqualTo(carried(largest));
  }

  @Test
  void theSideThatResetsIsToldToo() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    rig.left.run(
        () -> {
          pair.opener().reset(CODE);
          assertThat(pair.opener().events()).isEmpty();
        });
    rig.settle();
    assertThat(pair.opener().events()).containsExactly("reset");
    assertThat(pair.opener().resetCode()).isEqualTo(CODE);
    assertThat(pair.opener().resetByRemote()).isFalse();
    assertThat(pair.opener().end()).isEqualTo(new StreamEnd.Reset(CODE, false));
  }

  @Test
  void aResetDropsAndReleasesWhatWasQueued() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().requestAll();
    rig.stall(rig.right, true);
    long receivedBefore = rig.right.receivedBytes();
    List<ByteBuf> queued = new ArrayList<>();
    pair.opener()
        .call(
            () -> {
              for (int i = 0; i < 10; i++) {
                ByteBuf data = rig.allocator().buffer().writeZero(25 * KIB);
                queued.add(data);
                assertThat(pair.opener().stream().offer(data)).isTrue();
              }
              pair.opener().stream().reset(CODE);
            });
    assertThat(pair.opener().queuedBytes()).isZero();
    assertThat(queued).allSatisfy(data -> assertThat(data.refCnt()).isZero());
    rig.stall(rig.right, false);
    rig.settle();
    assertThat(pair.acceptor().received()).as("queued bytes are not delivered").isZero();
    assertThat(rig.right.receivedBytes() - receivedBefore)
        .as("queued bytes are not sent")
        .isLessThan(KIB + rig.world.idleBytes());
    assertThat(pair.acceptor().wasReset()).isTrue();
  }

  @Test
  void resettingTwiceIsResettingOnce() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().reset(CODE);
    pair.opener().reset(new StreamErrorCode(77));
    rig.settle();
    pair.opener().reset(new StreamErrorCode(78));
    rig.settle();
    assertThat(pair.opener().events()).containsExactly("reset");
    assertThat(pair.acceptor().events()).containsExactly("reset");
    assertThat(pair.opener().end()).isEqualTo(new StreamEnd.Reset(CODE, false));
  }

  @Test
  void bothSidesMayResetAtOnce() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    rig.world.atOnce(
        () -> pair.opener().reset(CODE), () -> pair.acceptor().reset(new StreamErrorCode(77)));
    rig.settle();
    assertThat(pair.opener().events()).containsExactly("reset");
    assertThat(pair.acceptor().events()).containsExactly("reset");
    assertThat(pair.opener().isClosed()).isTrue();
    assertThat(pair.acceptor().isClosed()).isTrue();
    rig.pair();
  }

  @Test
  void offerAfterAResetIsRefused() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().reset(CODE);
    assertThat(pair.opener().writeOpen()).isFalse();
    assertThat(pair.opener().offer(1)).isFalse();
    rig.settle();
    assertThat(pair.acceptor().writeOpen()).isFalse();
    assertThat(pair.acceptor().offer(1)).isFalse();
  }

  @Test
  void bytesForAStreamThatWasResetDoNoHarm() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    StreamPair other = rig.pair();
    other.acceptor().expect(OTHER).requestAll();
    WritePump pump = WritePump.endless(pair.opener(), PATTERN, 10_000);
    pair.acceptor().reset(CODE);
    WritePump.start(other.opener(), OTHER, 100_000, 3000);
    rig.settle();
    assertThat(pump.isDone()).isTrue();
    assertThat(other.acceptor().received()).isEqualTo(100_000);
    assertThat(rig.right.connection().closed()).isNotDone();
    assertThat(rig.left.connection().closed()).isNotDone();
  }

  @Test
  void aResetGivesTheMemoryBack() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    WritePump.endless(pair.opener(), PATTERN, 10_000);
    WritePump.endless(pair.acceptor(), OTHER, 10_000);
    rig.settle();
    pair.opener().reset(CODE);
    rig.settle();
    assertThat(rig.left.limits.openStreams()).isZero();
    assertThat(rig.right.limits.openStreams()).isZero();
    assertThat(rig.left.limits.memoryBytes()).isLessThanOrEqualTo(64 * KIB);
    assertThat(rig.right.limits.memoryBytes()).isLessThanOrEqualTo(64 * KIB);
  }

  @Test
  void aResetOfAHalfClosedStreamReachesTheRemote() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.acceptor().ended()).isTrue();
    pair.opener().reset(CODE);
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("end");
    assertThat(pair.acceptor().writeOpen()).isFalse();
    assertThat(pair.acceptor().isClosed()).isTrue();
    assertThat(pair.opener().isClosed()).isTrue();
  }

  @Test
  void aStreamMayBeResetFromWithinItsReader() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().afterData(() -> pair.acceptor().reset(CODE)).requestAll();
    WritePump pump = WritePump.endless(pair.opener(), PATTERN, 10_000);
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("data", "reset");
    assertThat(pump.isDone()).isTrue();
    assertThat(pair.opener().resetCode()).isEqualTo(carried(CODE));
  }

  @Test
  void aStreamMayBeResetFromWithinTheAcceptCallback() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    rig.right.run(() -> rig.right.connection().accept(stream -> stream.reset(CODE)));
    StreamProbe opener = rig.left.open();
    opener.offer(100);
    rig.settle();
    assertThat(opener.wasReset()).isTrue();
    assertThat(opener.resetCode()).isEqualTo(carried(CODE));
  }

  @Test
  void stopReadingDeliversNothingMoreAndLeavesTheWriteSideOpen() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().requestAll();
    pair.acceptor().stopReading(CODE);
    pair.opener().expect(OTHER).requestAll();
    rig.settle();
    pair.opener().offer(1000);
    rig.settle();
    assertThat(pair.acceptor().events()).isEmpty();
    assertThat(pair.acceptor().writeOpen()).isTrue();
    pair.acceptor().offer(OTHER, 0, 500);
    pair.acceptor().closeWrite();
    rig.settle();
    assertThat(pair.opener().received()).isEqualTo(500);
    assertThat(pair.opener().ended()).isTrue();
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.acceptor().isClosed()).isTrue();
    assertThat(pair.acceptor().events()).isEmpty();
  }

  @Test
  void stopReadingDropsWhatWasNotDelivered() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().offer(20_000);
    rig.settle();
    pair.acceptor().stopReading(CODE);
    pair.acceptor().requestAll();
    rig.settle();
    assertThat(pair.acceptor().events()).isEmpty();
  }

  @Test
  void stopReadingStopsAWriterThatGoesOn() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    WritePump pump = WritePump.endless(pair.opener(), PATTERN, 10_000);
    rig.settle();
    pair.acceptor().stopReading(CODE);
    rig.settle();
    assertThat(pump.isDone()).as("the writer was stopped").isTrue();
    assertThat(pump.writtenBytes())
        .isLessThanOrEqualTo(windowBytes() + 256 * KIB + 10_000 + discardBoundBytes());
    assertThat(pair.acceptor().events()).isEmpty();
  }

  @Test
  void stopReadingTellsTheWriterWhyAndNothingElseWhereTheMuxerCan() {
    assumeTrue(endsHalvesSeparately());
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().stopReading(CODE);
    rig.settle();
    assertThat(pair.opener().writeOpen()).isFalse();
    assertThat(pair.opener().events()).isEmpty();
    pair.acceptor().closeWrite();
    rig.settle();
    assertThat(pair.opener().events()).containsExactly("end");
    StreamErrorCode told = carriesStopCodes() ? carried(CODE) : NO_CODE;
    assertThat(pair.opener().end()).isEqualTo(new StreamEnd.Reset(told, true));
  }

  @Test
  void resetWriteEndsTheRemotesReadSide() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().offer(1000);
    rig.settle();
    pair.opener().resetWrite(CODE);
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("reset");
    assertThat(pair.acceptor().resetCode()).isEqualTo(carried(CODE));
    assertThat(pair.acceptor().resetByRemote()).isTrue();
    assertThat(pair.opener().writeOpen()).isFalse();
  }

  @Test
  void resetWriteLeavesTheOtherDirectionOpenWhereTheMuxerCan() {
    assumeTrue(endsHalvesSeparately());
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().expect(PATTERN).requestAll();
    pair.opener().resetWrite(CODE);
    rig.settle();
    WritePump.start(pair.acceptor(), PATTERN, 2 * windowBytes(), 9000);
    rig.settle();
    assertThat(pair.opener().received()).isEqualTo(2 * windowBytes());
    assertThat(pair.opener().ended()).isTrue();
    assertThat(pair.opener().end()).isEqualTo(new StreamEnd.Reset(CODE, false));
  }

  @Test
  void everythingMayBeCalledAfterTheStreamHasEnded() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().reset(CODE);
    rig.settle();
    for (StreamProbe probe : List.of(pair.opener(), pair.acceptor())) {
      probe.request(10);
      probe.closeWrite();
      probe.stopReading(CODE);
      probe.resetWrite(CODE);
      probe.reset(CODE);
      assertThat(probe.offer(1)).isFalse();
      assertThat(probe.queuedBytes()).isZero();
      var flushed = probe.onLoop(() -> probe.stream().flush());
      List<String> resumed = new ArrayList<>();
      probe.call(() -> probe.stream().onWritable(() -> resumed.add("resumed")));
      rig.settle();
      assertThat(flushed).isDone();
      assertThat(resumed).containsExactly("resumed");
      assertThat(probe.events()).containsExactly("reset");
    }
    rig.pair();
  }
}
