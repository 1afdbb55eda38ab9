package io.ethpeerflow.host.tcp.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.testkit.await.Await;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection that was given up costs what its socket costs, as long as that is open. */
@Timeout(60)
class ClosingSocketTest {
  @Test
  void aSocketThatLingersKeepsItsPlaceUntilItIsClosed() throws Exception {
    var limits = new ResourceManager(LimitsConfig.DEFAULT, Metrics.NONE);
    try (Host host = Libp2p.host().limits(limits).listen("/ip4/127.0.0.1/tcp/0").start().join()) {
      InetSocketAddress address = host.addrInfo().addresses().get(0).socketAddress();
      try (var socket = new Socket()) {
        socket.connect(Objects.requireNonNull(address));
        socket.getOutputStream().write(new byte[] {-1, -1, -1});
        InputStream in = socket.getInputStream();
        while (in.read() >= 0) {
          // the header that every negotiation begins with
        }

        // it was given up, and waits a second for this side's end
        assertThat(limits.usage().system().connections()).isEqualTo(1);
        assertThat(limits.usage().system().descriptors()).isEqualTo(1);
      }
      Await.until("the place is free", Duration.ofSeconds(10), () -> limits.usage().isIdle());
    }
  }
}
