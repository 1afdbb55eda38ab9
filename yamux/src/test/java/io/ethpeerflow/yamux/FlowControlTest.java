package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.yamux.harness.Frame;
import io.ethpeerflow.yamux.harness.Pair;
import io.ethpeerflow.yamux.harness.Peers;
import io.ethpeerflow.yamux.harness.RawPeer;
import io.ethpeerflow.yamux.harness.RecordingReader;
import io.ethpeerflow.yamux.harness.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Windows: credit on consumption, back-pressure end to end, growth with the round trip. */
class FlowControlTest {
  private static final long ROUND_TRIP_100_MS = 50_000_000;

  @RegisterExtension final Peers peers = new Peers();

  @Test
  @Spec("yamux/window-consumption")
  void creditsWhenHalfTheWindowWasTakenByTheReader() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.frames();
    peer.advance(Duration.ofSeconds(1));
    peer.send(Frame.data(0, 1, 131_072));
    assertThat(peer.said()).isEmpty();
    peer.read(stream, 131_071);
    assertThat(peer.said()).isEmpty();
    peer.run(() -> stream.request(1));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE stream=1 length=131072");
  }

  @Test
  @Spec("yamux/window-consumption")
  void neverGrantsMoreThanTheWindow() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.advance(Duration.ofSeconds(1));
    peer.frames();
    peer.send(Frame.data(0, 1, 262_144));
    peer.read(stream, 150_000);
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE stream=1 length=150000");
    peer.send(Frame.data(0, 1, 150_000));
    assertThat(peer.scope.memoryBytes).isEqualTo(262_144);
  }

  @Test
  void creditsNothingAfterTheEnd() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.advance(Duration.ofSeconds(1));
    peer.frames();
    peer.send(Frame.data(Frame.FIN, 1, 262_144));
    peer.read(stream, Long.MAX_VALUE);
    assertThat(peer.said()).isEmpty();
  }

  @Test
  @Spec("yamux/window-larger")
  void creditRidesOnTheAck() {
    RawPeer peer = peers.server();
    peer.link.writable = false;
    peer.send(Frame.data(Frame.SYN, 1, 200_000));
    peer.advance(Duration.ofSeconds(1));
    peer.read(peer.accepted.getLast(), Long.MAX_VALUE);
    peer.run(peer.link::becomeWritable);
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE|ACK stream=1 length=200000");
  }

  @Test
  @Spec("yamux/window-tuning")
  void doublesTheWindowWhenUpdatesFallDueWithinFourRoundTrips() {
    RawPeer peer = peers.keep(new RawPeer(YamuxConfig.DEFAULT, Role.RESPONDER));
    peer.run(() -> peer.connection.accept(peer.accepted::add));
    peer.advance(Duration.ofMillis(100));
    peer.answerPing();
    RawStream stream = peer.inbound(1);
    peer.read(stream, Long.MAX_VALUE);
    peer.frames();
    var deltas = new ArrayList<Long>();
    long window = 262_144;
    for (int i = 0; i < 8; i++) {
      peer.advance(Duration.ofMillis(399));
      for (long left = window / 2; left > 0; left -= Math.min(left, 100_000)) {
        peer.send(Frame.data(0, 1, (int) Math.min(left, 100_000)));
      }
      long delta = peer.frames().stream().mapToLong(Frame::length).sum();
      deltas.add(delta - window / 2);
      window += delta - window / 2;
    }
    assertThat(window).isEqualTo(16 << 20);
    assertThat(deltas)
        .containsExactly(
            262_144L, 524_288L, 1_048_576L, 2_097_152L, 4_194_304L, 8_388_608L, 0L, 0L);
    assertThat(peer.scope.memoryBytes).isEqualTo((16 << 20) - 262_144);
    peer.send(Frame.update(Frame.FIN, 1, 0));
    assertThat(peer.scope.memoryBytes).isZero();
  }

  @Test
  @Spec("yamux/window-tuning")
  void keepsTheWindowWhenUpdatesAreSlower() {
    RawPeer peer = peers.keep(new RawPeer(YamuxConfig.DEFAULT, Role.RESPONDER));
    peer.run(() -> peer.connection.accept(peer.accepted::add));
    peer.advance(Duration.ofMillis(100));
    peer.answerPing();
    RawStream stream = peer.inbound(1);
    peer.read(stream, Long.MAX_VALUE);
    peer.frames();
    for (int i = 0; i < 5; i++) {
      peer.advance(Duration.ofMillis(400));
      peer.send(Frame.data(0, 1, 131_072));
      assertThat(peer.said()).containsExactly("WINDOW_UPDATE stream=1 length=131072");
    }
  }

  @Test
  void keepsTheWindowWhileTheRoundTripIsUnknown() {
    RawPeer peer = peers.keep(new RawPeer(YamuxConfig.DEFAULT, Role.RESPONDER));
    peer.run(() -> peer.connection.accept(peer.accepted::add));
    peer.frames();
    peer.read(peer.inbound(1), Long.MAX_VALUE);
    peer.frames();
    peer.send(Frame.data(0, 1, 131_072));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE stream=1 length=131072");
  }

  @Test
  void keepsTheWindowWhenTheBudgetRefusesGrowth() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.read(stream, Long.MAX_VALUE);
    peer.frames();
    peer.scope.maxMemoryBytes = 262_143;
    peer.send(Frame.data(0, 1, 131_072));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE stream=1 length=131072");
    assertThat(peer.scope.memoryBytes).isZero();
    peer.scope.maxMemoryBytes = 262_144;
    peer.send(Frame.data(0, 1, 131_072));
    assertThat(peer.said()).containsExactly("WINDOW_UPDATE stream=1 length=393216");
    assertThat(peer.scope.memoryBytes).isEqualTo(262_144);
  }

  @Test
  void chargesBufferedBytesOnceWhenTheyFitTheReservedGrowth() {
    RawPeer peer = peers.server();
    RawStream stream = peer.inbound(1);
    peer.run(() -> stream.request(131_072));
    RecordingReader reader = peer.read(stream, 0);
    peer.send(Frame.data(0, 1, 131_072));
    assertThat(peer.scope.memoryBytes).isEqualTo(262_144);
    peer.send(Frame.data(0, 1, 262_144));
    assertThat(peer.scope.memoryBytes).isEqualTo(262_144);
    peer.send(Frame.data(0, 1, 100_000));
    assertThat(peer.scope.memoryBytes).isEqualTo(362_144);
    peer.run(() -> stream.request(200_000));
    assertThat(peer.scope.memoryBytes).isEqualTo(262_144);
    assertThat(reader.bytes.size()).isEqualTo(331_072);
  }

  @Test
  void aReaderThatStopsAskingStopsTheWriter() {
    var pair = peers.keep(new Pair(LinkOptions.DEFAULT.withLatencyNanos(1_000_000)));
    var inbound = new ArrayList<RawStream>();
    pair.serverLoop.run(() -> pair.server.accept(inbound::add));
    RawStream stream = pair.open();
    var writer = new Traffic.Writer(stream, true, new SeededRandom(1), 16 << 20, 65_536);
    pair.clientLoop.run(writer);
    pair.advance(Duration.ofSeconds(5));
    assertThat(writer.offered).isBetween(524_288L, 524_288L + 65_536);
    assertThat(stream.queuedBytes()).isEqualTo(writer.offered - 262_144);
    assertThat(pair.serverScope.memoryBytes).isEqualTo(262_144);
    assertThat(pair.clientScope.memoryBytes).isEqualTo(stream.queuedBytes());
    var reader =
        new Traffic.Reader(
            inbound.getFirst(), true, pair.serverLoop, new SeededRandom(2), 1_000_000, 0);
    pair.serverLoop.run(reader::start);
    assertThat(pair.clock.runUntil(() -> reader.received == 16 << 20, Duration.ofMinutes(1)))
        .isTrue();
    assertThat(pair.serverScope.peakMemoryBytes).isLessThan(17 << 20);
    assertThat(pair.clientScope.peakMemoryBytes).isLessThan(400_000);
  }

  @Test
  void aSlowReaderDoesNotSlowAnotherStream() {
    var pair = peers.keep(new Pair(LinkOptions.DEFAULT.withLatencyNanos(1_000_000)));
    var inbound = new ArrayList<RawStream>();
    pair.serverLoop.run(() -> pair.server.accept(inbound::add));
    RawStream stuck = pair.open();
    RawStream busy = pair.open();
    pair.clientLoop.run(
        () -> {
          new Traffic.Writer(stuck, true, new SeededRandom(1), 8 << 20, 65_536).run();
          new Traffic.Writer(busy, true, new SeededRandom(2), 8 << 20, 65_536).run();
        });
    pair.advance(Duration.ofMillis(10));
    RawStream taken = inbound.stream().filter(s -> s.id() == busy.id()).findFirst().orElseThrow();
    var reader =
        new Traffic.Reader(taken, true, pair.serverLoop, new SeededRandom(2), 1_000_000, 0);
    pair.serverLoop.run(reader::start);
    assertThat(pair.clock.runUntil(() -> reader.end.equals("end"), Duration.ofSeconds(10)))
        .isTrue();
    assertThat(reader.received).isEqualTo(8 << 20);
  }

  private static long seconds(YamuxConfig config, long bytes) {
    var options =
        LinkOptions.DEFAULT.withLatencyNanos(ROUND_TRIP_100_MS).withHighMarkBytes(32 << 20);
    try (var pair = new Pair(options, new VirtualClock(), config, config)) {
      var readers = new ArrayList<Traffic.Reader>();
      pair.serverLoop.run(
          () ->
              pair.server.accept(
                  s ->
                      readers.add(
                          new Traffic.Reader(
                                  s, true, pair.serverLoop, new SeededRandom(3), 1 << 30, 0)
                              .start())));
      pair.advance(Duration.ofSeconds(1));
      long start = pair.clock.nanoTime();
      RawStream stream = pair.open();
      pair.clientLoop.run(
          () -> {
            stream.maxQueuedBytes(32 << 20);
            new Traffic.Writer(stream, true, new SeededRandom(1), bytes, 65_536).run();
          });
      boolean done =
          pair.clock.runUntil(
              () -> !readers.isEmpty() && readers.getFirst().end.equals("end"),
              Duration.ofHours(1));
      assertThat(done).isTrue();
      return (pair.clock.nanoTime() - start) / 1_000_000_000;
    }
  }

  @Test
  void fillsALinkOf100MillisecondsAfterAFewRoundTrips() {
    long bytes = 40 << 20;
    long tuned = seconds(YamuxConfig.DEFAULT, bytes);
    long fixed = seconds(YamuxConfig.DEFAULT.withMaxWindowBytes(262_144), bytes);
    assertThat(fixed).as("one window of 256 KiB per round trip").isBetween(12L, 20L);
    assertThat(tuned).isLessThan(3);
  }
}
