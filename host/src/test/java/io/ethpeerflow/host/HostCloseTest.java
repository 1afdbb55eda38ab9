package io.ethpeerflow.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ResourceManager;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.testkit.relay.TcpRelay;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a host leaves behind; the leak check looks for buffers and sockets too. */
final class HostCloseTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ProtocolId SILENT = ProtocolId.of("/silent/1.0.0");
  private static final int WINDOW_BYTES = 256 << 10;
  private static final int STREAMS = 60;

  @Test
  void closesASocketThatStillHasBytesToSend() throws Exception {
    var limits = new ResourceManager(LimitsConfig.DEFAULT, Metrics.NONE);
    try (Host server = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
        var relay = new TcpRelay(server.addrInfo().addresses().get(0).socketAddress(), 1)) {
      server.handle(SILENT, stream -> {});
      Host client = Await.done(LIMIT, Libp2p.host().limits(limits).start());
      Connection connection =
          Await.done(
              LIMIT, client.connect(AddrInfo.of(server.id(), Multiaddr.ofTcp(relay.address()))));
      relay.toTarget().stall();
      CompletableFuture<Void> sent = new CompletableFuture<>();
      for (int i = 0; i < STREAMS; i++) {
        Stream stream = Await.done(LIMIT, connection.openStream(SILENT));
        stream.write(ByteBufAllocator.DEFAULT.buffer().writeZero(WINDOW_BYTES));
        sent = stream.flush();
      }
      assertThat(sent).as("sent, of more than the kernel takes").isNotDone();

      client.close();

      assertThat(limits.usage().isIdle()).isTrue();
    }
  }
}
