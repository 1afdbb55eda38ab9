package io.ethpeerflow.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.CloseReason;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.relay.TcpRelay;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.yamux.Yamux;
import io.ethpeerflow.yamux.YamuxConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that vanish in the middle of a transfer, with and without a word, behind a real relay. */
@Timeout(60)
class AbruptPeerTest {
  private static final int PIECE_BYTES = 64 << 10;

  private final ResourceManager atListener =
      new ResourceManager(LimitsConfig.DEFAULT, Metrics.NONE);
  private final ResourceManager atDialer = new ResourceManager(LimitsConfig.DEFAULT, Metrics.NONE);
  private Host listener;
  private Host dialer;
  private TcpRelay relay;

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  private static Yamux impatient() {
    return new Yamux(
        YamuxConfig.DEFAULT.withKeepAlive(
            new YamuxConfig.KeepAlive(Duration.ofSeconds(1), Duration.ofSeconds(1))));
  }

  @BeforeEach
  void start() throws Exception {
    listener =
        get(
            Libp2p.host()
                .limits(atListener)
                .muxer(impatient())
                .listen("/ip4/127.0.0.1/tcp/0")
                .start());
    dialer = get(Libp2p.host().limits(atDialer).muxer(impatient()).start());
    Echo.serve(listener);
    InetSocketAddress behind = listener.addrInfo().addresses().get(0).socketAddress();
    relay = new TcpRelay(Objects.requireNonNull(behind), 1);
  }

  @AfterEach
  void stop() {
    relay.close();
    dialer.close();
    listener.close();
    assertThat(atDialer.usage().isIdle()).isTrue();
    assertThat(atListener.usage().isIdle()).isTrue();
  }

  /** A stream through the relay that is echoed without end. */
  private Stream busyStream() throws Exception {
    Connection connection =
        get(dialer.connect(new AddrInfo(listener.id(), List.of(Multiaddr.ofTcp(relay.address())))));
    Stream stream = get(connection.openStream(Echo.PROTOCOL));
    var pump = new EndlessPump(stream);
    stream.read(pump);
    stream.request(Long.MAX_VALUE);
    stream.onWritable(pump);
    pump.flowing.get(30, TimeUnit.SECONDS);
    return stream;
  }

  private static final class EndlessPump implements StreamReader, Runnable {
    final CompletableFuture<Void> flowing = new CompletableFuture<>();
    private final Stream stream;

    EndlessPump(Stream stream) {
      this.stream = stream;
    }

    @Override
    public void run() {
      ByteBuf data = Unpooled.directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES);
      while (stream.offer(data)) {
        data = Unpooled.directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES);
      }
      data.release();
      stream.onWritable(this);
    }

    @Override
    public void onData(ByteBuf data) {
      data.release();
      flowing.complete(null);
    }

    @Override
    public void onEnd() {}

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {}
  }

  @Test
  void aCutInMidTransferEndsConnectionAndStreamsOnBothSidesAndFreesEverything() throws Exception {
    var gone = new LinkedBlockingQueue<HostEvent.PeerDisconnected>();
    listener.on(HostEvent.PeerDisconnected.class, gone::add);
    Stream stream = busyStream();

    relay.cutAll();

    assertThat(get(stream.closed())).isInstanceOf(StreamEnd.ConnectionEnded.class);
    assertThat(get(stream.connection().closed()).by()).isEqualTo(CloseReason.By.FAILURE);
    assertThat(gone.poll(20, TimeUnit.SECONDS)).isNotNull();
    Await.until("all is given back", Duration.ofSeconds(10), this::bothAreIdle);
  }

  @Test
  void aPeerThatGoesSilentIsGivenUpByKeepAliveOnBothSides() throws Exception {
    var gone = new LinkedBlockingQueue<HostEvent.PeerDisconnected>();
    listener.on(HostEvent.PeerDisconnected.class, gone::add);
    Stream stream = busyStream();

    relay.goSilent();

    assertThat(get(stream.closed())).isInstanceOf(StreamEnd.ConnectionEnded.class);
    assertThat(get(stream.connection().closed()).by()).isEqualTo(CloseReason.By.FAILURE);
    assertThat(gone.poll(30, TimeUnit.SECONDS)).isNotNull();
  }

  private boolean bothAreIdle() {
    return atDialer.usage().isIdle() && atListener.usage().isIdle();
  }
}
