package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.limits.ScopeLimits;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.suite.MuxerRig.StreamPair;
import io.ethpeerflow.core.suite.MuxerWorld.Ability;
import io.ethpeerflow.core.suite.MuxerWorld.Side;
import io.ethpeerflow.testkit.seed.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The connection as a whole: what it says of itself, how it ends, what it refuses. */
abstract class MuxerConnectionCases extends MuxerTransferCases {
  private static final ConnectionErrorCode CLOSE_CODE = ConnectionErrorCode.GARBAGE_COLLECTED;

  @Test
  void saysWhatItWasTold() {
    MuxerRig rig = rig();
    for (MuxerRig.End end : List.of(rig.left, rig.right)) {
      MuxedConnection connection = end.connection();
      MuxerWorld.EndFacts facts = rig.world.facts(end.side);
      assertThat(connection.loop()).isSameAs(end.loop());
      assertThat(connection.remoteKey()).isEqualTo(facts.remoteKey());
      assertThat(connection.localAddress()).isEqualTo(facts.localAddress());
      assertThat(connection.remoteAddress()).isEqualTo(facts.remoteAddress());
      assertThat(connection.transport()).isEqualTo(facts.transport());
      assertThat(connection.security()).isEqualTo(facts.security());
      assertThat(connection.muxer()).isEqualTo(facts.muxer());
      assertThat(end.limits.connections()).contains(connection.scope());
      assertThat(connection.closed()).isNotDone();
    }
    assertThat(rig.left.connection().direction()).isEqualTo(Direction.OUTBOUND);
    assertThat(rig.right.connection().direction()).isEqualTo(Direction.INBOUND);
  }

  @Test
  void closingEndsEveryStreamOnBothSides() {
    MuxerRig rig = rig();
    List<StreamPair> pairs = List.of(rig.pair(), rig.pair(rig.right, rig.left), rig.pair());
    pairs.get(2).opener().offer(100_000);
    rig.left.close(CLOSE_CODE);
    rig.settle();
    for (StreamPair pair : pairs) {
      for (StreamProbe probe : List.of(pair.opener(), pair.acceptor())) {
        assertThat(probe.events()).contains("reset");
        assertThat(probe.resetByRemote()).isFalse();
        assertThat(probe.end()).isInstanceOf(StreamEnd.ConnectionEnded.class);
        assertThat(probe.writeOpen()).isFalse();
        assertThat(probe.offer(1)).isFalse();
      }
    }
    assertThat(rig.left.limits.openStreams()).isZero();
    assertThat(rig.right.limits.openStreams()).isZero();
  }

  @Test
  void closingTellsBothSidesWhoAndWhy() {
    MuxerRig rig = rig();
    rig.settle();
    rig.left.close(CLOSE_CODE);
    rig.settle(() -> rig.left.hasEnded() && rig.right.hasEnded());
    CloseReason local = rig.left.reason();
    CloseReason remote = rig.right.reason();
    assertThat(local.by()).isEqualTo(CloseReason.By.LOCAL);
    assertThat(local.code()).isEqualTo(CLOSE_CODE);
    assertThat(remote.by()).isEqualTo(CloseReason.By.REMOTE);
    assertThat(remote.code())
        .isEqualTo(carriesConnectionCodes() ? CLOSE_CODE : ConnectionErrorCode.NO_ERROR);
  }

