package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.suite.MuxerRig.StreamPair;
import org.junit.jupiter.api.Test;

/** The halves of a stream end apart from each other, in any order. */
abstract class MuxerHalfCloseCases extends MuxerBackPressureCases {

  @Test
  void closeWriteLeavesTheOtherDirectionOpen() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().expect(PATTERN).requestAll();
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.acceptor().ended()).isTrue();
    assertThat(pair.acceptor().writeOpen()).isTrue();
    WritePump.start(pair.acceptor(), PATTERN, 2 * windowBytes(), 5000);
    rig.settle();
    assertThat(pair.opener().received()).isEqualTo(2 * windowBytes());
    assertThat(pair.opener().ended()).isTrue();
  }

  @Test
  void theAcceptorMayCloseFirst() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN).requestAll();
    pair.acceptor().closeWrite();
    rig.settle();
    assertThat(pair.opener().events()).containsExactly("end");
    WritePump.start(pair.opener(), PATTERN, 2 * windowBytes(), 5000);
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(2 * windowBytes());
    assertThat(pair.acceptor().end()).isEqualTo(new StreamEnd.Finished());
    assertThat(pair.opener().end()).isEqualTo(new StreamEnd.Finished());
  }

  @Test
  void bothMayCloseAtOnce() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    rig.world.atOnce(() -> pair.opener().closeWrite(), () -> pair.acceptor().closeWrite());
    rig.settle();
    assertThat(pair.opener().events()).containsExactly("end");
    assertThat(pair.acceptor().events()).containsExactly("end");
    assertThat(pair.opener().end()).isEqualTo(new StreamEnd.Finished());
    assertThat(pair.acceptor().end()).isEqualTo(new StreamEnd.Finished());
  }

  @Test
  void theEndComesAfterEverythingThatWasQueued() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN);
    pair.opener().call(() -> pair.opener().stream().maxQueuedBytes(16 << 20));
    int total = (int) (3 * windowBytes());
    assertThat(pair.opener().offer(PATTERN, 0, total)).isTrue();
    pair.opener().closeWrite();
    rig.settle();
    pair.acceptor().request(total - 1);
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(total - 1);
    assertThat(pair.acceptor().ended()).isFalse();
    pair.acceptor().request(1);
    rig.settle();
    assertThat(pair.acceptor().ended()).isTrue();
  }

  @Test
  void aStreamMayEndBeforeTheRemoteSawIt() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    StreamProbe opener = rig.left.open();
    opener.closeWrite();
    rig.settle();
    rig.right.accept();
    rig.settle();
    assertThat(rig.right.accepted).hasSize(1);
    assertThat(rig.right.accepted.get(0).events()).containsExactly("end");
    rig.right.accepted.get(0).offer(10);
    rig.right.accepted.get(0).closeWrite();
    opener.requestAll();
    rig.settle();
    assertThat(opener.received()).isEqualTo(10);
    assertThat(opener.end()).isEqualTo(new StreamEnd.Finished());
  }

  @Test
  void openOfferAndCloseInOneTurnArriveWhole() {
    MuxerRig rig = rig();
    rig.left.run(
        () ->
            rig.left
                .connection()
                .open()
                .thenAccept(
                    stream -> {
                      StreamProbe opener = rig.left.probe(stream).install();
                      opener.offer(PATTERN, 0, 100);
                      opener.closeWrite();
                    }));
    rig.settle();
    assertThat(rig.right.accepted).hasSize(1);
    StreamProbe acceptor = rig.right.accepted.get(0).expect(PATTERN).requestAll();
    rig.settle();
    assertThat(acceptor.received()).isEqualTo(100);
    assertThat(acceptor.ended()).isTrue();
    acceptor.closeWrite();
    rig.settle();
    assertThat(acceptor.isClosed()).isTrue();
  }

  @Test
  void theAcceptorMayAnswerAndCloseBeforeItReads() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().requestAll();
    pair.opener().offer(500);
    pair.acceptor().offer(20);
    pair.acceptor().closeWrite();
    rig.settle();
    assertThat(pair.opener().received()).isEqualTo(20);
    assertThat(pair.opener().ended()).isTrue();
    assertThat(pair.opener().writeOpen()).isTrue();
    pair.opener().offer(500);
    pair.opener().closeWrite();
    pair.acceptor().requestAll();
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(1000);
    assertThat(pair.acceptor().ended()).isTrue();
  }

  @Test
  void offerAfterCloseWriteIsRefused() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    assertThat(pair.opener().writeOpen()).isTrue();
    pair.opener().closeWrite();
    assertThat(pair.opener().writeOpen()).isFalse();
    assertThat(pair.opener().offer(1)).isFalse();
    rig.settle();
    assertThat(pair.opener().offer(1)).isFalse();
    assertThat(pair.acceptor().events()).containsExactly("end");
  }

  @Test
  void closingTwiceIsClosingOnce() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().closeWrite();
    pair.opener().closeWrite();
    rig.settle();
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("end");
    assertThat(pair.opener().isClosed()).isFalse();
  }

  @Test
  void closeWriteAfterAResetDoesNothing() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().reset(CODE);
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("reset");
  }

  @Test
  void flushAfterCloseWriteCompletesWhenTheBytesAreWritten() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().offer(1000);
    pair.opener().closeWrite();
    var flushed = pair.opener().onLoop(() -> pair.opener().stream().flush());
    rig.settle();
    assertThat(flushed).isCompleted();
  }

  @Test
  void anEchoMayRunInsideTheCallbacks() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor()
        .afterData(() -> pair.acceptor().offer(10))
        .afterEnd(() -> pair.acceptor().closeWrite())
        .requestAll();
    pair.opener().requestAll();
    for (int i = 0; i < 5; i++) {
      pair.opener().offer(100);
      rig.settle();
    }
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.opener().received()).isPositive();
    assertThat(pair.opener().ended()).isTrue();
    assertThat(pair.opener().end()).isEqualTo(new StreamEnd.Finished());
    assertThat(pair.acceptor().end()).isEqualTo(new StreamEnd.Finished());
  }

  @Test
  void releasesTheScopeWhenBothHalvesHaveEnded() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    assertThat(rig.left.limits.openStreams()).isOne();
    assertThat(rig.right.limits.openStreams()).isOne();
    pair.opener().offer(1000);
    pair.opener().closeWrite();
    rig.settle();
    assertThat(rig.left.limits.openStreams()).isOne();
    pair.acceptor().requestAll();
    pair.acceptor().closeWrite();
    rig.settle();
    assertThat(rig.left.limits.openStreams()).isZero();
    assertThat(rig.right.limits.openStreams()).isZero();
    assertThat(rig.left.limits.memoryBytes()).isLessThanOrEqualTo(64 * KIB);
    assertThat(rig.right.limits.memoryBytes()).isLessThanOrEqualTo(64 * KIB);
  }
}
