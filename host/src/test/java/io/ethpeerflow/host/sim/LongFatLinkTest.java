package io.ethpeerflow.host.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.sim.SimLoops;
import io.ethpeerflow.core.sim.SimTransport;
import io.ethpeerflow.core.sim.TransportDefect;
import io.ethpeerflow.core.suite.SeededSecureRandom;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.testkit.net.LinkProfile;
import io.ethpeerflow.testkit.net.SimNetwork;
import io.ethpeerflow.testkit.net.SimNode;
import io.ethpeerflow.testkit.net.StreamOptions;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.yamux.Yamux;
import io.ethpeerflow.yamux.YamuxConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a stream makes of 100 Mbit/s and a round trip of 100 ms: its first window, 256 KiB, is a
 * fifth of what the link holds.
 */
@Timeout(120)
class LongFatLinkTest {
  private static final ProtocolId SINK = ProtocolId.of("/sink/1.0.0");
  private static final long BYTES_PER_SECOND = 100_000_000 / 8;
  private static final Duration ONE_WAY = Duration.ofMillis(50);

  private static final int PIECE_BYTES = 32 << 10;

  private static final int FIRST_WINDOW_BYTES = 256 << 10;
  private static final Duration SETTLING = Duration.ofSeconds(4);
  private static final Duration SPAN = Duration.ofSeconds(3);

  private final VirtualClock clock = VirtualClock.shuffling(1);
  private final SimNetwork network = new SimNetwork(2, clock);
  private final List<Sink> sinks = new ArrayList<>();
  private Host sender;
  private Host receiver;

  /** Counts what arrives on a stream, and asks for more at once. */
  private static final class Sink implements StreamReader {
    long bytes;

    Sink(Stream stream) {
      stream.read(this);
      stream.request(Long.MAX_VALUE);
    }

    @Override
    public void onData(ByteBuf data) {
      bytes += data.readableBytes();
      data.release();
    }

    @Override
    public void onEnd() {}

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {}
  }

  private void connect(YamuxConfig config) {
    SimNode from = network.node("sender", "10.0.0.1");
    SimNode to = network.node("receiver", "10.0.0.2");
    network.link(
        from,
        to,
        LinkProfile.DEFAULT.withLatency(ONE_WAY).withBandwidth(BYTES_PER_SECOND, 4 << 20));
    sender = host(from, 1, config);
    receiver = host(to, 2, config);
    receiver.handle(SINK, stream -> sinks.add(new Sink(stream)));
    sender.connect(receiver.addrInfo());
    clock.advance(Duration.ofSeconds(2));
  }

  @AfterEach
  void stop() {
    sender.shutdown(Duration.ofSeconds(5));
    receiver.shutdown(Duration.ofSeconds(5));
    clock.advance(Duration.ofMinutes(5));
  }

  private Host host(SimNode node, long seed, YamuxConfig config) {
    var entropy = new SeededSecureRandom(seed);
    var sockets = StreamOptions.DEFAULT.withBuffers(4 << 20, 8 << 20);
    return Libp2p.host()
        .identity(PrivateKey.generate(KeyType.ED25519, entropy))
        .random(entropy)
        .loops(new SimLoops(clock, node.name(), 1))
        .security(new NoiseSecurity())
        .muxer(new Yamux(config))
        .transport(context -> new SimTransport(node, context, sockets, TransportDefect.NONE))
        .listen("/ip4/" + node.addresses().get(0).getHostAddress() + "/tcp/4001")
        .start()
        .join();
  }

  private void openAndFill() {
    sender.newStream(receiver.id(), SINK).thenAccept(LongFatLinkTest::fill);
  }

  private static void fill(Stream stream) {
    ByteBuf piece = Unpooled.wrappedBuffer(new byte[PIECE_BYTES]);
    while (stream.offer(piece)) {
      piece = Unpooled.wrappedBuffer(new byte[PIECE_BYTES]);
    }
    piece.release();
    stream.onWritable(() -> fill(stream));
  }

  /** Bytes of each stream within some time. */
  private List<Long> arriving(Duration time) {
    List<Long> before = sinks.stream().map(sink -> sink.bytes).toList();
    clock.advance(time);
    var arrived = new ArrayList<Long>();
    for (int i = 0; i < sinks.size(); i++) {
      arrived.add(sinks.get(i).bytes - before.get(i));
    }
    return arrived;
  }

  @Test
  @Spec("yamux/window-tuning")
  void oneStreamFillsTheLinkAndASecondGetsItsHalf() {
    connect(YamuxConfig.DEFAULT);
    openAndFill();
    clock.advance(SETTLING);
    assertThat(arriving(SPAN)).singleElement().satisfies(bytes -> assertShare(bytes, 1));

    openAndFill();
    clock.advance(SETTLING);
    assertThat(arriving(SPAN)).hasSize(2).allSatisfy(bytes -> assertShare(bytes, 0.5));
  }

  @Test
  void aWindowThatMayNotGrowIsWhatAStreamGetsPerRoundTrip() {
    connect(YamuxConfig.DEFAULT.withMaxWindowBytes(FIRST_WINDOW_BYTES));
    openAndFill();
    clock.advance(SETTLING);
    assertThat(arriving(SPAN))
        .singleElement()
        .satisfies(bytes -> assertShare(bytes, FIRST_WINDOW_BYTES / 0.1 / BYTES_PER_SECOND));
  }

  private static void assertShare(long bytes, double share) {
    double link = SPAN.toSeconds() * (double) BYTES_PER_SECOND;
    assertThat(bytes / link).isBetween(share * 0.88, share);
  }
}
