package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.suite.MuxerRig.StreamPair;
import io.ethpeerflow.core.suite.MuxerWorld.Ability;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Opening streams, holding them back, and what they carry. */
abstract class MuxerStreamCases extends MuxerSuite {

  @Test
  void carriesBytesFromTheOpenerToTheAcceptor() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN).requestAll();
    pair.opener().offer(PATTERN, 0, 1000);
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(1000);
  }

  @Test
  void carriesBytesFromTheAcceptorToTheOpener() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().expect(PATTERN).requestAll();
    pair.acceptor().offer(PATTERN, 0, 1000);
    rig.settle();
    assertThat(pair.opener().received()).isEqualTo(1000);
  }

  @Test
  void bothSidesMayOpenStreams() {
    MuxerRig rig = rig();
    StreamPair fromLeft = rig.pair(rig.left, rig.right);
    StreamPair fromRight = rig.pair(rig.right, rig.left);
    fromLeft.acceptor().expect(PATTERN).requestAll();
    fromRight.acceptor().expect(OTHER).requestAll();
    fromLeft.opener().offer(PATTERN, 0, 100);
    fromRight.opener().offer(OTHER, 0, 100);
    rig.settle();
    assertThat(fromLeft.acceptor().received()).isEqualTo(100);
    assertThat(fromRight.acceptor().received()).isEqualTo(100);
  }

  @Test
  void streamsKnowWhoOpenedThem() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    assertThat(pair.opener().onLoop(() -> pair.opener().stream().direction()))
        .isEqualTo(Direction.OUTBOUND);
    assertThat(pair.acceptor().onLoop(() -> pair.acceptor().stream().direction()))
        .isEqualTo(Direction.INBOUND);
  }

  @Test
  void streamsKnowTheirConnection() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    assertThat(pair.opener().onLoop(() -> pair.opener().stream().connection()))
        .isSameAs(rig.left.connection());
    assertThat(pair.acceptor().onLoop(() -> pair.acceptor().stream().connection()))
        .isSameAs(rig.right.connection());
  }

  @Test
  void numbersOfStreamsDiffer() {
    MuxerRig rig = rig();
    Set<Long> ids = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      StreamProbe fromLeft = rig.pair(rig.left, rig.right).opener();
      StreamProbe fromRight = rig.pair(rig.right, rig.left).acceptor();
      ids.add(fromLeft.onLoop(() -> fromLeft.stream().id()));
      ids.add(fromRight.onLoop(() -> fromRight.stream().id()));
    }
    assertThat(ids).hasSize(20);
  }

  @Test
  void openCompletesOnTheLoop() {
    MuxerRig rig = rig();
    List<Boolean> inLoop = new ArrayList<>();
    rig.left.run(
        () ->
            rig.left
                .connection()
                .open()
                .whenComplete((stream, failure) -> inLoop.add(rig.left.loop().inLoop())));
    rig.settle();
    assertThat(inLoop).containsExactly(true);
  }

  @Test
  void showsAStreamToTheRemoteOnce() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().requestAll();
    pair.opener().offer(1000);
    rig.settle();
    pair.opener().offer(1000);
    pair.opener().closeWrite();
    rig.settle();
    assertThat(rig.right.accepted).hasSize(1);
  }

  @Test
  void holdsInboundStreamsBackUntilTheyAreAccepted() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    for (int i = 0; i < 3; i++) {
      StreamProbe opener = rig.left.open();
      opener.offer(new Pattern(i), 0, 100);
      opener.closeWrite();
    }
    rig.settle();
    rig.right.accept();
    rig.settle();
    assertThat(rig.right.accepted).hasSize(3);
    for (int i = 0; i < 3; i++) {
      rig.right.accepted.get(i).expect(new Pattern(i)).requestAll();
    }
    rig.settle();
    assertThat(rig.right.accepted)
        .allSatisfy(
            probe -> {
              assertThat(probe.received()).isEqualTo(100);
              assertThat(probe.ended()).isTrue();
            });
  }

  @Test
  void deliversStreamsThatWereHeldBackBeforeNewOnes() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    List<Long> opened = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      StreamProbe opener = rig.left.open();
      opener.offer(1);
      opened.add(opener.onLoop(() -> opener.stream().id()));
      rig.settle();
      if (i == 2) {
        rig.right.accept();
      }
    }
    rig.settle();
    assertThat(rig.right.accepted.stream().map(probe -> probe.onLoop(() -> probe.stream().id())))
        .containsExactlyElementsOf(opened);
  }

  @Test
  void boundsTheStreamsThatItHoldsBack() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    for (int i = 0; i < maxHeldStreams() + 300; i++) {
      CompletableFuture<RawStream> opening = rig.left.opening();
      rig.world.pass(Duration.ofMillis(1));
      if (opening.isDone() && !opening.isCompletedExceptionally()) {
        rig.left.probe(opening.join()).offer(10);
      }
    }
    rig.settle();
    assertThat(rig.right.limits.openStreams()).isBetween(1, maxHeldStreams());
    assertThat(rig.left.connection().closed()).isNotDone();
  }

  @Test
  void aStreamThatWasResetBeforeItWasAcceptedDoesNoHarm() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    StreamProbe first = rig.left.open();
    first.offer(100);
    rig.settle();
    first.reset(CODE);
    rig.settle();
    rig.right.accept();
    rig.settle();
    rig.right.accepted.forEach(StreamProbe::requestAll);
    rig.settle();
    assertThat(rig.right.accepted).allSatisfy(probe -> assertThat(probe.received()).isZero());
    StreamPair next = rig.pair();
    assertThat(next.acceptor().isClosed()).isFalse();
  }

  @Test
  void cancellingAnOpenLeavesNothingBehind() {
    MuxerRig rig = rig();
    for (int i = 0; i < 10; i++) {
      CompletableFuture<RawStream> opening = rig.left.opening();
      if (!opening.cancel(false)) {
        rig.settle();
        rig.left.probe(opening.join()).reset(NO_CODE);
      }
    }
    rig.settle();
    assertThat(rig.left.openStreams()).isZero();
    assertThat(rig.left.limits.openStreams()).isZero();
    rig.pair();
  }

  @Test
  void countsOpenStreams() {
    MuxerRig rig = rig();
    assertThat(rig.left.openStreams()).isZero();
    StreamPair first = rig.pair();
    StreamPair second = rig.pair(rig.right, rig.left);
    assertThat(rig.left.openStreams()).isEqualTo(2);
    assertThat(rig.right.openStreams()).isEqualTo(2);
    first.opener().reset(NO_CODE);
    rig.settle();
    assertThat(rig.left.openStreams()).isOne();
    assertThat(rig.right.openStreams()).isOne();
    second.opener().closeWrite();
    second.acceptor().closeWrite();
    rig.settle();
    assertThat(rig.left.openStreams()).isZero();
    assertThat(rig.right.openStreams()).isZero();
  }

  @Test
  void anEmptyBufferIsTakenAndNotSeen() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().requestAll();
    assertThat(pair.opener().offer(0)).isTrue();
    rig.settle();
    assertThat(pair.acceptor().events()).isEmpty();
    assertThat(pair.opener().queuedBytes()).isZero();
    pair.opener().offer(0);
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("end");
  }

  @Test
  void carriesOneLargeBuffer() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN).requestAll();
    assertThat(pair.opener().offer(PATTERN, 0, 3 << 20)).isTrue();
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(3 << 20);
    assertThat(pair.acceptor().ended()).isTrue();
  }

  @Test
  void takesBuffersOfEveryKind() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN).requestAll();
    var alloc = rig.allocator();
    ByteBuf heap = alloc.heapBuffer().writeBytes(PATTERN.bytes(0, 100));
    ByteBuf direct = alloc.directBuffer().writeBytes(PATTERN.bytes(100, 100));
    ByteBuf readOnly = alloc.buffer().writeBytes(PATTERN.bytes(200, 100)).asReadOnly();
    ByteBuf whole = alloc.buffer().writeBytes(PATTERN.bytes(290, 120));
    ByteBuf slice = whole.retainedSlice(10, 100);
    whole.release();
    ByteBuf composite =
        alloc
            .compositeBuffer()
            .addComponent(true, alloc.heapBuffer().writeBytes(PATTERN.bytes(400, 50)))
            .addComponent(true, alloc.directBuffer().writeBytes(PATTERN.bytes(450, 50)));
    ByteBuf offset = alloc.buffer().writeZero(7).writeBytes(PATTERN.bytes(500, 100)).skipBytes(7);
    pair.opener()
        .call(
            () -> {
              for (ByteBuf data : List.of(heap, direct, readOnly, slice, composite, offset)) {
                assertThat(pair.opener().stream().offer(data)).isTrue();
              }
            });
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(600);
  }

  @Test
  void closedTellsThatAStreamFinished() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    List<Boolean> inLoop = new ArrayList<>();
    pair.opener().stream()
        .closed()
        .whenComplete((end, failure) -> inLoop.add(failure == null && rig.left.loop().inLoop()));
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.opener().isClosed()).isFalse();
    assertThat(pair.acceptor().isClosed()).isFalse();
    pair.acceptor().closeWrite();
    rig.settle();
    assertThat(pair.opener().end()).isEqualTo(new StreamEnd.Finished());
    assertThat(pair.acceptor().end()).isEqualTo(new StreamEnd.Finished());
    assertThat(inLoop).containsExactly(true);
  }

  @Test
  void sendsAtTheEndOfTheTurnAndNotByTimer() {
    MuxerRig rig = rig().needs(Ability.STILL_CLOCK);
    StreamPair pair = rig.pair();
    pair.acceptor().requestAll();
    long before = rig.left.loop().nanoTime();
    pair.opener().offer(100);
    rig.runDue();
    assertThat(rig.left.loop().nanoTime()).isEqualTo(before);
    assertThat(pair.acceptor().received()).isEqualTo(100);
  }

  @Test
  void hasManyStreamsAtOnce() {
    MuxerRig rig = rig();
    int count = concurrentStreams();
    List<StreamPair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(rig.pair());
    }
    assertThat(rig.left.openStreams()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      pairs.get(i).opener().expect(new Pattern(i)).requestAll();
      WritePump.start(pairs.get(i).acceptor(), new Pattern(i), 2000 + i, 700);
    }
    rig.settle();
    for (int i = 0; i < count; i++) {
      assertThat(pairs.get(i).opener().received()).isEqualTo(2000 + i);
      assertThat(pairs.get(i).opener().ended()).isTrue();
    }
  }

  @Test
  void opensStreamsWithoutEndWhenEarlierOnesFinish() {
    MuxerRig rig = rig();
    for (int i = 0; i < 3 * concurrentStreams(); i++) {
      StreamPair pair = rig.pair();
      pair.acceptor().closeWrite();
      pair.opener().closeWrite();
      rig.settle(pair.opener()::isClosed);
      assertThat(pair.opener().isClosed()).isTrue();
    }
    rig.settle();
    assertThat(rig.left.limits.openStreams()).isZero();
    assertThat(rig.left.limits.mostStreams()).isOne();
  }
}
