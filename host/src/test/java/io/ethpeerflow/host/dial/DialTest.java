package io.ethpeerflow.host.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.DialOptions;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.host.HostConfig;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dials over real sockets, with listeners that misbehave. */
@Timeout(60)
class DialTest {
  private static Host host() {
    return Libp2p.host().start().join();
  }

  private static Host listening() {
    return Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start().join();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  /** Accepts connections and never says a word. */
  private static final class SilentListener implements AutoCloseable {
    private final ServerSocket server;
    private final List<Socket> accepted = new ArrayList<>();
    private final Thread acceptor;

    SilentListener() throws IOException {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      acceptor =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (true) {
                        Socket socket = server.accept();
                        synchronized (accepted) {
                          accepted.add(socket);
                        }
                      }
                    } catch (IOException closed) {
                      return;
                    }
                  });
    }

    Multiaddr address() {
      return Multiaddr.ofTcp((InetSocketAddress) server.getLocalSocketAddress());
    }

    int accepted() {
      synchronized (accepted) {
        return accepted.size();
      }
    }

    /** Whether the dialers of all accepted sockets have closed them. */
    boolean allEnded() {
      synchronized (accepted) {
        return accepted.stream().allMatch(SilentListener::hasEnded);
      }
    }

    private static boolean hasEnded(Socket socket) {
      try {
        socket.setSoTimeout(1);
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        return true;
      } catch (SocketTimeoutException open) {
        return false;
      } catch (IOException reset) {
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      synchronized (accepted) {
        for (Socket socket : accepted) {
          socket.close();
        }
      }
      Await.until(Duration.ofSeconds(5), () -> !acceptor.isAlive());
    }
  }

  @Test
  void aCancelledDialClosesItsSocket() throws Exception {
    try (var silent = new SilentListener();
        Host a = host();
        Host b = host()) {
      CompletableFuture<Connection> dial =
          b.connect(new AddrInfo(a.id(), List.of(silent.address())));
      Await.until(Duration.ofSeconds(10), () -> silent.accepted() == 1);
      dial.cancel(false);
      Await.until(Duration.ofSeconds(10), silent::allEnded);
      assertThat(b.connections()).isEmpty();
    }
  }

  @Test
  void oneOfTwoCallersCanGiveUpWithoutEndingTheDial() throws Exception {
    try (var silent = new SilentListener();
        Host a = listening();
        Host b = host()) {
      CompletableFuture<Connection> first =
          b.connect(new AddrInfo(a.id(), List.of(silent.address())));
      Await.until(Duration.ofSeconds(10), () -> silent.accepted() == 1);
      CompletableFuture<Connection> second = b.connect(a.addrInfo());
      first.cancel(false);
      assertThat(get(second).remotePeer()).isEqualTo(a.id());
    }
  }

  @Test
  void aLosingAddressLeavesNoSocketBehind() throws Exception {
    try (var silent = new SilentListener();
        Host a = listening();
        Host b = host()) {
      var addresses = new ArrayList<>(List.of(silent.address()));
      addresses.addAll(a.addrInfo().addresses());
      Connection connection = get(b.connect(new AddrInfo(a.id(), addresses)));
      assertThat(connection.remoteAddress()).isEqualTo(a.addrInfo().addresses().get(0));
      Await.until(Duration.ofSeconds(10), silent::allEnded);
    }
  }

  @Test
  void concurrentCallersShareOneConnection() throws Exception {
    try (Host a = listening();
        Host b = host()) {
      var dials = new ArrayList<CompletableFuture<Connection>>();
      for (int i = 0; i < 20; i++) {
        dials.add(b.connect(a.addrInfo()));
      }
      Connection first = get(dials.get(0));
      for (CompletableFuture<Connection> dial : dials) {
        assertThat(get(dial)).isSameAs(first);
      }
      assertThat(b.connections()).hasSize(1);
    }
  }

  @Test
  void theTimeoutOfACallerNamesWhatIsStillUnderWay() throws Exception {
    try (var silent = new SilentListener();
        Host a = host();
        Host b = host()) {
      var options = DialOptions.DEFAULT.withTimeout(Duration.ofMillis(200));
      assertThatThrownBy(
              () -> get(b.connect(new AddrInfo(a.id(), List.of(silent.address())), options)))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(DialException.class)
          .hasMessageContaining("PT0.2S")
          .hasMessageContaining(silent.address().toString());
      Await.until(Duration.ofSeconds(10), silent::allEnded);
    }
  }

  @Test
  void aSilentPeerIsGivenUpAtTheDeadlineOfTheAttempt() throws Exception {
    HostConfig config =
        HostConfig.DEFAULT.withDial(DialConfig.DEFAULT.withAttemptTimeout(Duration.ofMillis(300)));
    try (var silent = new SilentListener();
        Host a = host();
        Host b = Libp2p.host().config(config).start().join()) {
      assertThatThrownBy(() -> get(b.connect(new AddrInfo(a.id(), List.of(silent.address())))))
          .cause()
          .isInstanceOf(DialException.class);
      Await.until(Duration.ofSeconds(10), silent::allEnded);
    }
  }

  @Test
  void everyFailedAddressHasItsCause() throws Exception {
    try (Host a = host();
        Host b = host()) {
      var refused = closedPort();
      var noTransport = Multiaddr.of("/ip4/127.0.0.1/udp/1/quic-v1");
      assertThatThrownBy(() -> get(b.connect(new AddrInfo(a.id(), List.of(refused, noTransport)))))
          .cause()
          .isInstanceOfSatisfying(
              DialException.class,
              failure -> {
                assertThat(failure.attempts())
                    .extracting(DialException.Attempt::address)
                    .containsExactlyInAnyOrder(refused, noTransport);
                assertThat(failure).hasMessageContaining("no transport for this address");
              });
    }
  }

  @Test
  void aFailedAddressIsLeftAloneForAWhile() throws Exception {
    try (Host a = host();
        Host b = host()) {
      var target = new AddrInfo(a.id(), List.of(closedPort()));
      assertThatThrownBy(() -> get(b.connect(target))).hasMessageNotContaining("in back-off");
      assertThatThrownBy(() -> get(b.connect(target))).hasMessageContaining("in back-off");
      assertThatThrownBy(() -> get(b.connect(target, DialOptions.DEFAULT.withForceNew(true))))
          .hasMessageNotContaining("in back-off");
    }
  }

  @Test
  void noAddressesIsAClearError() {
    try (Host a = host();
        Host b = host()) {
      assertThatThrownBy(() -> get(b.connect(AddrInfo.of(a.id()))))
          .hasMessageContaining("no addresses");
      assertThatThrownBy(() -> get(b.connect(b.addrInfo())))
          .hasMessageContaining("does not dial itself");
    }
  }

  private static Multiaddr closedPort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Multiaddr.ofTcp((InetSocketAddress) socket.getLocalSocketAddress());
    }
  }
}
