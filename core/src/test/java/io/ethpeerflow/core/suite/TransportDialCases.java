package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.spi.DialRequest;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.suite.TransportRig.Pair;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Dials: what they lead to, how they fail, and that nothing of them stays. */
abstract class TransportDialCases extends TransportSuite {

  @Test
  void aDialGivesBothSidesAConnection() {
    Pair pair = rig().connect();
    assertThat(pair.dialed().closed()).isNotDone();
    assertThat(pair.accepted().closed()).isNotDone();
  }

  @Test
  void bothSidesLearnTheOthersKey() {
    Pair pair = rig().connect();
    assertThat(pair.dialed().remoteKey()).isEqualTo(TestIdentities.key(2).publicKey());
    assertThat(pair.accepted().remoteKey()).isEqualTo(TestIdentities.key(1).publicKey());
  }

  @Test
  void eachSideKnowsWhoOpenedTheConnection() {
    Pair pair = rig().connect();
    assertThat(pair.dialed().direction()).isEqualTo(Direction.OUTBOUND);
    assertThat(pair.accepted().direction()).isEqualTo(Direction.INBOUND);
  }

  @Test
  void theAddressesOfBothSidesMatch() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    Pair pair = rig.connect(listener);
    assertThat(pair.dialed().remoteAddress()).isEqualTo(listener.address());
    assertThat(pair.accepted().localAddress()).isEqualTo(listener.address());
    assertThat(pair.accepted().remoteAddress()).isEqualTo(pair.dialed().localAddress());
    assertThat(pair.dialed().localAddress()).isNotEqualTo(pair.dialed().remoteAddress());
  }

  @Test
  void theConnectionSaysWhichTransportCarriesIt() {
    TransportRig rig = rig();
    Pair pair = rig.connect();
    assertThat(pair.dialed().transport()).isEqualTo(rig.one.transport.name());
    assertThat(pair.accepted().transport()).isEqualTo(rig.two.transport.name());
  }

  @Test
  void anyoneMayAnswerWhenNobodyIsExpected() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    CompletableFuture<MuxedConnection> dial =
        rig.one.dialing(listener.address(), null, TransportRig.TIMEOUT);
    rig.world.until("dialed", dial::isDone);
    assertThat(dial.join().remoteKey()).isEqualTo(TestIdentities.key(2).publicKey());
  }

  @Test
  void anotherPeerThanExpectedIsRefused() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    Throwable failure =
        rig.one.failing(listener.address(), TestIdentities.peer(3), TransportRig.TIMEOUT);
    assertThat(failure).isInstanceOf(HandshakeException.class);
    rig.untilNothingIsLeft();
  }

  @Test
  void aRefusedDialFailsAndLeavesNothing() {
    TransportRig rig = rig();
    Throwable failure =
        rig.one.failing(rig.world.refusedAddress(), rig.two.peer(), TransportRig.TIMEOUT);
    assertThat(failure.getMessage()).isNotBlank();
    rig.untilNothingIsLeft();
  }

  @Test
  void aDialToSomeoneWhoIsSilentFailsAtItsDeadline() {
    TransportRig rig = rig();
    Throwable failure = rig.one.failing(rig.world.silentAddress(), rig.two.peer(), SHORT);
    assertThat(failure).hasMessageContaining(SHORT.toString());
    rig.untilNothingIsLeft();
  }

  @Test
  void aDialDoesNotFailBeforeItsDeadline() {
    TransportRig rig = rig();
    CompletableFuture<MuxedConnection> dial =
        rig.one.dialing(rig.world.silentAddress(), rig.two.peer(), Duration.ofSeconds(3));
    rig.world.pass(SHORT);
    assertThat(dial).isNotDone();
    dial.cancel(false);
  }

  @Test
  void theUpgradesDeadlineFailsADialToo() {
    TransportRig rig = rig(SHORT);
    assumeTrue(rig.world.upgrades(), "the transport does not use the upgrader");
    Throwable failure =
        rig.one.failing(rig.world.silentAddress(), rig.two.peer(), TransportRig.TIMEOUT);
    assertThat(failure).hasMessageContaining(SHORT.toString());
    rig.untilNothingIsLeft();
  }

  @Test
  void theRoleOfTheRequestIsPlayed() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    CompletableFuture<MuxedConnection> dial =
        rig.one.transport.dial(
            new DialRequest(listener.address(), rig.two.peer(), Role.RESPONDER, SHORT));
    rig.world.until("ended", dial::isDone);
    assertThat(dial).as("two responders").isCompletedExceptionally();
  }

  @Test
  void aDialThatIsCancelledAtOnceLeavesNothing() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    rig.one.dialing(listener.address(), rig.two.peer(), TransportRig.TIMEOUT).cancel(false);
    rig.world.pass(Duration.ofMillis(500));
    rig.untilNothingIsLeft();
    assertThat(rig.two.accepted).as("upgraded all the same").isEmpty();
  }

  @Test
  void aDialThatIsCancelledWhileItUpgradesLeavesNothing() {
    TransportRig rig = rig(Duration.ofMinutes(5));
    CompletableFuture<MuxedConnection> dial =
        rig.one.dialing(rig.world.silentAddress(), rig.two.peer(), Duration.ofMinutes(5));
    rig.world.pass(Duration.ofMillis(50));
    assertThat(rig.one.limits.openConnections()).isOne();
    dial.cancel(false);
    rig.world.pass(Duration.ofMillis(500));
    assertThat(rig.one.limits.openConnections()).isZero();
    rig.untilNothingIsLeft();
  }

  @Test
  void aDialThatIsCancelledAtAnyStageLeavesNothing() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    for (int stage = 0; stage < 24; stage++) {
      CompletableFuture<MuxedConnection> dial =
          rig.one.dialing(listener.address(), rig.two.peer(), TransportRig.TIMEOUT);
      rig.world.pass(Duration.ofNanos(stage * 400_000L));
      if (!dial.cancel(false)) {
        rig.close(dial.join(), ConnectionErrorCode.NO_ERROR);
      }
      rig.world.pass(Duration.ofMillis(20));
      rig.world.until(
          "the dialer is charged for nothing", () -> rig.one.limits.openConnections() == 0);
    }
    rig.untilNothingIsLeft();
  }

  @Test
  void cancellingADialThatIsDoneChangesNothing() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    CompletableFuture<MuxedConnection> dial =
        rig.one.dialing(listener.address(), rig.two.peer(), TransportRig.TIMEOUT);
    rig.world.until("dialed", dial::isDone);
    assertThat(dial.cancel(false)).isFalse();
    rig.world.pass(SHORT);
    assertThat(dial.join().closed()).isNotDone();
  }

  @Test
  void theLosingOneOfTwoDialsLeavesNothing() {
    TransportRig rig = rig(Duration.ofMinutes(5));
    Listener listener = rig.two.listen();
    CompletableFuture<MuxedConnection> losing =
        rig.one.dialing(rig.world.silentAddress(), rig.two.peer(), Duration.ofMinutes(5));
    MuxedConnection winning = rig.one.dial(listener.address());
    losing.cancel(false);
    rig.world.pass(Duration.ofMillis(500));
    assertThat(rig.one.limits.openConnections()).isOne();
    assertThat(winning.closed()).isNotDone();
  }

  @Test
  void manyMayDialAtOnce() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    List<CompletableFuture<MuxedConnection>> dials = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      dials.add(rig.one.dialing(listener.address(), rig.two.peer(), TransportRig.TIMEOUT));
    }
    rig.world.until("all dialed", () -> dials.stream().allMatch(CompletableFuture::isDone));
    rig.world.until("all accepted", () -> rig.two.accepted.size() == 12);
    assertThat(dials.stream().map(dial -> dial.join().localAddress()).distinct())
        .hasSize(rig.world.hasSocketPerConnection() ? 12 : 1);
  }

  @Test
  void bothMayDialEachOtherAtOnce() {
    TransportRig rig = rig();
    Listener first = rig.one.listen();
    Listener second = rig.two.listen();
    CompletableFuture<MuxedConnection> there =
        rig.one.dialing(second.address(), rig.two.peer(), TransportRig.TIMEOUT);
    CompletableFuture<MuxedConnection> back =
        rig.two.dialing(first.address(), rig.one.peer(), TransportRig.TIMEOUT);
    rig.world.until("both dialed", () -> there.isDone() && back.isDone());
    assertThat(there.join().remoteKey()).isEqualTo(TestIdentities.key(2).publicKey());
    assertThat(back.join().remoteKey()).isEqualTo(TestIdentities.key(1).publicKey());
  }

  @Test
  void saysWhatItCanDial() {
    TransportRig rig = rig();
    Listener listener = rig.two.listen();
    assertThat(rig.one.transport.canDial(listener.address())).isTrue();
    assertThat(rig.one.transport.canDial(rig.world.listenAddress(2))).as("port 0").isFalse();
    for (Multiaddr foreign : rig.world.foreign()) {
      assertThat(rig.one.transport.canDial(foreign)).as(foreign.toString()).isFalse();
    }
  }

  @Test
  void aForeignAddressIsNotDialed() {
    TransportRig rig = rig();
    for (Multiaddr foreign : rig.world.foreign()) {
      Throwable failure = rig.one.failing(foreign, rig.two.peer(), SHORT);
      assertThat(failure).isNotInstanceOf(CompletionException.class);
    }
    rig.untilNothingIsLeft();
  }
}
