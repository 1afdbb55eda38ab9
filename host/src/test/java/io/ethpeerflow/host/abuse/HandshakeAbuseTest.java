package io.ethpeerflow.host.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.attack.AttackSocket;
import io.ethpeerflow.testkit.attack.Bytes;
import io.ethpeerflow.testkit.attack.HandshakeStage;
import io.ethpeerflow.testkit.attack.Identity;
import io.ethpeerflow.testkit.attack.Multistream;
import io.ethpeerflow.testkit.attack.NoiseAttack;
import io.ethpeerflow.testkit.attack.RawPeer;
import io.ethpeerflow.testkit.attack.YamuxFrame;
import io.ethpeerflow.testkit.seed.Seeds;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that stall, lie or babble, at every stage from the socket to a stream. */
class HandshakeAbuseTest extends AbuseTest {
  private static final String LATE = "inbound upgrade did not finish within PT1.5S";

  @Override
  VictimSettings settings() {
    return VictimSettings.HASTY;
  }

  @Test
  void aPeerThatStallsAtAnyStageOfTheHandshakeIsGivenUp() {
    Map<HandshakeStage, RawPeer> stalling = new EnumMap<>(HandshakeStage.class);
    for (HandshakeStage stage : HandshakeStage.values()) {
      if (stage.isUpgrading()) {
        stalling.put(stage, attacker(stage));
      }
    }
    assertThat(victim().usage()).containsEntry("connections", (long) stalling.size());
    stalling.forEach(
        (stage, peer) -> assertThat(peer.socket().awaitEnd(SOON)).as("%s", stage).isNotNull());
    awaitSaid(stalling.size(), LATE);
    awaitIdle();
  }

  @Test
  void aPeerThatStallsWithinTheNegotiationOfAStreamLosesThatStreamAndKeepsTheRest() {
    RawPeer peer = attacker(HandshakeStage.WITHIN_STREAM_HEADER);
    assertThat(peer.awaitReset(1)).as("NEGOTIATION_FAILED").isEqualTo(0x1001);
    peer.open(RawPeer.PING);
  }

