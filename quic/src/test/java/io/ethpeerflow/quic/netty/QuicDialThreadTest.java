package io.ethpeerflow.quic.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.Loops;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.suite.ForwardingLoop;
import io.ethpeerflow.host.loop.netty.NettyLoops;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A dial is cancelled by any thread; its deadline is the loop's alone. */
class QuicDialThreadTest {
  /** A loop that notes the other threads that ask for its wheel. */
  private static final class Watched extends ForwardingLoop {
    private final List<Thread> strangers;

    Watched(Loop loop, List<Thread> strangers) {
      super(loop);
      this.strangers = strangers;
    }

    @Override
    public DeadlineWheel deadlines() {
      if (!inLoop()) {
        strangers.add(Thread.currentThread());
      }
      return super.deadlines();
    }
  }

  @Test
  void cancellingADialLeavesTheLoopsWheelToTheLoop() throws Exception {
    var limits = new ResourceManager(LimitsConfig.DEFAULT, Metrics.NONE);
    var strangers = new CopyOnWriteArrayList<Thread>();
    try (NettyLoops real = NettyLoops.start(1, true);
        DatagramChannel silent = DatagramChannel.open()) {
      silent.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
      silent.configureBlocking(false);
      var loop = new Watched(real.next(), strangers);
      var loops =
          new Loops() {
            @Override
            public Loop next() {
              return loop;
            }

            @Override
            public <T> @Nullable T unwrap(Class<T> type) {
              return real.unwrap(type);
            }
          };
      PrivateKey identity = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
      try (var transport =
          new QuicTransport(new EndContext(identity, limits, loops), QuicConfig.DEFAULT)) {
        var address = QuicAddresses.ofSocket((InetSocketAddress) silent.getLocalAddress());
        CompletableFuture<MuxedConnection> dial =
            transport.dial(EndContext.request(address, QuicPair.LIMIT));
        ByteBuffer datagram = ByteBuffer.allocate(2048);
        Await.value("dials", QuicPair.LIMIT, () -> silent.receive(datagram));
        dial.cancel(false);
        Await.until("given up", QuicPair.LIMIT, () -> limits.usage().isIdle());
      }
    }
    assertThat(strangers).isEmpty();
  }
}
