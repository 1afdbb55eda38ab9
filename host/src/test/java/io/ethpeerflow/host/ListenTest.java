package io.ethpeerflow.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.BlockingStream;
import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.core.error.AddressInUseException;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.event.HostEvent;
import io.ethpeerflow.host.echo.Echo;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners that are switched on and off while the host runs. */
@Timeout(60)
final class ListenTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Multiaddr LOOPBACK = Multiaddr.of("/ip4/127.0.0.1/tcp/0");

  private Host host;
  private Host peer;
  private Multiaddr first;

  @BeforeEach
  void start() {
    host = Await.done(LIMIT, Libp2p.host().listen(LOOPBACK).start());
    peer = Await.done(LIMIT, Libp2p.host().start());
    first = host.addrInfo().addresses().get(0);
  }

  @AfterEach
  void stop() {
    peer.close();
    host.close();
  }

  private Multiaddr listens(Multiaddr address) {
    return Await.done(LIMIT, host.listen(address));
  }

  private Connection connects(Multiaddr address) {
    return Await.done(LIMIT, peer.connect(new AddrInfo(host.id(), List.of(address))));
  }

  /** Waits until identify has told the peer of these addresses, and no others. */
  private void isTold(Multiaddr... addresses) {
    Await.until(
        "addresses known to the peer",
        LIMIT,
        () -> Set.copyOf(peer.peerstore().addresses(host.id())).equals(Set.of(addresses)));
  }

  @Test
  void aListenerThatIsSwitchedOnIsTakenUpAndTold() {
    connects(first);
    isTold(first);

    Multiaddr second = listens(LOOPBACK);

    assertThat(host.addrInfo().addresses()).containsExactlyInAnyOrder(first, second);
    isTold(first, second);
    try (Host stranger = Await.done(LIMIT, Libp2p.host().start())) {
      var connection =
          Await.done(LIMIT, stranger.connect(new AddrInfo(host.id(), List.of(second))));
      assertThat(connection.remoteAddress()).isEqualTo(second);
    }
  }

  @Test
  void aListenerThatIsSwitchedOffIsWithdrawnAndItsConnectionsStay() throws IOException {
    Echo.serve(host);
    Multiaddr second = listens(LOOPBACK);
    Connection connection = connects(second);
    isTold(first, second);

    Await.done(LIMIT, host.unlisten(second));

    assertThat(host.addrInfo().addresses()).containsExactly(first);
    isTold(first);
    try (Host stranger = Await.done(LIMIT, Libp2p.host().start())) {
      assertThat(Await.failure(LIMIT, stranger.connect(new AddrInfo(host.id(), List.of(second)))))
          .isInstanceOf(DialException.class)
          .hasMessageContaining(second.toString());
    }
    try (BlockingStream stream =
        Await.done(LIMIT, connection.openStream(Echo.PROTOCOL)).blocking()) {
      stream.out().write("still here".getBytes(UTF_8));
      stream.closeWrite();
      assertThat(new String(stream.in().readAllBytes(), UTF_8)).isEqualTo("still here");
    }
  }

  @Test
  void whenTheLastListenerGoesPeersForgetItsAddress() {
    connects(first);
    isTold(first);

    Await.done(LIMIT, host.unlisten(first));

    assertThat(host.addrInfo().addresses()).isEmpty();
    isTold();
    Multiaddr again = listens(first);
    assertThat(again).isEqualTo(first);
    isTold(first);
  }

  @Test
  void aPortCanBeSwitchedOffAndOnWithoutEnd() {
    Await.done(LIMIT, host.unlisten(first));
    for (int i = 0; i < 50; i++) {
      assertThat(listens(first)).isEqualTo(first);
      Await.done(LIMIT, host.unlisten(first));
    }
  }

  @Test
  void anAddressThatIsTakenIsRefusedAndItsListenerStays() {
    assertThat(Await.failure(LIMIT, host.listen(first))).isInstanceOf(AddressInUseException.class);

    assertThat(host.addrInfo().addresses()).containsExactly(first);
    assertThat(connects(first).remotePeer()).isEqualTo(host.id());
  }

  @Test
  void whatIsNotListenedOnCannotBeSwitchedOff() {
    assertThat(Await.failure(LIMIT, host.unlisten(Multiaddr.of("/ip4/127.0.0.1/tcp/1"))))
        .isInstanceOf(P2pException.class)
        .hasMessageContaining("/ip4/127.0.0.1/tcp/1");
    Await.done(LIMIT, host.unlisten(first));
    assertThat(Await.failure(LIMIT, host.unlisten(first))).isInstanceOf(P2pException.class);
  }

  @Test
  void theLastEventHasTheAddressesOfTheEnd() {
    List<List<Multiaddr>> events = new CopyOnWriteArrayList<>();
    host.on(HostEvent.ListenAddressesChanged.class, event -> events.add(event.addresses()));
    List<CompletableFuture<Multiaddr>> listening = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      listening.add(host.listen(LOOPBACK));
    }
    listening.forEach(each -> Await.done(LIMIT, each));
    Await.until("events", LIMIT, () -> events.size() == 8);
    assertThat(events.get(7)).containsExactlyElementsOf(host.addrInfo().addresses()).hasSize(9);

    host.unlisten(first).join();
    Await.until("events", LIMIT, () -> events.size() == 9);
    assertThat(events.get(8)).hasSize(8).doesNotContain(first);
  }

  @Test
  void aHostThatShutsDownTakesNoListener() {
    host.close();
    assertThat(Await.failure(LIMIT, host.listen(LOOPBACK)))
        .hasMessageContaining("the host is shutting down");
  }
}
