package io.ethpeerflow.host.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.tls.TlsSecurity;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a dialer sends before the remote has answered its proposal of a security protocol, and what
 * it makes of the answers.
 */
@Timeout(60)
class LazySecurityTest {
  private static final String HEADER = "/multistream/1.0.0";
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
  }

  @AfterEach
  void stopListening() throws IOException {
    server.close();
  }

  private AddrInfo somebody() {
    PeerId peer = PeerId.of(TestIdentities.key(7).publicKey());
    return AddrInfo.of(peer, Multiaddr.of("/ip4/127.0.0.1/tcp/" + server.getLocalPort()));
  }

  private Socket accept() throws IOException {
    Socket socket = server.accept();
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void say(Socket socket, String text) throws IOException {
    byte[] message = (text + "\n").getBytes(UTF_8);
    socket.getOutputStream().write(message.length);
    socket.getOutputStream().write(message);
  }

  private static String hear(Socket socket) throws IOException {
    int length = socket.getInputStream().read();
    return new String(socket.getInputStream().readNBytes(length), UTF_8).trim();
  }

  private static SecurityProtocol noise() {
    return new NoiseSecurity();
  }

  private static SecurityProtocol tls() {
    return new TlsSecurity(InstantSource.system());
  }

  /** New ones each time: JUnit closes them after the test. */
  static Stream<Arguments> securities() {
    return Stream.of(
        Arguments.of(Named.of("noise", noise())), Arguments.of(Named.of("tls", tls())));
  }

  @ParameterizedTest
  @MethodSource("securities")
  @Spec("multistream/lazy-1")
  void theOnlySecurityStartsBehindItsProposal(SecurityProtocol security) throws Exception {
    try (Host dialer = Libp2p.host().security(security).start().join()) {
      CompletableFuture<Connection> dialed = dialer.connect(somebody());
      try (Socket remote = accept()) {
        assertThat(hear(remote)).isEqualTo(HEADER);
        assertThat(hear(remote)).isEqualTo(security.id().name());
        assertThat(remote.getInputStream().readNBytes(32)).hasSize(32);
      }
      assertThatThrownBy(() -> dialed.get(20, TimeUnit.SECONDS))
          .hasStackTraceContaining("the link ended during protocol negotiation");
    }
  }

  @Test
  @Spec("multistream/lazy-1")
  void nothingFollowsAProposalThatAnotherMayFollow() throws Exception {
    try (Host dialer = Libp2p.host().security(noise(), tls()).start().join()) {
      CompletableFuture<Connection> dialed = dialer.connect(somebody());
      try (Socket remote = accept()) {
        assertThat(hear(remote)).isEqualTo(HEADER);
        assertThat(hear(remote)).isEqualTo("/noise");
        remote.setSoTimeout(200);
        assertThatThrownBy(() -> remote.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
        remote.setSoTimeout(20_000);
        say(remote, HEADER);
        say(remote, "na");
        assertThat(hear(remote)).isEqualTo("/tls/1.0.0");
      }
      assertThatThrownBy(() -> dialed.get(20, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("securities")
  @Spec("multistream/lazy-4")
  void aRefusalFailsTheDialAndSaysWhy(SecurityProtocol security) throws Exception {
    try (Host dialer = Libp2p.host().security(security).start().join()) {
      CompletableFuture<Connection> dialed = dialer.connect(somebody());
      try (Socket remote = accept()) {
        say(remote, HEADER);
        say(remote, "na");
        assertThatThrownBy(() -> dialed.get(20, TimeUnit.SECONDS))
            .hasStackTraceContaining("the remote supports none of [" + security.id().name() + "]");
        // the rest of the first flight, and then the end
        remote.getInputStream().readAllBytes();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("securities")
  @Spec("multistream/lazy-2")
  void anAnswerThatIsNotTheProposalFailsTheDial(SecurityProtocol security) throws Exception {
    try (Host dialer = Libp2p.host().security(security).start().join()) {
      CompletableFuture<Connection> dialed = dialer.connect(somebody());
      try (Socket remote = accept()) {
        say(remote, HEADER);
        say(remote, "/plaintext/2.0.0");
        assertThatThrownBy(() -> dialed.get(20, TimeUnit.SECONDS))
            .hasStackTraceContaining("got \"/plaintext/2.0.0\"");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("securities")
  void aHostThatOffersTheOnlySecurityAgreesAtOnce(SecurityProtocol security) throws Exception {
    try (Host listener =
            Libp2p.host().security(security).listen("/ip4/127.0.0.1/tcp/0").start().join();
        Host dialer = Libp2p.host().security(security).start().join()) {
      Connection connection = dialer.connect(listener.addrInfo()).get(20, TimeUnit.SECONDS);
      assertThat(connection.security()).isEqualTo(security.id().name());
    }
  }
}
