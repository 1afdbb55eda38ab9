package io.ethpeerflow.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.TransportUnavailableException;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.core.spi.TransportProvider;
import io.ethpeerflow.core.spi.UnavailableTransport;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transports that a host finds on its class path, beside TCP. */
final class TransportDiscoveryTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Multiaddr QUIC = Multiaddr.of("/ip4/127.0.0.1/udp/4001/quic-v1");
  private static final Multiaddr WEBRTC = Multiaddr.of("/ip4/127.0.0.1/udp/4001/webrtc-direct");
  private static final Multiaddr TCP = Multiaddr.of("/ip4/127.0.0.1/tcp/0");

  @TempDir private Path folder;

  /** QUIC as it is where its native library is not. */
  public static final class WithoutNative implements TransportProvider {
    @Override
    public Transport create(TransportContext context) {
      return new UnavailableTransport(
          "quic", address -> address.has(Protocol.QUIC_V1), "no native library for this machine");
    }
  }

  /** Cannot even say which addresses it would take. */
  public static final class Throwing implements TransportProvider {
    @Override
    public Transport create(TransportContext context) {
      throw new IllegalStateException("webrtc needs another artifact");
    }
  }

  /** As {@link Throwing}, because a class is not there. */
  public static final class Unlinked implements TransportProvider {
    @Override
    public Transport create(TransportContext context) {
      throw new NoClassDefFoundError("org/example/Missing");
    }
  }

  /** Starts a host on whose class path there are more providers. */
  private Host hostThatFinds(Class<?>... providers) throws IOException {
    Path file = folder.resolve("providers");
    Files.writeString(
        file, Stream.of(providers).map(Class::getName).collect(Collectors.joining("\n")));
    var thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(
        new ClassLoader(before) {
          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            List<URL> found = Collections.list(super.getResources(name));
            if (name.equals("META-INF/services/" + TransportProvider.class.getName())) {
              found.add(0, file.toUri().toURL());
            }
            return Collections.enumeration(found);
          }
        });
    try {
      return Await.done(LIMIT, Libp2p.host().listen(TCP).start());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void aTransportThatCannotRunHereTellsWhatIsMissingToWhoUsesIt() throws IOException {
    try (Host host = hostThatFinds(WithoutNative.class);
        Host peer = hostThatFinds()) {
      assertThat(Await.failure(LIMIT, host.connect(new AddrInfo(peer.id(), List.of(QUIC)))))
          .isInstanceOf(DialException.class)
          .hasMessageContaining(
              "transport quic cannot be used here: no native library for this machine");
      assertThat(Await.failure(LIMIT, host.listen(QUIC)))
          .isInstanceOf(TransportUnavailableException.class)
          .hasMessageContaining("no native library for this machine");
      assertThat(Await.done(LIMIT, host.connect(peer.addrInfo())).transport()).isEqualTo("tcp");
    }
  }

  @Test
  void anAddressOfSuchATransportDoesNotDelayTheOthers() throws IOException {
    try (Host host = hostThatFinds(WithoutNative.class);
        Host peer = hostThatFinds()) {
      Multiaddr tcp = peer.addrInfo().addresses().get(0);
      var connection = Await.done(LIMIT, host.connect(new AddrInfo(peer.id(), List.of(QUIC, tcp))));
      assertThat(connection.remoteAddress()).isEqualTo(tcp);
    }
  }

  @Test
  void providersThatFailAreLeftOutAndNamedWhereNoTransportTakesAnAddress() throws IOException {
    try (Host host = hostThatFinds(Throwing.class, Unlinked.class);
        Host peer = hostThatFinds()) {
      assertThat(Await.failure(LIMIT, host.connect(new AddrInfo(peer.id(), List.of(WEBRTC)))))
          .hasMessageContaining("no transport for this address")
          .hasMessageContaining("webrtc needs another artifact")
          .hasMessageContaining("org/example/Missing");
      assertThat(Await.failure(LIMIT, host.listen(WEBRTC)))
          .isInstanceOf(P2pException.class)
          .hasMessageContaining("webrtc needs another artifact");
      assertThat(Await.done(LIMIT, host.connect(peer.addrInfo())).transport()).isEqualTo("tcp");
    }
  }

  @Test
  void aGivenProviderThatFailsFailsTheStartAndLeavesNoThread() {
    CompletableFuture<Host> start = Libp2p.host().transport(new Throwing()).start();
    assertThat(Await.failure(LIMIT, start))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("webrtc needs another artifact");
  }
}