  @Test
  void streamsThatTheConnectionEndedSayHowItEnded() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    rig.right.close(CLOSE_CODE);
    rig.settle();
    assertThat(pair.acceptor().end()).isEqualTo(new StreamEnd.ConnectionEnded(rig.right.reason()));
    assertThat(pair.opener().end()).isEqualTo(new StreamEnd.ConnectionEnded(rig.left.reason()));
  }

  @Test
  void closedCompletesOnceOnTheLoop() {
    MuxerRig rig = rig();
    List<Boolean> inLoop = new ArrayList<>();
    rig.left.connection().closed().thenRun(() -> inLoop.add(rig.left.loop().inLoop()));
    rig.left.close(CLOSE_CODE);
    rig.left.close(ConnectionErrorCode.SHUTDOWN);
    rig.settle();
    rig.left.close(ConnectionErrorCode.SHUTDOWN);
    rig.settle();
    assertThat(inLoop).containsExactly(true);
    assertThat(rig.left.reason().code()).isEqualTo(CLOSE_CODE);
  }

  @Test
  void bothSidesMayCloseTheConnectionAtOnce() {
    MuxerRig rig = rig();
    rig.pair();
    rig.world.atOnce(
        () -> rig.left.connection().close(CLOSE_CODE),
        () -> rig.right.connection().close(ConnectionErrorCode.SHUTDOWN));
    rig.settle();
    assertThat(rig.left.reason().by()).isEqualTo(CloseReason.By.LOCAL);
    assertThat(rig.right.reason().by()).isEqualTo(CloseReason.By.LOCAL);
  }

  @Test
  void openingFailsAfterTheConnectionHasEnded() {
    MuxerRig rig = rig();
    rig.left.close(CLOSE_CODE);
    for (int i = 0; i < 2; i++) {
      CompletableFuture<RawStream> opening = rig.left.opening();
      rig.settle();
      assertThat(opening.exceptionNow()).isInstanceOf(ConnectionClosedException.class);
    }
    CompletableFuture<RawStream> opening = rig.right.opening();
    rig.settle();
    assertThat(opening.exceptionNow()).isInstanceOf(ConnectionClosedException.class);
  }

  @Test
  void everyOpenEndsWithTheConnection() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    List<CompletableFuture<RawStream>> openings = new ArrayList<>();
    for (int i = 0; i < maxHeldStreams() + 50; i++) {
      openings.add(rig.left.opening());
    }
    rig.settle();
    rig.left.close(CLOSE_CODE);
    rig.settle();
    assertThat(openings).allSatisfy(opening -> assertThat(opening).isDone());
  }

  @Test
  void aCutLinkEndsTheConnectionAsAFailure() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    WritePump.endless(pair.opener(), PATTERN, 10_000);
    rig.settle();
    rig.world.cut();
    rig.settle(() -> rig.left.hasEnded() && rig.right.hasEnded());
    rig.settle();
    for (MuxerRig.End end : List.of(rig.left, rig.right)) {
      CloseReason reason = end.reason();
      assertThat(reason.by()).isEqualTo(CloseReason.By.FAILURE);
      assertThat(reason.cause()).isNotNull();
      assertThat(end.limits.openStreams()).isZero();
    }
    assertThat(pair.acceptor().wasReset()).isTrue();
    assertThat(pair.acceptor().resetByRemote()).isFalse();
  }

  @Test
  void aLinkThatEndsInOrderEndsTheConnection() {
    MuxerRig rig = rig().needs(Ability.ORDERLY_END);
    StreamPair pair = rig.pair();
    rig.world.endLink(Side.RIGHT);
    rig.settle();
    assertThat(rig.left.connection().closed()).isCompleted();
    assertThat(pair.opener().end()).isInstanceOf(StreamEnd.ConnectionEnded.class);
  }

  @Test
  void aConnectionMayBeClosedFromWithinAReader() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    StreamPair other = rig.pair();
    pair.acceptor().afterData(() -> rig.right.connection().close(CLOSE_CODE)).requestAll();
    other.acceptor().requestAll();
    pair.opener().offer(20_000);
    other.opener().offer(20_000);
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("data", "reset");
    assertThat(rig.left.connection().closed()).isCompleted();
  }

  @Test
  void aConnectionMayBeClosedFromWithinTheAcceptCallback() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    rig.right.run(
        () -> rig.right.connection().accept(stream -> rig.right.connection().close(CLOSE_CODE)));
    for (int i = 0; i < 3; i++) {
      rig.left.opening().thenAccept(stream -> rig.left.probe(stream).offer(10));
    }
    rig.settle();
    assertThat(rig.left.connection().closed()).isCompleted();
    assertThat(rig.right.connection().closed()).isCompleted();
  }

  @Test
  void streamsMayBeOpenedFromWithinTheAcceptCallback() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    rig.left.accept();
    rig.right.run(
        () ->
            rig.right
                .connection()
                .accept(
                    stream ->
                        rig.right
                            .connection()
                            .open()
                            .thenAccept(
                                back -> rig.right.probe(back).install().offer(PATTERN, 0, 50))));
    rig.left.open().offer(1);
    rig.settle();
    assertThat(rig.left.accepted).hasSize(1);
    rig.left.accepted.get(0).expect(PATTERN).requestAll();
    rig.settle();
    assertThat(rig.left.accepted.get(0).received()).isEqualTo(50);
  }

  @Test
  void garbageEndsTheConnectionWithoutHarm() {
    rig().needs(Ability.GARBAGE);
    Seeds.check(
        60,
        random -> {
          MuxerRig rig = rig(LinkOptions.chunked(random.nextLong()));
          if (random.nextBoolean()) {
            rig.pair();
          }
          byte[] garbage = random.edgyBytes(1, 5000);
          rig.world.inject(Side.LEFT, garbage);
          rig.settle();
          assertThat(rig.right.limits.memoryBytes()).isLessThan(16 << 20);
          assertThat(rig.world.outstandingBytes()).isLessThan(8 << 20);
        });
  }

  @Test
  void aViolationIsAFailureThatTheRemoteIsToldOf() {
    MuxerRig rig = rig().needs(Ability.VIOLATION);
    rig.pair();
    rig.world.inject(Side.LEFT, violation());
    rig.settle();
    CloseReason reason = rig.right.reason();
    assertThat(reason.by()).isEqualTo(CloseReason.By.FAILURE);
    assertThat(reason.code()).isEqualTo(ConnectionErrorCode.PROTOCOL_VIOLATION);
    assertThat(reason.cause()).isNotNull();
    assertThat(reason.cause().getMessage()).isNotBlank();
    assertThat(rig.left.connection().closed()).isCompleted();
  }

  /** Bytes that no remote may send at any time. */
  protected byte[] violation() {
    byte[] bytes = new byte[64];
    Arrays.fill(bytes, (byte) 0xff);
    return bytes;
  }

  @Test
  void anInboundStreamBeyondTheLimitIsResetAndNothingElse() {
    MuxerRig rig =
        rig(
            LinkOptions.DEFAULT,
            MuxerRig.ROOMY.withConnection(ScopeLimits.ofStreams(2, 10, 10, 64 << 20)));
    rig.left.accept();
    rig.right.accept();
    StreamPair first = rig.pair();
    rig.pair();
    StreamProbe refused = rig.left.open();
    refused.offer(100);
    rig.settle();
    assertThat(rig.right.accepted).hasSize(2);
    assertThat(refused.wasReset()).isTrue();
    assertThat(refused.resetByRemote()).isTrue();
    assertThat(refused.resetCode()).isEqualTo(carried(StreamErrorCode.RESOURCE_LIMIT));
    assertThat(rig.right.connection().closed()).isNotDone();
    first.opener().reset(NO_CODE);
    rig.settle();
    rig.pair();
  }

  @Test
  void anOutboundStreamBeyondTheLimitFailsToOpen() {
    MuxerRig rig =
        rig(
            LinkOptions.DEFAULT,
            MuxerRig.ROOMY.withConnection(ScopeLimits.ofStreams(10, 1, 10, 64 << 20)));
    rig.left.accept();
    rig.right.accept();
    rig.pair(rig.right, rig.left);
    CompletableFuture<RawStream> opening = rig.right.opening();
    rig.settle();
    assertThat(opening.exceptionNow()).isInstanceOf(ResourceLimitException.class);
    assertThat(((ResourceLimitException) opening.exceptionNow()).limit())
        .isEqualTo("outboundStreams");
    assertThat(rig.right.limits.openStreams()).isOne();
  }

  @Test
  void aBudgetThatIsUsedUpStopsStreamsAndNotTheProcess() {
    MuxerRig rig =
        rig(
            LinkOptions.DEFAULT,
            MuxerRig.ROOMY.withConnection(ScopeLimits.ofStreams(1000, 1000, 1000, 1 << 20)));
    rig.left.accept();
    rig.right.accept();
    for (int i = 0; i < 40; i++) {
      CompletableFuture<RawStream> opening = rig.left.opening();
      rig.settle();
      if (opening.isDone() && !opening.isCompletedExceptionally()) {
        WritePump.endless(rig.left.probe(opening.join()).install(), PATTERN, 10_000);
      }
      rig.settle();
    }
    assertThat(rig.right.limits.memoryBytes()).isLessThanOrEqualTo(1 << 20);
    assertThat(rig.right.receivedBytes()).isLessThan(16 << 20);
  }

  @Test
  void bytesThatArriveBeforeTheMuxerIsAttachedAreNotLost() {
    MuxerRig rig = rigWithLateRight(LinkOptions.DEFAULT.withChunks(10, 100));
    StreamProbe opener = rig.left.open();
    opener.offer(PATTERN, 0, 1000);
    opener.closeWrite();
    rig.settle();
    rig.right.attach().accept();
    rig.settle();
    assertThat(rig.right.accepted).hasSize(1);
    rig.right.accepted.get(0).expect(PATTERN).requestAll();
    rig.settle();
    assertThat(rig.right.accepted.get(0).received()).isEqualTo(1000);
    assertThat(rig.right.accepted.get(0).ended()).isTrue();
  }
}