  @Test
  void aPeerThatStallsWithinItsClientHelloIsGivenUp() {
    AttackSocket socket = keep(AttackSocket.connect(victim().address(), SOON));
    Multistream.propose(socket, "/tls/1.0.0");
    // a handshake record of 512 bytes, in it a ClientHello of 508, of which the version comes
    socket.write(Bytes.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3));
    assertThat(socket.awaitEnd(SOON)).isNotNull();
    awaitSaid(1, LATE);
    awaitIdle();
  }

  /** Bytes that claim too much at a stage, and what the victim says of them. */
  record Claim(String what, HandshakeStage stage, byte[] bytes, String said) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Claim> claims() {
    byte[] longest = Bytes.join(Bytes.repeat(Bytes.of(0xff), 9), Bytes.of(1));
    return List.of(
        new Claim(
            "a first message of 1,025 bytes",
            HandshakeStage.CONNECTED,
            Bytes.uvarint(1025),
            "multistream message of 1025 bytes exceeds the 1024 allowed"),
        new Claim(
            "a length of ten bytes",
            HandshakeStage.CONNECTED,
            longest,
            "multistream length prefix of more than 2 bytes"),
        new Claim(
            "a proposal of 16,383 bytes",
            HandshakeStage.AFTER_HEADER,
            Bytes.uvarint(16_383),
            "multistream message of 16383 bytes exceeds the 1024 allowed"),
        new Claim(
            "message 1 of 65,535 bytes",
            HandshakeStage.SECURITY_AGREED,
            Bytes.of(0xff, 0xff),
            "handshake message of 65535 bytes announced, at most"),
        new Claim(
            "message 3 of 65,535 bytes",
            HandshakeStage.AFTER_MESSAGE_2,
            Bytes.of(0xff, 0xff),
            "handshake message of 65535 bytes announced, at most"),
        new Claim(
            "a record of 65,535 bytes, nothing of which follows",
            HandshakeStage.SECURED,
            Bytes.of(0xff, 0xff),
            LATE));
  }

  @ParameterizedTest
  @MethodSource("claims")
  void aPeerThatClaimsALengthBeyondABoundIsGivenUpBeforeAnythingIsHeldForIt(Claim claim) {
    RawPeer peer = attacker(claim.stage);
    long pinned = victim().memory().get("pinned");
    peer.socket().write(claim.bytes);
    assertThat(victim().memory().get("pinned")).isLessThan(pinned + (48 << 10));
    assertThat(peer.socket().awaitEnd(SOON)).isNotNull();
    awaitSaid(1, "inbound upgrade failed", claim.said);
    awaitIdle();
  }

  @Test
  void aPeerThatProposesAMuxerOfTooManyBytesIsGivenUp() {
    RawPeer peer = attacker(HandshakeStage.SECURED);
    peer.secured().write(Bytes.uvarint(1025));
    assertThat(peer.socket().awaitEnd(SOON)).isNotNull();
    awaitSaid(1, "multistream message of 1025 bytes exceeds the 1024 allowed");
    awaitIdle();
  }

  @Test
  void aPeerThatProposesAStreamsProtocolOfTooManyBytesLosesThatStream() {
    RawPeer peer = attacker(HandshakeStage.ESTABLISHED);
    int stream = peer.takeStreamId();
    peer.send(YamuxFrame.data(YamuxFrame.SYN, stream, Bytes.uvarint(1025)));
    assertThat(peer.awaitReset(stream)).as("PROTOCOL_VIOLATION").isEqualTo(0x1004);
    peer.open(RawPeer.PING);
  }

  /** Payloads of message 3 that lie, and what the victim says of them. */
  record Payload(String what, BiFunction<Identity, byte[], byte[]> made, String said) {
    @Override
    public String toString() {
      return what;
    }
  }

  static List<Payload> payloads() {
    return List.of(
        new Payload(
            "a key of 2 GiB", (who, key) -> Bytes.claimedField(1, Integer.MAX_VALUE), "noise: "),
        new Payload("a key of 2^63 bytes", (who, key) -> Bytes.claimedField(1, -1L), "noise: "),
        new Payload("nothing", (who, key) -> new byte[0], "has no identity_key"),
        new Payload(
            "a key without a signature",
            (who, key) -> Bytes.field(1, who.publicKey()),
            "has no identity_sig"),
        new Payload(
            "somebody else's key",
            (who, key) ->
                Bytes.join(
                    Bytes.field(1, Identity.create().publicKey()),
                    Bytes.field(2, who.signStaticKey(key))),
            "signature"),
        new Payload(
            "a signature over another key",
            (who, key) -> who.noisePayload(Bytes.repeat(Bytes.of(9), 32)),
            "signature"),
        new Payload(
            "a key that is none",
            (who, key) ->
                Bytes.join(
                    Bytes.field(1, Bytes.of(8, 1, 0x12, 2, 1, 1)),
                    Bytes.field(2, who.signStaticKey(key))),
            "noise: "),
        new Payload(
            "17,000 bytes",
            (who, key) -> Bytes.join(who.noisePayload(key), Bytes.field(2000, new byte[17_000])),
            "handshake message of"));
  }

  @ParameterizedTest
  @MethodSource("payloads")
  void aPeerWhoseHandshakePayloadLiesIsGivenUp(Payload payload) {
    RawPeer peer = attacker(HandshakeStage.AFTER_MESSAGE_2);
    byte[] made = payload.made.apply(peer.identity(), peer.noise().staticKey());
    peer.socket().write(peer.noise().message3(made));
    assertThat(peer.socket().awaitEnd(SOON)).isNotNull();
    awaitSaid(1, "inbound upgrade failed", payload.said);
    awaitIdle();
  }

  @Test
  void aPeerWhoseEphemeralKeyIsOfLowOrderIsGivenUp() {
    RawPeer peer = attacker(HandshakeStage.SECURITY_AGREED);
    peer.socket().write(NoiseAttack.framed(new byte[32]));
    assertThat(peer.socket().awaitEnd(SOON)).isNotNull();
    awaitSaid(1, "inbound upgrade failed", "noise: ");
    awaitIdle();
  }

  @Test
  void garbageAfterEveryStageEndsTheConnectionAndNothingElse() {
    Seeds.check(
        3,
        random -> {
          Map<HandshakeStage, RawPeer> babbling = new EnumMap<>(HandshakeStage.class);
          for (HandshakeStage stage : HandshakeStage.values()) {
            RawPeer peer = attacker(stage);
            babbling.put(stage, peer);
            babble(peer.socket(), random);
          }
          babbling.forEach(
              (stage, peer) ->
                  assertThat(peer.socket().awaitEnd(SOON)).as("%s", stage).isNotNull());
          awaitIdle();
        });
    assertThat(victim().timesSaid("inbound upgrade failed")).isPositive();
  }

  @Test
  void garbageWithinTheSecuredLinkEndsTheConnectionAndNothingElse() {
    Seeds.check(
        4,
        random -> {
          for (HandshakeStage stage :
              List.of(
                  HandshakeStage.SECURED,
                  HandshakeStage.WITHIN_MUXER,
                  HandshakeStage.ESTABLISHED,
                  HandshakeStage.STREAM_AGREED)) {
            RawPeer peer = attacker(stage);
            babble(peer.secured(), random);
            assertThat(peer.socket().awaitEnd(SOON)).as("%s", stage).isNotNull();
          }
        });
    awaitIdle();
  }

  @Test
  void garbageInsteadOfAClientHelloEndsTheConnectionAndNothingElse() {
    Seeds.check(
        4,
        random -> {
          AttackSocket socket = keep(AttackSocket.connect(victim().address(), SOON));
          Multistream.propose(socket, "/tls/1.0.0");
          babble(socket, random);
          assertThat(socket.awaitEnd(SOON)).isNotNull();
        });
    awaitSaid(4, "inbound upgrade failed");
    awaitIdle();
  }
}
