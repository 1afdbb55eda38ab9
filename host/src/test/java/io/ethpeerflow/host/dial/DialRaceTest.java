package io.ethpeerflow.host.dial;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Connection;
import io.ethpeerflow.core.error.DialException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.TransportUnavailableException;
import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.spi.DialRequest;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.suite.RecordingMetrics;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** QUIC and TCP side by side, in virtual time: who begins when, and what becomes of the loser. */
final class DialRaceTest {
  private static final PeerId PEER = TestIdentities.peer(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Multiaddr QUIC4 = Multiaddr.of("/ip4/1.2.3.4/udp/1/quic-v1");
  private static final Multiaddr TCP4 = Multiaddr.of("/ip4/1.2.3.4/tcp/1");
  private static final List<Multiaddr> BOTH = List.of(TCP4, QUIC4);

  private final VirtualClock clock = new VirtualClock();
  private final SimLoop loop = new SimLoop(clock, "host");
  private final RecordingMetrics metrics = new RecordingMetrics();
  private final HangingTransport quic = new HangingTransport("quic", Protocol.QUIC_V1);
  private final HangingTransport tcp = new HangingTransport("tcp", Protocol.TCP);
  private final Dialer dialer =
      new Dialer(
          DialConfig.DEFAULT,
          loop,
          new Transports(tcp, quic),
          (address, peer) -> completedFuture(List.of(address)),
          Gater.ALLOW_ALL,
          muxed -> Stub.answering(Connection.class, "remotePeer", PEER),
          metrics);

  /** Dials nobody: each dial hangs until the test ends it. */
  private static final class HangingTransport implements Transport {
    final List<CompletableFuture<MuxedConnection>> dials = new ArrayList<>();
    private final String name;
    private final Protocol protocol;

    HangingTransport(String name, Protocol protocol) {
      this.name = name;
      this.protocol = protocol;
    }

    CompletableFuture<MuxedConnection> latest() {
      return dials.get(dials.size() - 1);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean canDial(Multiaddr address) {
      return address.has(protocol);
    }

    @Override
    public boolean canListen(Multiaddr address) {
      return false;
    }

    @Override
    public CompletableFuture<MuxedConnection> dial(DialRequest request) {
      var dial = new CompletableFuture<MuxedConnection>();
      dials.add(dial);
      return dial;
    }

    @Override
    public CompletableFuture<Listener> listen(
        Multiaddr address, Consumer<MuxedConnection> accepted) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private CompletableFuture<Connection> dial(int peer, List<Multiaddr> addresses, boolean fresh) {
    var result = dialer.dial(TestIdentities.peer(peer), addresses, TIMEOUT, fresh);
    clock.runDue();
    return result;
  }

  private void answers(HangingTransport transport) {
    loop.run(
        () -> transport.latest().complete(Stub.answering(MuxedConnection.class, "loop", loop)));
    clock.runDue();
  }

  private void fails(HangingTransport transport, RuntimeException cause) {
    loop.run(() -> transport.latest().completeExceptionally(cause));
    clock.runDue();
  }

  /** Dials a number of peers whose QUIC hangs and whose TCP answers. */
  private void losesToTcp(int times) {
    for (int i = 0; i < times; i++) {
      var dialed = dial(100 + i, BOTH, false);
      clock.advance(Duration.ofMillis(250));
      answers(tcp);
      assertThat(dialed).isCompleted();
    }
  }

  @Test
  void tcpFollowsAQuicDialThatHangsAfterTheHeadStartAndCancelsItWhenItWins() {
    var dialed = dial(1, BOTH, false);
    clock.advance(Duration.ofMillis(249));
    assertThat(quic.dials).hasSize(1);
    assertThat(tcp.dials).isEmpty();

    clock.advance(Duration.ofMillis(1));
    assertThat(tcp.dials).hasSize(1);
    assertThat(quic.latest()).isNotDone();

    answers(tcp);
    assertThat(dialed).isCompleted();
    assertThat(quic.latest()).isCancelled();
  }

  @Test
  void theHeadStartIsShorterAmongPrivateAddresses() {
    dial(
        1,
        List.of(
            Multiaddr.of("/ip4/192.168.1.2/tcp/1"), Multiaddr.of("/ip4/192.168.1.2/udp/1/quic-v1")),
        false);
    clock.advance(Duration.ofMillis(29));
    assertThat(tcp.dials).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(tcp.dials).hasSize(1);
  }

  @Test
  void tcpIsNotTriedWhenQuicAnswersInTime() {
    var dialed = dial(1, BOTH, false);
    clock.advance(Duration.ofMillis(200));
    answers(quic);
    assertThat(dialed).isCompleted();
    clock.advance(Duration.ofSeconds(2));
    assertThat(tcp.dials).isEmpty();
  }

  @Test
  void tcpBeginsAtOnceWhenQuicFails() {
    dial(1, BOTH, false);
    fails(quic, new P2pException("port unreachable"));
    assertThat(tcp.dials).hasSize(1);
  }

  @Test
  void quicMayStillWinAfterTcpHasBegun() {
    var dialed = dial(1, BOTH, false);
    clock.advance(Duration.ofMillis(300));
    answers(quic);
    assertThat(dialed).isCompleted();
    assertThat(tcp.latest()).isCancelled();
  }

  @Test
  void aCallerThatGivesUpCancelsAllThatIsUnderWay() {
    var dialed = dial(1, BOTH, false);
    clock.advance(Duration.ofMillis(300));
    dialed.cancel(false);
    clock.runDue();
    assertThat(quic.latest()).isCancelled();
    assertThat(tcp.latest()).isCancelled();
  }

  @Test
  void aNetworkThatSwallowsUdpCostsNoHeadStartAnyMore() {
    losesToTcp(100);
    assertThat(metrics.gauged("peerflow.dials.blackhole{path=udp}")).isOne();
    assertThat(metrics.gauged("peerflow.dials.blackhole{path=ipv6}")).isZero();
    int quicDials = quic.dials.size();

    var dialed = dial(1, BOTH, false);
    assertThat(tcp.dials).hasSize(101);
    fails(tcp, new P2pException("connection refused"));

    assertThat(quic.dials).hasSize(quicDials);
    assertThat(metrics.counted("peerflow.dials.blackholed")).isOne();
    assertThat(dialed.exceptionNow())
        .isInstanceOf(DialException.class)
        .hasMessageContaining("UDP seems to be a black hole here: 0 of the last 100")
        .hasMessageContaining("connection refused");
  }

  @Test
  void aFreshDialTriesUdpAllTheSameAndItsSuccessOpensThePath() {
    losesToTcp(100);
    var dialed = dial(1, List.of(QUIC4), true);
    answers(quic);
    assertThat(dialed).isCompleted();
    assertThat(metrics.gauged("peerflow.dials.blackhole{path=udp}")).isZero();
  }

  @Test
  void whatTheCallerGaveUpSaysNothingOfTheNetwork() {
    for (int i = 0; i < 200; i++) {
      dial(100 + i, BOTH, false).cancel(false);
      clock.runDue();
    }
    assertThat(metrics.gauged("peerflow.dials.blackhole{path=udp}")).isZero();
  }

  @Test
  void aTransportThatCannotRunHereSaysNothingOfTheNetworkAndIsAskedAgain() {
    var cannot = new TransportUnavailableException("quic", "the library is missing");
    for (int i = 0; i < 200; i++) {
      var dialed = dial(1, List.of(QUIC4), false);
      fails(quic, cannot);
      assertThat(dialed.exceptionNow()).hasMessageContaining("the library is missing");
    }
    assertThat(metrics.gauged("peerflow.dials.blackhole{path=udp}")).isZero();
  }
}
