package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.suite.MuxerRig.StreamPair;
import io.ethpeerflow.core.suite.MuxerWorld.Ability;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Much data, many streams, and a fair share for each. */
abstract class MuxerTransferCases extends MuxerResetCases {

  @Test
  void carriesALargeTransferBothWaysAtOnce() {
    MuxerRig rig = rig(LinkOptions.chunked(5));
    StreamPair pair = rig.pair();
    long total = 8L << 20;
    pair.acceptor().expect(PATTERN).requestAll();
    pair.opener().expect(OTHER).requestAll();
    WritePump.start(pair.opener(), PATTERN, total, 33_333);
    WritePump.start(pair.acceptor(), OTHER, total, 7001);
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(total);
    assertThat(pair.opener().received()).isEqualTo(total);
    assertThat(pair.opener().isClosed()).isTrue();
    assertThat(pair.acceptor().isClosed()).isTrue();
  }

  @Test
  void carriesFramesThatAreCutAtEveryByte() {
    MuxerRig rig = rig(LinkOptions.DEFAULT.withChunks(1, 1));
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN).requestAll();
    WritePump.start(pair.opener(), PATTERN, 20_000, 777);
    rig.settle();
    assertThat(pair.acceptor().received()).isEqualTo(20_000);
    assertThat(pair.acceptor().ended()).isTrue();
  }

  @Test
  void carriesDataOverALinkWithLatency() {
    MuxerRig rig = rig(LinkOptions.chunked(6).withLatencyNanos(Duration.ofMillis(3).toNanos()));
    StreamPair pair = rig.pair();
    pair.acceptor().expect(PATTERN).requestAll();
    WritePump.start(pair.opener(), PATTERN, 2L << 20, 50_000);
    rig.world.until("the end", pair.acceptor()::ended);
    assertThat(pair.acceptor().received()).isEqualTo(2L << 20);
    assertThat(pair.acceptor().ended()).isTrue();
  }

  @Test
  void carriesManyStreamsAtOnceOverASmallLink() {
    MuxerRig rig = rig(LinkOptions.chunked(7).withHighMarkBytes(16 * KIB));
    int count = Math.min(200, concurrentStreams());
    List<StreamPair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(i % 2 == 0 ? rig.pair() : rig.pair(rig.right, rig.left));
    }
    for (int i = 0; i < count; i++) {
      StreamPair pair = pairs.get(i);
      pair.acceptor().expect(new Pattern(i)).requestAll();
      pair.opener().expect(new Pattern(-i)).requestAll();
      WritePump.start(pair.opener(), new Pattern(i), 10_000 + 100L * i, 1000 + i);
      WritePump.start(pair.acceptor(), new Pattern(-i), 5000 + 70L * i, 999);
    }
    rig.settle();
    for (int i = 0; i < count; i++) {
      assertThat(pairs.get(i).acceptor().received()).isEqualTo(10_000 + 100L * i);
      assertThat(pairs.get(i).opener().received()).isEqualTo(5000 + 70L * i);
      assertThat(pairs.get(i).opener().isClosed()).isTrue();
    }
  }

  @Test
  void givesEachStreamItsShare() {
    int highMark = 64 * KIB;
    MuxerRig rig =
        rig(LinkOptions.DEFAULT.withChunks(8 * KIB, 8 * KIB).withHighMarkBytes(highMark));
    int count = 4;
    List<StreamPair> pairs = new ArrayList<>();
    long[] atFirstEnd = new long[count];
    for (int i = 0; i < count; i++) {
      pairs.add(rig.pair());
    }
    long total = 4L << 20;
    boolean[] first = {true};
    for (StreamPair pair : pairs) {
      pair.acceptor()
          .requestAll()
          .afterEnd(
              () -> {
                for (int i = 0; first[0] && i < count; i++) {
                  atFirstEnd[i] = pairs.get(i).acceptor().received();
                }
                first[0] = false;
              });
    }
    rig.left.run(
        () -> pairs.forEach(pair -> WritePump.start(pair.opener(), PATTERN, total, 64 * KIB)));
    rig.settle();
    for (int i = 0; i < count; i++) {
      assertThat(atFirstEnd[i])
          .as("bytes of stream " + i + " when the first stream was done")
          .isGreaterThan(total / 2);
    }
  }

  @Test
  void aSmallMessageDoesNotWaitForLargeTransfers() {
    int highMark = 64 * KIB;
    MuxerRig rig =
        rig(LinkOptions.DEFAULT.withChunks(4 * KIB, 4 * KIB).withHighMarkBytes(highMark))
            .needs(Ability.BOUNDED_LINK);
    int count = 8;
    List<StreamPair> bulk = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bulk.add(rig.pair());
    }
    StreamPair small = rig.pair();
    long[] before = new long[1];
    small
        .acceptor()
        .requestAll()
        .afterData(() -> before[0] = bulk.stream().mapToLong(p -> p.acceptor().received()).sum());
    bulk.forEach(pair -> pair.acceptor().requestAll());
    rig.left.run(
        () -> {
          bulk.forEach(pair -> WritePump.start(pair.opener(), PATTERN, 8L << 20, 64 * KIB));
          rig.left.loop().execute(() -> small.opener().offer(100));
        });
    rig.settle();
    assertThat(small.acceptor().received()).isEqualTo(100);
    assertThat(before[0])
        .as("bytes of others that came before a small message")
        .isLessThanOrEqualTo(2L * highMark + 2L * (count + 1) * turnBytes());
  }

  @Test
  void survivesAnyOrderOfCalls() {
    Seeds.check(
        12,
        random -> {
          MuxerRig rig =
              rig(
                  LinkOptions.chunked(random.nextLong())
                      .withHighMarkBytes(random.nextInt(2000, 100_000)));
          List<StreamProbe> probes = new ArrayList<>();
          int seenLeft = 0;
          int seenRight = 0;
          for (int step = 0; step < 400; step++) {
            if (probes.isEmpty() || random.oneIn(12) && probes.size() < 60) {
              StreamProbe opened = (random.nextBoolean() ? rig.left : rig.right).open();
              probes.add(opened.expect(PATTERN));
            }
            anyCall(random, random.pick(probes));
            if (random.oneIn(3)) {
              rig.world.pass(Duration.ofNanos(random.nextInt(1000)));
            }
            for (; seenLeft < rig.left.accepted.size(); seenLeft++) {
              probes.add(rig.left.accepted.get(seenLeft).expect(PATTERN));
            }
            for (; seenRight < rig.right.accepted.size(); seenRight++) {
              probes.add(rig.right.accepted.get(seenRight).expect(PATTERN));
            }
          }
          rig.settle();
          assertThat(rig.violations).isEmpty();
          assertThat(rig.left.connection().closed()).isNotDone();
          assertThat(rig.right.connection().closed()).isNotDone();
          probes.forEach(probe -> probe.reset(NO_CODE));
          rig.settle();
          assertThat(rig.left.openStreams()).isZero();
          assertThat(rig.right.openStreams()).isZero();
        });
  }

  private static void anyCall(SeededRandom random, StreamProbe probe) {
    switch (random.nextInt(20)) {
      case 0 -> probe.closeWrite();
      case 1 -> {
        if (random.oneIn(4)) {
          probe.reset(anyCode(random));
        }
      }
      case 2 -> {
        if (random.oneIn(4)) {
          probe.stopReading(anyCode(random));
        }
      }
      case 3 -> {
        if (random.oneIn(4)) {
          probe.resetWrite(anyCode(random));
        }
      }
      case 4, 5, 6, 7, 8, 9 -> probe.request(random.edgyLong(1, 100_000));
      default -> probe.offer(PATTERN, probe.offered(), random.edgyInt(0, 20_000));
    }
  }

  private static StreamErrorCode anyCode(SeededRandom random) {
    return new StreamErrorCode(random.edgyLong(0, 0xffff_ffffL));
  }

  @Test
  void doesTheSameTwiceForTheSameSeed() {
    List<String> traces = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      MuxerRig rig =
          rig(LinkOptions.chunked(99).withHighMarkBytes(20_000)).needs(Ability.REPEATABLE);
      var trace = new StringBuilder();
      for (int i = 0; i < 5; i++) {
        StreamPair pair = rig.pair();
        int number = i;
        pair.acceptor()
            .requestAll()
            .afterData(
                () ->
                    trace
                        .append(number)
                        .append(':')
                        .append(pair.acceptor().received())
                        .append(' '));
        WritePump.start(pair.opener(), PATTERN, 100_000, 1500);
      }
      rig.settle();
      traces.add(trace.toString());
    }
    assertThat(traces.get(0)).isNotEmpty().isEqualTo(traces.get(1));
  }
}
