package io.ethpeerflow.core.suite;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.spi.Gater;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.suite.TransportRig.Pair;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Listeners, and who is let in. */
abstract class TransportListenCases extends TransportDialCases {

  @Test
  void aListenerTellsThePortItWasGiven() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    assertThat(port(listener.address())).isPositive();
    assertThat(listener.address())
        .isEqualTo(at(rig.world.listenAddress(2), port(listener.address())));
  }

  /** An address with port 0, with a port. */
  private static Multiaddr at(Multiaddr address, int port) {
    return Multiaddr.of(address.toString().replaceFirst("/0(?=/|$)", "/" + port));
  }

  private static int port(Multiaddr address) {
    return requireNonNull(address.socketAddress()).getPort();
  }

  @Test
  void aWildcardStaysOneAndConnectionsHaveRealAddresses() {
    TransportRig rig = rig();
    Multiaddr one = rig.world.listenAddress(2);
    Multiaddr wildcard = Multiaddr.of(one.toString().replaceFirst("/ip4/[^/]+", "/ip4/0.0.0.0"));
    Listener listener = rig.two.listen(wildcard);
    int port = port(listener.address());
    assertThat(listener.address()).isEqualTo(at(wildcard, port));
    Multiaddr real = at(one, port);
    MuxedConnection dialed = rig.one.dial(real);
    rig.world.until("accepted", () -> rig.two.accepted.size() == 1);
    assertThat(dialed.remoteAddress()).isEqualTo(real);
    assertThat(rig.two.accepted.get(0).localAddress()).isEqualTo(real);
  }

  @Test
  void worksOverIpv6() {
    TransportRig rig = rig();
    Multiaddr address = rig.world.listenAddress6(2);
    assumeTrue(address != null, "no IPv6 here");
    if (address != null) {
      Pair pair = rig.connect(rig.two.listen(address));
      assertThat(pair.dialed().localAddress().toString()).startsWith("/ip6/");
      assertThat(pair.accepted().remoteAddress()).isEqualTo(pair.dialed().localAddress());
    }
  }

  @Test
  void mayListenOnSeveralAddresses() {
    TransportRig rig = rig();
    Listener first = rig.two.listen();
    Listener second = rig.two.listen();
    assertThat(first.address()).isNotEqualTo(second.address());
    assertThat(rig.connect(first).accepted().localAddress()).isEqualTo(first.address());
    assertThat(rig.connect(second).accepted().localAddress()).isEqualTo(second.address());
  }

  @Test
  void anAddressThatIsTakenIsRefused() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    CompletableFuture<Listener> again =
        rig.two.transport.listen(listener.address(), rig.two::onAccepted);
    rig.world.until("refused", again::isDone);
    assertThat(again).isCompletedExceptionally();
    assertThat(again.exceptionNow()).hasMessageContaining(listener.address().toString());
    rig.connect(listener);
  }

  @Test
  void saysWhatItCanListenOn() {
    TransportRig rig = rig();
    assertThat(rig.two.transport.canListen(rig.world.listenAddress(2))).isTrue();
    for (Multiaddr foreign : rig.world.foreign()) {
      assertThat(rig.two.transport.canListen(foreign)).as(foreign.toString()).isFalse();
      CompletableFuture<Listener> listening =
          rig.two.transport.listen(foreign, rig.two::onAccepted);
      rig.world.until("refused", listening::isDone);
      assertThat(listening).isCompletedExceptionally();
    }
  }

  @Test
  void aClosedListenerTakesNoDials() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    CompletableFuture<Void> closed = listener.close();
    rig.world.until("closed", closed::isDone);
    rig.one.failing(listener.address(), rig.two.peer(), Duration.ofSeconds(2));
    assertThat(rig.two.accepted).isEmpty();
  }

  @Test
  void aClosedListenersConnectionsStay() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    Pair pair = rig.connect(listener);
    CompletableFuture<Void> closed = listener.close();
    rig.world.until("closed", closed::isDone);
    rig.world.pass(SHORT);
    assertThat(pair.dialed().closed()).isNotDone();
    TransportStream[] stream = rig.stream(pair.dialed(), rig.two);
    stream[1].expecting(PATTERN).requestAll();
    stream[0].send(PATTERN, 1000, true);
    rig.world.until("all arrived", () -> stream[1].received() == 1000);
  }

  @Test
  void aListenerMayBeClosedTwiceAndItsAddressUsedAgain() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    rig.world.until("closed", listener.close()::isDone);
    rig.world.until("closed again", listener.close()::isDone);
    Listener again = rig.two.listen(listener.address());
    assertThat(again.address()).isEqualTo(listener.address());
    rig.connect(again);
  }

  @Test
  void closingTheTransportClosesItsListeners() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    rig.two.transport.close();
    rig.world.pass(Duration.ofMillis(50));
    rig.one.failing(listener.address(), rig.two.peer(), Duration.ofSeconds(2));
    assertThat(rig.two.accepted).isEmpty();
  }

  @Test
  void aStrangerWhoSendsGarbageIsDroppedAndOthersAreServed() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    assumeTrue(rig.world.connectRaw(listener.address(), PATTERN.bytes(0, 300)));
    rig.world.pass(Duration.ofMillis(100));
    rig.world.until("dropped", () -> rig.two.limits.openConnections() == 0);
    rig.connect(listener);
    assertThat(rig.two.accepted).hasSize(1);
  }

  @Test
  void aStrangerWhoIsSilentIsDroppedAtTheDeadlineOfUpgrades() {
    TransportRig rig = rig(SHORT);
    assumeTrue(rig.world.upgrades(), "the transport does not use the upgrader");
    Listener listener = rig.two.listen();
    assumeTrue(rig.world.connectRaw(listener.address(), new byte[0]));
    rig.world.until("accepted", () -> rig.two.limits.openConnections() == 1);
    rig.world.until("dropped", () -> rig.two.limits.openConnections() == 0);
    assertThat(rig.two.accepted).isEmpty();
  }

  @Test
  void theGaterRefusesAnAcceptedSocket() {
    TransportRig rig = rig();
    var asked = new CopyOnWriteArrayList<Multiaddr>();
    rig.two.gater =
        new Gater() {
          @Override
          public boolean allowAccept(Multiaddr localAddress, Multiaddr remoteAddress) {
            asked.add(localAddress);
            return false;
          }
        };
    Listener listener = rig.two.listen();
    rig.one.failing(listener.address(), rig.two.peer(), Duration.ofSeconds(2));
    assertThat(asked).containsOnly(listener.address());
    assertThat(rig.two.accepted).isEmpty();
    rig.untilNothingIsLeft();
  }

  @Test
  void theGaterIsToldTheRemotesAddress() {
    TransportRig rig = rig();
    var asked = new CopyOnWriteArrayList<Multiaddr>();
    rig.two.gater =
        new Gater() {
          @Override
          public boolean allowAccept(Multiaddr localAddress, Multiaddr remoteAddress) {
            asked.add(remoteAddress);
            return true;
          }
        };
    Pair pair = rig.connect();
    assertThat(asked).containsExactly(pair.dialed().localAddress());
  }

  @Test
  void theGaterRefusesAPeerWhoHasProvedItself() {
    TransportRig rig = rig();
    var asked = new CopyOnWriteArrayList<Direction>();
    rig.two.gater =
        new Gater() {
          @Override
          public boolean allowSecured(Direction direction, PeerId peer, Multiaddr remote) {
            asked.add(direction);
            return !peer.equals(TestIdentities.peer(1));
          }
        };
    Listener listener = rig.two.listen();
    rig.one.dialing(listener.address(), rig.two.peer(), TransportRig.TIMEOUT);
    rig.world.until("asked", () -> !asked.isEmpty());
    rig.untilNothingIsLeft();
    assertThat(asked).containsExactly(Direction.INBOUND);
    assertThat(rig.two.accepted).isEmpty();
  }

  private static LimitsConfig connections(int inbound, int outbound) {
    LimitsConfig config = LimitsConfig.DEFAULT;
    return config.withSystem(
        config.system().withConnections(inbound, outbound, inbound + outbound));
  }

  @Test
  void aSocketBeyondTheLimitIsRefused() {
    TransportRig rig = rig(LimitsConfig.DEFAULT, connections(1, 100), UPGRADE_TIMEOUT);
    Listener listener = rig.two.listen();
    Pair first = rig.connect(listener);
    rig.one.failing(listener.address(), rig.two.peer(), Duration.ofSeconds(2));
    assertThat(first.dialed().closed()).isNotDone();
    assertThat(rig.two.accepted).hasSize(1);
    rig.close(first.dialed(), ConnectionErrorCode.NO_ERROR);
    rig.untilNothingIsCharged();
    rig.connect(listener);
  }

  @Test
  void aDialBeyondTheLimitIsRefused() {
    TransportRig rig = rig(connections(100, 1), LimitsConfig.DEFAULT, UPGRADE_TIMEOUT);
    Listener listener = rig.two.listen();
    Pair first = rig.connect(listener);
    Throwable failure = rig.one.failing(listener.address(), rig.two.peer(), Duration.ofSeconds(2));
    assertThat(failure).isInstanceOf(ResourceLimitException.class);
    rig.close(first.dialed(), ConnectionErrorCode.NO_ERROR);
    rig.untilNothingIsCharged();
    rig.connect(listener);
  }

  @Test
  void aConnectionIsChargedUntilItHasEnded() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    for (TransportRig.End end : List.of(rig.one, rig.two)) {
      assertThat(end.limits.openConnections()).isOne();
      assertThat(end.limits.manager().usage().system().descriptors())
          .isEqualTo(rig.world.hasSocketPerConnection() ? 1 : 0);
    }
    rig.close(pair.accepted(), ConnectionErrorCode.NO_ERROR);
    rig.untilNothingIsLeft();
  }

  @Test
  void aDialIsChargedFromItsBeginning() {
    TransportRig rig = rig();
    CompletableFuture<MuxedConnection> dial =
        rig.one.dialing(rig.world.silentAddress(), rig.two.peer(), TransportRig.TIMEOUT);
    assertThat(rig.one.limits.manager().usage().system().outboundConnections()).isOne();
    dial.cancel(false);
    rig.untilNothingIsLeft();
  }
}
