package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.suite.MuxerRig.StreamPair;
import io.ethpeerflow.core.suite.MuxerWorld.Ability;
import io.ethpeerflow.core.suite.MuxerWorld.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A reader that does not read stops its writer, and nobody else. */
abstract class MuxerBackPressureCases extends MuxerDemandCases {
  private static final int PIECE = 10 * KIB;
  private static final int MAX_QUEUED = 256 * KIB;

  /** What a writer can get rid of towards a reader that asks for nothing. */
  private long mostWithoutDemand() {
    return windowBytes() + MAX_QUEUED + PIECE;
  }

  @Test
  void offerRefusesBeyondTheMaximumAndLeavesTheBufferToItsOwner() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    rig.stall(rig.right, true);
    rig.left.run(
        () -> {
          long taken = 0;
          while (pair.opener().offer(PIECE)) {
            taken += PIECE;
            assertThat(taken).isLessThan(MAX_QUEUED + PIECE + 1);
          }
          assertThat(pair.opener().queuedBytes())
              .isBetween((long) MAX_QUEUED, (long) MAX_QUEUED + PIECE);
        });
    assertThat(pair.opener().writeOpen()).isTrue();
  }

  @Test
  void offerTakesOneMoreBufferAsLongAsLessThanTheMaximumWaits() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    rig.stall(rig.right, true);
    rig.left.run(
        () -> {
          assertThat(pair.opener().offer(MAX_QUEUED - 1)).isTrue();
          assertThat(pair.opener().offer(MAX_QUEUED)).isTrue();
          assertThat(pair.opener().offer(1)).isFalse();
        });
  }

  @Test
  void theMaximumCanBeChanged() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    rig.left.run(
        () -> {
          pair.opener().call(() -> pair.opener().stream().maxQueuedBytes(2000));
          assertThat(pair.opener().offer(1999)).isTrue();
          assertThat(pair.opener().offer(1)).isTrue();
          assertThat(pair.opener().offer(1)).isFalse();
          pair.opener().call(() -> pair.opener().stream().maxQueuedBytes(5000));
          assertThat(pair.opener().offer(1)).isTrue();
        });
  }

  @Test
  void queuedBytesReturnsToZeroWhenTheRemoteReads() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().requestAll();
    rig.left.run(
        () -> {
          pair.opener().offer(1000);
          assertThat(pair.opener().queuedBytes()).isEqualTo(1000);
        });
    rig.settle();
    assertThat(pair.opener().queuedBytes()).isZero();
  }

  @Test
  void onWritableRunsOnceWhenThereIsRoomAgain() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    var resumed = new AtomicInteger();
    pair.opener().offerUntilRefused(PIECE, rig::settle);
    pair.opener().call(() -> pair.opener().stream().onWritable(resumed::incrementAndGet));
    rig.settle();
    assertThat(resumed).hasValue(0);
    pair.acceptor().requestAll();
    rig.settle();
    assertThat(resumed).hasValue(1);
    pair.opener().offer(PIECE);
    rig.settle();
    assertThat(resumed).hasValue(1);
  }

  @Test
  void onWritableRunsAtTheEndOfTheTurnWhenThereIsRoomAlready() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    var resumed = new AtomicInteger();
    pair.opener()
        .call(
            () -> {
              pair.opener().stream().onWritable(resumed::incrementAndGet);
              assertThat(resumed).hasValue(0);
            });
    rig.runDue();
    assertThat(resumed).hasValue(1);
  }

  @Test
  void aLaterOnWritableReplacesAnEarlierOne() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    List<String> ran = new ArrayList<>();
    pair.opener().offerUntilRefused(PIECE, rig::settle);
    pair.opener().call(() -> pair.opener().stream().onWritable(() -> ran.add("earlier")));
    pair.opener().call(() -> pair.opener().stream().onWritable(() -> ran.add("later")));
    pair.acceptor().requestAll();
    rig.settle();
    assertThat(ran).containsExactly("later");
  }

  @Test
  void onWritableRunsWhenTheRemoteResets() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    WritePump pump = WritePump.endless(pair.opener(), PATTERN, PIECE);
    rig.settle();
    assertThat(pump.isDone()).isFalse();
    pair.acceptor().reset(CODE);
    rig.settle();
    assertThat(pump.isDone()).isTrue();
    assertThat(pair.opener().writeOpen()).isFalse();
  }

  @Test
  void onWritableRunsWhenTheConnectionEnds() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    WritePump pump = WritePump.endless(pair.opener(), PATTERN, PIECE);
    rig.settle();
    rig.world.cut();
    rig.settle(pump::isDone);
    assertThat(pump.isDone()).isTrue();
  }

  @Test
  void aReaderThatAsksForNothingStopsTheWriter() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    WritePump pump = WritePump.endless(pair.opener(), PATTERN, PIECE);
    rig.settle();
    rig.settle();
    assertThat(pump.writtenBytes()).isBetween((long) MAX_QUEUED, mostWithoutDemand());
    assertThat(rig.right.receivedBytes())
        .as("what the reader's side had to hold")
        .isLessThanOrEqualTo(windowBytes() + windowBytes() / 8 + 4 * KIB + rig.world.idleBytes());
  }

  @Test
  void creditsOnlyWhatTheReaderTook() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    WritePump pump = WritePump.endless(pair.opener(), PATTERN, PIECE);
    long demanded = 0;
    for (int i = 0; i < 10; i++) {
      pair.acceptor().request(100 * KIB);
      demanded += 100 * KIB;
      rig.settle();
      assertThat(pair.acceptor().received()).isEqualTo(demanded);
    }
    assertThat(pump.writtenBytes() - demanded).isLessThanOrEqualTo(mostWithoutDemand());
  }

  @Test
  void aStoppedWriterGoesOnWhenTheReaderAsksAgain() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN);
    long total = 4 * windowBytes() + 2 * MAX_QUEUED + 1234;
    WritePump pump = WritePump.start(pair.opener(), PATTERN, total, PIECE);
    rig.settle();
    assertThat(pump.isDone()).isFalse();
    pair.acceptor().requestAll();
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(total);
    assertThat(pair.acceptor().ended()).isTrue();
    assertThat(pump.resumed()).isPositive();
  }

  @Test
  void smallDemandsCarryALargeTransferToItsEnd() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    StreamProbe reader = pair.acceptor().expect(PATTERN);
    long total = 2 * windowBytes() + 77;
    WritePump.start(pair.opener(), PATTERN, total, PIECE);
    while (reader.received() < total) {
      long before = reader.received();
      reader.request(4999);
      rig.settle();
      assertThat(reader.received()).isEqualTo(Math.min(total, before + 4999));
    }
    assertThat(reader.ended()).isTrue();
  }

  @Test
  void aStoppedStreamDoesNotStopOthers() {
    MuxerRig rig = rig();
    StreamPair stuck = rig.pair();
    StreamPair free = rig.pair();
    free.acceptor().expect(OTHER).requestAll();
    WritePump.endless(stuck.opener(), PATTERN, PIECE);
    rig.settle();
    long total = 3 * windowBytes();
    WritePump.start(free.opener(), OTHER, total, PIECE);
    rig.settle();
    assertThat(free.acceptor().received()).isEqualTo(total);
    assertThat(free.acceptor().ended()).isTrue();
    assertThat(stuck.acceptor().received()).isZero();
  }

  @Test
  void aStoppedStreamCanStillBeReadTheOtherWay() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    WritePump.endless(pair.opener(), PATTERN, PIECE);
    rig.settle();
    long total = 2 * windowBytes();
    pair.opener().expect(OTHER).requestAll();
    WritePump.start(pair.acceptor(), OTHER, total, PIECE);
    rig.settle();
    assertThat(pair.opener().received()).isEqualTo(total);
  }

  @Test
  void bothDirectionsMayBeStuckAndComeFreeAgain() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    long total = 3 * windowBytes();
    WritePump.start(pair.opener(), PATTERN, total, PIECE);
    WritePump.start(pair.acceptor(), OTHER, total, PIECE);
    rig.settle();
    pair.acceptor().expect(PATTERN).requestAll();
    pair.opener().expect(OTHER).requestAll();
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(total);
    assertThat(pair.opener().received()).isEqualTo(total);
    assertThat(pair.opener().isClosed()).isTrue();
  }

  @Test
  void stopsWritingWhenTheLinkIsNotWritable() {
    MuxerRig rig =
        rig(LinkOptions.DEFAULT.withHighMarkBytes(128 * KIB)).needs(Ability.BOUNDED_LINK);
    List<StreamPair> pairs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      StreamPair pair = rig.pair();
      pair.acceptor().expect(PATTERN).requestAll();
      pairs.add(pair);
    }
    rig.stall(rig.right, true);
    for (StreamPair pair : pairs) {
      WritePump.start(pair.opener(), PATTERN, 1 << 20, PIECE);
    }
    rig.settle();
    assertThat(rig.world.undeliveredBytes(Side.LEFT))
        .isLessThanOrEqualTo(128 * KIB + 2L * turnBytes());
    rig.stall(rig.right, false);
    rig.settle();
    assertThat(pairs).allSatisfy(pair -> assertThat(pair.acceptor().received()).isEqualTo(1 << 20));
  }

  @Test
  void flushCompletesWhenWhatWasQueuedIsWritten() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().offer(1000);
    CompletableFuture<Void> flushed = pair.opener().onLoop(() -> pair.opener().stream().flush());
    rig.settle();
    assertThat(flushed).isCompleted();
  }

  @Test
  void flushOfNothingCompletes() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    CompletableFuture<Void> flushed = pair.opener().onLoop(() -> pair.opener().stream().flush());
    rig.settle();
    assertThat(flushed).isCompleted();
  }

  @Test
  void flushWaitsForTheRemotesCredit() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().call(() -> pair.opener().stream().maxQueuedBytes(32 << 20));
    long queued = 0;
    while (queued <= windowBytes()) {
      assertThat(pair.opener().offer(64 * KIB)).isTrue();
      queued += 64 * KIB;
    }
    List<Boolean> inLoop = new ArrayList<>();
    pair.opener()
        .onLoop(
            () ->
                pair.opener().stream().flush().thenRun(() -> inLoop.add(rig.left.loop().inLoop())));
    rig.settle();
    assertThat(inLoop).isEmpty();
    pair.acceptor().requestAll();
    rig.settle();
    assertThat(inLoop).containsExactly(true);
  }

  @Test
  void flushDoesNotOutliveTheStream() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    WritePump.endless(pair.opener(), PATTERN, PIECE);
    rig.settle();
    CompletableFuture<Void> flushed = pair.opener().onLoop(() -> pair.opener().stream().flush());
    rig.settle();
    assertThat(flushed).isNotDone();
    pair.acceptor().reset(CODE);
    rig.settle();
    assertThat(flushed).isCompletedExceptionally();
  }

  @Test
  void whatWaitsToBeSentIsChargedToTheStream() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    rig.stall(rig.right, true);
    rig.left.run(
        () -> {
          pair.opener().offer(200 * KIB);
          assertThat(rig.left.limits.memoryBytes()).isGreaterThanOrEqualTo(200 * KIB);
        });
    rig.settle();
    rig.stall(rig.right, false);
    pair.acceptor().requestAll();
    rig.settle();
    pair.opener().closeWrite();
    pair.acceptor().closeWrite();
    rig.settle();
    assertThat(rig.left.limits.openStreams()).isZero();
  }

  @Test
  void whatASlowReaderHasNotTakenIsChargedToTheStream() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().offer(60 * KIB);
    rig.settle();
    assertThat(rig.right.limits.memoryBytes()).isGreaterThanOrEqualTo(60 * KIB);
  }
}
