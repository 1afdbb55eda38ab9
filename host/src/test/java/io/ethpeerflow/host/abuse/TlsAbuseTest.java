package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.attack.AttackSocket;
import io.ethpeerflow.testkit.attack.Bytes;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.Multistream;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.TlsAttack;
import io.ethpeerflow.testkit.attack.TlsCertificate;
import io.ethpeerflow.testkit.attack.Wire;
import io.ethpeerflow.testkit.seed.Seeds;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients of TLS that stall, lie or babble behind their ClientHello. */
class TlsAbuseTest extends AbuseTest {
  private static final String LATE = "inbound upgrade did not finish within PT1.5S";

  @Override
  VictimSettings settings() {
    return VictimSettings.HASTY;
  }

  private AttackSocket proposing() {
    AttackSocket socket = keep(AttackSocket.connect(victim().address(), SOON));
    Multistream.propose(socket, "/tls/1.0.0");
    return socket;
  }

  /** A client whose turn it is to say who it is. */
  private static TlsAttack asked(AttackSocket socket, @Nullable TlsCertificate shown) {
    var tls = new TlsAttack(socket, shown);
    socket.write(tls.hello());
    tls.readFlight();
    return tls;
  }

  private static TlsCertificate honest() {
    return TlsCertificate.honest(Identity.create());
  }

  private static byte[] half(byte[] flight) {
    return Bytes.first(flight, flight.length / 2);
  }

  @Test
  void aClientThatBehavesIsServed() {
    AttackSocket socket = proposing();
    TlsAttack tls = asked(socket, honest());
    socket.write(tls.finish());
    Multistream.propose(tls, RawPeer.YAMUX);
  }

  @Test
  void aClientThatStallsAtAnyStageOfItsHandshakeIsGivenUp() {
    AttackSocket withinHello = proposing();
    withinHello.write(half(new TlsAttack(withinHello, honest()).hello()));
    AttackSocket silent = proposing();
    asked(silent, honest());
    AttackSocket withinFinish = proposing();
    withinFinish.write(half(asked(withinFinish, honest()).finish()));
    AttackSocket secured = proposing();
    secured.write(asked(secured, honest()).finish());
    for (AttackSocket socket : List.of(withinHello, silent, withinFinish, secured)) {
      assertThat(socket.awaitEnd(SOON)).isNotNull();
    }
    awaitSaid(4, LATE);
    awaitIdle();
  }

  @Test
  void aClientWithoutACertificateIsGivenUp() {
    AttackSocket socket = proposing();
    socket.write(asked(socket, null).finish());
    assertThat(socket.awaitEnd(SOON)).isNotNull();
    awaitSaid(1, "inbound upgrade failed");
    awaitIdle();
  }

  /** A certificate that lies, and what the victim says of it. */
  record Lie(String what, Supplier<TlsCertificate> made, String said) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Lie> lies() {
    Identity one = Identity.create();
    Identity other = Identity.create();
    return List.of(
        new Lie(
            "no extension",
            () -> TlsCertificate.with(null),
            "certificate lacks the libp2p extension"),
        new Lie(
            "somebody else's key",
            () -> TlsCertificate.with(info -> TlsCertificate.signedKey(one, other, info)),
            "host key did not sign the key of the certificate"),
        new Lie(
            "the key of another certificate",
            () -> TlsCertificate.with(info -> TlsCertificate.signedKey(one, one, half(info))),
            "host key did not sign the key of the certificate"),
        new Lie(
            "an extension that claims 2 GiB",
            () -> TlsCertificate.with(info -> Bytes.of(0x30, 0x84, 0x7f, 0xff, 0xff, 0xff)),
            "the remote's certificate was refused"),
        new Lie(
            "an extension of nothing",
            () -> TlsCertificate.with(info -> new byte[0]),
            "the remote's certificate was refused"),
        new Lie("the past", () -> TlsCertificate.expired(one), "certificate is valid from"),
        new Lie(
            "a wrong signature",
            () -> TlsCertificate.wronglySigned(one),
            "the certificate's own signature is not valid"),
        new Lie(
            "17,000 bytes",
            () ->
                TlsCertificate.with(
                    info -> Bytes.join(TlsCertificate.signedKey(one, one, info), new byte[17_000])),
            "inbound upgrade failed"));
  }

  @ParameterizedTest
  @MethodSource("lies")
  void aClientWhoseCertificateLiesIsGivenUp(Lie lie) {
    AttackSocket socket = proposing();
    push(socket, asked(socket, lie.made.get()).finish());
    assertThat(socket.awaitEnd(SOON)).isNotNull();
    awaitSaid(1, "inbound upgrade failed", lie.said);
    awaitIdle();
  }

  @Test
  void aClientThatGoesOnToChangeItsCipherIsGivenUp() {
    AttackSocket socket = proposing();
    asked(socket, honest());
    // RFC 8446, appendix D.4: each of these records is to be dropped
    push(socket, Bytes.repeat(Bytes.of(0x14, 3, 3, 0, 1, 1), 100_000));
    assertThat(socket.awaitEnd(SOON)).isNotNull();
    awaitSaid(1, "inbound upgrade failed");
    assertThat(victim().timesSaid(LATE)).isZero();
    awaitIdle();
  }

  @Test
  void garbageBehindEachFlightEndsTheConnectionAndNothingElse() {
    List<Function<AttackSocket, Wire>> stages =
        List.of(
            socket -> {
              asked(socket, honest());
              return socket;
            },
            socket -> {
              socket.write(asked(socket, honest()).finish());
              return socket;
            },
            socket -> {
              TlsAttack tls = asked(socket, honest());
              socket.write(tls.finish());
              return tls;
            });
    Seeds.check(
        3,
        random -> {
          for (Function<AttackSocket, Wire> stage : stages) {
            AttackSocket socket = proposing();
            babble(stage.apply(socket), random);
            assertThat(socket.awaitEnd(SOON)).isNotNull();
          }
        });
    awaitSaid(9, "inbound upgrade failed");
    awaitIdle();
  }
}
