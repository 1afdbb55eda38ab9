package io.ethpeerflow.host.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.host.Libp2p;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a host speaks on a raw connection, and in which order. */
@Timeout(60)
class UpgradeOrderTest {
  private static void say(Socket socket, String text) throws IOException {
    byte[] message = (text + "\n").getBytes(UTF_8);
    socket.getOutputStream().write(message.length);
    socket.getOutputStream().write(message);
  }

  private static String hear(Socket socket) throws IOException {
    int length = socket.getInputStream().read();
    return new String(socket.getInputStream().readNBytes(length), UTF_8);
  }

  @Test
  @Spec({"connections/security-first", "connections/baseline"})
  void noMuxerIsSpokenBeforeAConnectionIsSecured() throws IOException {
    try (Host host = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start().join();
        var socket = new Socket()) {
      InetSocketAddress address = host.addrInfo().addresses().get(0).socketAddress();
      socket.connect(Objects.requireNonNull(address));
      say(socket, "/multistream/1.0.0");
      assertThat(hear(socket)).isEqualTo("/multistream/1.0.0\n");
      say(socket, "/yamux/1.0.0");
      assertThat(hear(socket)).isEqualTo("na\n");
      say(socket, "/noise");
      assertThat(hear(socket)).isEqualTo("/noise\n");
    }
  }

  @Test
  @Spec("connections/baseline")
  void twoHostsAgreeOnNoiseAndYamux() throws Exception {
    try (Host listener = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start().join();
        Host dialer = Libp2p.host().start().join()) {
      Connection connection = dialer.connect(listener.addrInfo()).get(20, TimeUnit.SECONDS);
      assertThat(connection.security()).isEqualTo("/noise");
      assertThat(connection.muxer()).isEqualTo("/yamux/1.0.0");
    }
  }
}
