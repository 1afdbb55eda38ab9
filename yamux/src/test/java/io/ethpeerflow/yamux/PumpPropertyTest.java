package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.yamux.harness.CountingScope;
import io.ethpeerflow.yamux.harness.Pair;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.ethpeerflow.yamux.harness.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two sessions, any schedule: every byte arrives, no window is overrun, memory is bounded. */
class PumpPropertyTest {
  private static final class Run {
    final SeededRandom random;
    final Pair pair;
    final List<Traffic.Writer> writers = new ArrayList<>();
    final List<Traffic.Reader> readers = new ArrayList<>();
    final List<RawStream> streams = new ArrayList<>();
    final Set<RawStream> stopped = new HashSet<>();
    final int maxPiece;
    final long maxDemand;
    final long maxPauseNanos;
    final long maxTotal;
    final boolean resets;

    Run(SeededRandom random, boolean resets) {
      this.random = random;
      this.resets = resets;
      long latency = random.pick(0L, 1_000L, 1_000_000L, 50_000_000L);
      LinkOptions options =
          LinkOptions.chunked(random.nextLong())
              .withLatencyNanos(latency)
              .withHighMarkBytes(random.pick(2, 4096, 64 << 10, 1 << 20));
      if (random.oneIn(3)) {
        options = options.withChunks(1, 70_000);
      }
      maxPiece = random.pick(3, 500, 5_000, 200_000);
      maxTotal = maxPiece < 500 ? 10_000 : 400_000;
      maxDemand = random.pick(1_000L, 100_000L, Long.MAX_VALUE / 2);
      maxPauseNanos = random.pick(0L, 1_000_000L, 200_000_000L);
      pair = new Pair(options, VirtualClock.shuffling(random.nextLong()), config(), config());
    }

    private YamuxConfig config() {
      return YamuxConfig.DEFAULT
          .withMaxFrameBytes(random.pick(1024, 16_000, 65_524))
          .withMaxUnacknowledgedStreams(random.pick(1, 3, 256))
          .withCopyBelowBytes(random.pick(0, 100, 4096))
          .withSynOnData(random.oneIn(2));
    }

    void serve(RawStream stream, boolean client, SimLoop loop) {
      streams.add(stream);
      var writer =
          new Traffic.Writer(stream, client, random.fork(), random.nextLong(maxTotal), maxPiece);
      writers.add(writer);
      readers.add(
          new Traffic.Reader(stream, !client, loop, random.fork(), maxDemand, maxPauseNanos)
              .start());
      if (random.oneIn(2)) {
        writer.run();
      } else {
        loop.execute(writer);
      }
      if (resets && random.oneIn(3)) {
        loop.schedule(random.nextLong(300_000_000), () -> abandon(stream));
      }
    }

    private void abandon(RawStream stream) {
      if (random.oneIn(2)) {
        stream.reset(RawPeer.CODE);
      } else {
        stopped.add(stream);
        stream.stopReading(RawPeer.CODE);
      }
    }

    void open(MuxedConnection connection, boolean client, SimLoop loop, int count) {
      for (int i = 0; i < count; i++) {
        loop.schedule(
            random.nextLong(100_000_000),
            () -> connection.open().thenAccept(stream -> serve(stream, client, loop)));
      }
    }

    void play() {
      pair.clientLoop.run(() -> pair.client.accept(s -> serve(s, true, pair.clientLoop)));
      pair.serverLoop.run(() -> pair.server.accept(s -> serve(s, false, pair.serverLoop)));
      int outbound = 1 + random.nextInt(12);
      int inbound = random.nextInt(6);
      open(pair.client, true, pair.clientLoop, outbound);
      open(pair.server, false, pair.serverLoop, inbound);
      int all = 2 * (outbound + inbound);
      boolean finished =
          pair.clock.runUntil(
              () ->
                  streams.size() >= (resets ? outbound + inbound : all)
                      && streams.stream().allMatch(s -> s.closed().isDone())
                      && pair.client.openStreams() == 0
                      && pair.server.openStreams() == 0,
              Duration.ofMinutes(30));
      assertThat(pair.client.closed()).isNotDone();
      assertThat(pair.server.closed()).isNotDone();
      assertThat(finished)
          .as(
              "%s of %s streams, %s",
              streams.size(), all, streams.stream().filter(s -> !s.closed().isDone()).count())
          .isTrue();
    }

    void checkMemory(CountingScope scope) {
      // per stream: a send queue, and a receive window or what it grew to
      long perStream = (256 << 10) + 200_000 + (16 << 20);
      assertThat(scope.peakMemoryBytes).isLessThan(perStream * scope.streamsEver);
      assertThat(scope.memoryBytes).isZero();
      assertThat(scope.streams).isZero();
    }
  }

  @Test
  void everyByteArrivesInOrder() {
    Seeds.check(
        12,
        random -> {
          var run = new Run(random, false);
          run.play();
          long offered = run.writers.stream().mapToLong(w -> w.offered).sum();
          long received = run.readers.stream().mapToLong(r -> r.received).sum();
          assertThat(received).isEqualTo(offered);
          assertThat(run.readers).allMatch(reader -> reader.end.equals("end"));
          run.checkMemory(run.pair.clientScope);
          run.checkMemory(run.pair.serverScope);
          run.pair.close();
        });
  }

  @Test
  void resetsAtAnyMomentLeaveNothingBehindAndTouchNoOtherStream() {
    Seeds.check(
        12,
        random -> {
          var run = new Run(random, true);
          run.play();
          assertThat(run.readers)
              .allMatch(reader -> !reader.end.isEmpty() || run.stopped.contains(reader.stream));
          run.checkMemory(run.pair.clientScope);
          run.checkMemory(run.pair.serverScope);
          run.pair.close();
        });
  }

  @Test
  void aCutAtAnyMomentEndsEverythingOnce() {
    Seeds.check(
        12,
        random -> {
          var run = new Run(random, false);
          run.pair.clientLoop.run(
              () -> run.pair.client.accept(s -> run.serve(s, true, run.pair.clientLoop)));
          run.pair.serverLoop.run(
              () -> run.pair.server.accept(s -> run.serve(s, false, run.pair.serverLoop)));
          run.open(run.pair.client, true, run.pair.clientLoop, 8);
          run.open(run.pair.server, false, run.pair.serverLoop, 8);
          run.pair.advance(Duration.ofNanos(random.nextLong(200_000_000)));
          run.pair.links.links().cut();
          run.pair.advance(Duration.ofSeconds(60));
          assertThat(run.pair.client.closed()).isDone();
          assertThat(run.pair.server.closed()).isDone();
          assertThat(run.streams).allMatch(s -> s.closed().isDone());
          assertThat(run.readers).allMatch(reader -> !reader.end.isEmpty());
          run.checkMemory(run.pair.clientScope);
          run.checkMemory(run.pair.serverScope);
          run.pair.close();
        });
  }
}
