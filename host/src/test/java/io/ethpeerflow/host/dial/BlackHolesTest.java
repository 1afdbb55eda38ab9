package io.ethpeerflow.host.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.host.dial.BlackHoles.Path;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlackHolesTest {
  private static final Multiaddr UDP4 = Multiaddr.of("/ip4/1.2.3.4/udp/1/quic-v1");
  private static final Multiaddr UDP6 = Multiaddr.of("/ip6/2001:db8::1/udp/1/quic-v1");
  private static final Multiaddr TCP4 = Multiaddr.of("/ip4/1.2.3.4/tcp/1");
  private static final Multiaddr TCP6 = Multiaddr.of("/ip6/2001:db8::1/tcp/1");

  private final BlackHoles holes = new BlackHoles(BlackHoleConfig.DEFAULT);

  private void fails(int times, Multiaddr address) {
    for (int i = 0; i < times; i++) {
      holes.failed(address);
    }
  }

  private void succeeds(int times, Multiaddr address) {
    for (int i = 0; i < times; i++) {
      holes.succeeded(address);
    }
  }

  private int triedOf(int dials, Multiaddr address) {
    int tried = 0;
    for (int i = 0; i < dials; i++) {
      tried += holes.refusal(address) == null ? 1 : 0;
    }
    return tried;
  }

  @Test
  void nothingIsConcludedFromLessThanAWindow() {
    fails(99, UDP4);
    assertThat(holes.isBlocked(Path.UDP)).isFalse();
    assertThat(holes.refusal(UDP4)).isNull();

    fails(1, UDP4);
    assertThat(holes.isBlocked(Path.UDP)).isTrue();
    assertThat(holes.refusal(UDP4)).isNotNull();
  }

  @Test
  void fiveSuccessesInAHundredAreEnough() {
    succeeds(5, UDP4);
    fails(95, UDP4);
    assertThat(holes.isBlocked(Path.UDP)).isFalse();

    fails(1, UDP4);
    assertThat(holes.isBlocked(Path.UDP)).as("the oldest success is forgotten").isTrue();
  }

  @Test
  void oneInAHundredBlockedDialsIsTried() {
    fails(100, UDP4);
    assertThat(triedOf(99, UDP4)).isZero();
    assertThat(triedOf(1, UDP4)).isOne();
    assertThat(triedOf(1000, UDP4)).isEqualTo(10);
  }

  @Test
  void aFailedProbeLeavesItBlocked() {
    fails(100, UDP4);
    triedOf(100, UDP4);
    fails(1, UDP4);
    assertThat(holes.isBlocked(Path.UDP)).isTrue();
    assertThat(triedOf(99, UDP4)).isZero();
  }

  @Test
  void aSuccessOpensItAgainAndForgetsTheFailures() {
    fails(100, UDP4);
    succeeds(1, UDP4);
    assertThat(holes.isBlocked(Path.UDP)).isFalse();
    assertThat(triedOf(1000, UDP4)).isEqualTo(1000);

    fails(98, UDP4);
    assertThat(holes.isBlocked(Path.UDP)).isFalse();
    fails(1, UDP4);
    assertThat(holes.isBlocked(Path.UDP)).isTrue();
  }

  @Test
  void udpAndIp6AreJudgedApart() {
    fails(100, UDP4);
    assertThat(holes.isBlocked(Path.IPV6)).isFalse();
    assertThat(holes.refusal(TCP4)).isNull();
    assertThat(holes.refusal(TCP6)).isNull();
    assertThat(holes.refusal(UDP6)).contains("UDP");

    fails(100, TCP6);
    assertThat(holes.isBlocked(Path.IPV6)).isTrue();
    assertThat(holes.refusal(TCP6)).contains("IPv6");
    assertThat(holes.refusal(TCP4)).isNull();
  }

  @Test
  void whatIsBothCountsForBothAndIsTriedWhenEitherHasItsProbe() {
    fails(100, UDP6);
    assertThat(holes.isBlocked(Path.UDP)).isTrue();
    assertThat(holes.isBlocked(Path.IPV6)).isTrue();
    triedOf(50, TCP6);
    assertThat(triedOf(49, UDP6)).isZero();
    assertThat(triedOf(1, UDP6)).isOne();
  }

  @Test
  void beingOvertakenCountsAgainstWhatTheWinnerDidWithout() {
    for (int i = 0; i < 100; i++) {
      holes.overtaken(UDP6, UDP4);
    }
    assertThat(holes.isBlocked(Path.IPV6)).isTrue();
    assertThat(holes.isBlocked(Path.UDP)).isFalse();
    for (int i = 0; i < 100; i++) {
      holes.overtaken(UDP4, TCP4);
    }
    assertThat(holes.isBlocked(Path.UDP)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/192.168.1.2/udp/1/quic-v1",
        "/ip4/127.0.0.1/udp/1/quic-v1",
        "/ip6/fd00::1/tcp/1",
        "/ip6/2001:db8::1/udp/1/quic-v1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA"
            + "/p2p-circuit",
        "/dns4/example.org/udp/1/quic-v1"
      })
  void privateRelayedAndUnresolvedAddressesSayNothingAndAreNeverBlocked(String text) {
    Multiaddr address = Multiaddr.of(text);
    fails(500, address);
    assertThat(holes.isBlocked(Path.UDP)).isFalse();
    assertThat(holes.isBlocked(Path.IPV6)).isFalse();
    fails(100, UDP6);
    assertThat(triedOf(10, address)).isEqualTo(10);
  }

  @Test
  void theReasonHasTheNumbers() {
    succeeds(2, UDP4);
    fails(98, UDP4);
    assertThat(holes.refusal(UDP4))
        .isEqualTo(
            "UDP seems to be a black hole here: 2 of the last 100 dials over it succeeded, fewer"
                + " than 5; one in 100 is still tried");
  }

  @Test
  void nothingIsBlockedWhenItIsOff() {
    var off = new BlackHoles(BlackHoleConfig.OFF);
    for (int i = 0; i < 1000; i++) {
      off.failed(UDP6);
      assertThat(off.refusal(UDP6)).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"0,0,1", "10001,5,1", "100,-1,1", "100,101,1", "100,5,0", "100,5,10001"})
  void aConfigurationThatCannotBeIsRefused(int window, int minSuccesses, int probeEvery) {
    assertThatThrownBy(() -> new BlackHoleConfig(window, minSuccesses, probeEvery))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
