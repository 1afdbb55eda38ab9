package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.suite.MuxerRig.StreamPair;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bytes come against demand, end and reset without. */
abstract class MuxerDemandCases extends MuxerStreamCases {

  @Test
  void deliversNothingBeforeDemand() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().offer(10_000);
    rig.settle();
    assertThat(pair.acceptor().events()).isEmpty();
  }

  @Test
  void deliversExactlyWhatIsDemanded() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN);
    pair.opener().offer(PATTERN, 0, 50_000);
    long demanded = 0;
    for (int bytes : new int[] {1, 1, 10, 1000, 1, 20_000, 7}) {
      demanded += bytes;
      pair.acceptor().request(bytes);
      rig.settle();
      assertThat(pair.acceptor().received()).isEqualTo(demanded);
    }
  }

  @Test
  void demandAddsUp() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().request(10);
    pair.acceptor().request(20);
    pair.acceptor().request(5);
    assertThat(pair.acceptor().demand()).isEqualTo(35);
    pair.opener().offer(100);
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(35);
    assertThat(pair.acceptor().demand()).isZero();
  }

  @Test
  void demandThatIsNotUsedUpStays() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().request(100);
    pair.opener().offer(60);
    rig.settle();
    assertThat(pair.acceptor().demand()).isEqualTo(40);
    pair.opener().offer(60);
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(100);
  }

  @Test
  void demandSaturates() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().request(Long.MAX_VALUE - 5);
    pair.acceptor().request(Long.MAX_VALUE);
    assertThat(pair.acceptor().demand()).isEqualTo(Long.MAX_VALUE);
    pair.opener().offer(1000);
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(1000);
    pair.opener().offer(1000);
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(2000);
  }

  @Test
  void demandMayComeBeforeTheReader() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    StreamProbe second = rig.right.probe(pair.acceptor().stream());
    rig.world.atOnce(() -> pair.opener().offer(100), () -> second.request(500).install());
    rig.settle();
    assertThat(second.received()).isEqualTo(100);
  }

  @Test
  void neverCallsTheReaderFromWithinRequest() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().offer(1000);
    pair.opener().closeWrite();
    rig.settle();
    rig.right.run(
        () -> {
          pair.acceptor().request(500);
          assertThat(pair.acceptor().received()).isZero();
        });
    rig.settle();
    rig.right.run(
        () -> {
          pair.acceptor().request(500);
          assertThat(pair.acceptor().ended()).isFalse();
        });
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(1000);
    assertThat(pair.acceptor().ended()).isTrue();
  }

  @Test
  void neverCallsTheReaderFromWithinItsInstallation() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().offer(100);
    pair.opener().closeWrite();
    pair.acceptor().request(100);
    rig.settle();
    StreamProbe late = rig.right.probe(pair.acceptor().stream());
    rig.right.run(
        () -> {
          late.install();
          assertThat(late.events()).isEmpty();
        });
  }

  @Test
  void aReaderThatIsInstalledLateGetsTheEnd() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    StreamProbe opener = rig.left.open();
    opener.closeWrite();
    List<StreamProbe> accepted = new ArrayList<>();
    rig.right.run(
        () -> rig.right.connection().accept(stream -> accepted.add(rig.right.probe(stream))));
    rig.settle();
    assertThat(accepted).hasSize(1);
    accepted.get(0).install();
    rig.settle();
    assertThat(accepted.get(0).events()).containsExactly("end");
  }

  @Test
  void aReaderThatIsInstalledLateGetsTheReset() {
    MuxerRig rig = rig(LinkOptions.DEFAULT, MuxerRig.ROOMY);
    List<StreamProbe> accepted = new ArrayList<>();
    rig.right.run(
        () -> rig.right.connection().accept(stream -> accepted.add(rig.right.probe(stream))));
    StreamProbe opener = rig.left.open();
    opener.offer(10);
    rig.settle();
    opener.reset(CODE);
    rig.settle();
    accepted.get(0).install();
    rig.settle();
    assertThat(accepted.get(0).events()).containsExactly("reset");
    assertThat(accepted.get(0).resetCode()).isEqualTo(carried(CODE));
    assertThat(accepted.get(0).resetByRemote()).isTrue();
  }

  @Test
  void aReplacedReaderGetsNothingMore() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN).request(40);
    pair.opener().offer(PATTERN, 0, 100);
    rig.settle();
    StreamProbe second = rig.right.probe(pair.acceptor().stream()).install();
    second.request(60);
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(40);
    assertThat(pair.acceptor().ended()).isFalse();
    assertThat(second.received()).isEqualTo(60);
    assertThat(second.ended()).isTrue();
  }

  @Test
  void theEndNeedsNoDemand() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("end");
  }

  @Test
  void theEndWaitsForBytesThatWereNotDemanded() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN);
    pair.opener().offer(PATTERN, 0, 100);
    pair.opener().closeWrite();
    rig.settle();
    assertThat(pair.acceptor().events()).isEmpty();
    pair.acceptor().request(99);
    rig.settle();
    assertThat(pair.acceptor().ended()).isFalse();
    pair.acceptor().request(1);
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(100);
    assertThat(pair.acceptor().ended()).isTrue();
  }

  @Test
  void aResetNeedsNoDemandAndDropsWhatWasNotDelivered() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().offer(10_000);
    rig.settle();
    pair.opener().reset(CODE);
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("reset");
    pair.acceptor().requestAll();
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("reset");
  }

  @Test
  void demandAfterTheEndDoesNothing() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    pair.opener().closeWrite();
    rig.settle();
    pair.acceptor().request(10);
    pair.acceptor().closeWrite();
    rig.settle();
    pair.acceptor().request(10);
    rig.settle();
    assertThat(pair.acceptor().events()).containsExactly("end");
  }

  @Test
  void aReaderMayAskForMoreFromWithinItsCallback() {
    MuxerRig rig = rig();
    StreamPair pair = rig.pair();
    StreamProbe reader = pair.acceptor().expect(PATTERN);
    reader.afterData(() -> reader.request(13));
    reader.request(1);
    WritePump.start(pair.opener(), PATTERN, 5000, 1000);
    rig.settle();
    assertThat(reader.received()).isEqualTo(5000);
    assertThat(reader.ended()).isTrue();
  }
}
