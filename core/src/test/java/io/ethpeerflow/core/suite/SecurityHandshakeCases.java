package io.ethpeerflow.core.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.sim.LinkOptions;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecurityProtocol;
import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who proves what to whom, and what is agreed on. */
abstract class SecurityHandshakeCases extends SecuritySuite {

  @Test
  void bothSidesLearnTheOthersKey() {
    SecurityRig rig = rig().handshake();
    assertThat(rig.left.secure().remoteKey()).isEqualTo(TestIdentities.key(2).publicKey());
    assertThat(rig.right.secure().remoteKey()).isEqualTo(TestIdentities.key(1).publicKey());
  }

  @Test
  void completesOnTheLoop() {
    SecurityRig rig = rig().handshake();
    assertThat(rig.left.completedInLoop()).isTrue();
    assertThat(rig.right.completedInLoop()).isTrue();
  }

  @Test
  void theLinkSaysWhichProtocolProtectsIt() {
    SecurityProtocol security = security();
    SecurityRig rig = rig().handshake();
    assertThat(rig.left.secure().security()).isEqualTo(security.id());
    assertThat(rig.right.secure().security()).isEqualTo(security.id());
  }

  @Test
  void theLinkKeepsItsLoopAndSaysWhatARecordHolds() {
    SecurityRig rig = rig().handshake();
    assertThat(rig.left.secure().loop()).isSameAs(rig.left.loop);
    assertThat(rig.left.secure().maxRecordBytes()).isBetween(1024, 1 << 20);
  }

  @Test
  void acceptsAnyoneWhenNobodyIsExpected() {
    SecurityRig rig = rig();
    rig.left.expecting(null);
    rig.right.expecting(null);
    rig.handshake();
    assertThat(rig.left.succeeded()).isTrue();
    assertThat(rig.right.succeeded()).isTrue();
  }

  @Test
  void acceptsTheExpectedPeer() {
    SecurityRig rig = rig();
    rig.left.expecting(rig.right.peer());
    rig.right.expecting(rig.left.peer());
    rig.handshake();
    assertThat(rig.left.succeeded()).isTrue();
    assertThat(rig.right.succeeded()).isTrue();
  }

  @Test
  void theInitiatorRefusesAnotherPeerThanExpected() {
    SecurityRig rig = rig();
    rig.left.expecting(TestIdentities.peer(3));
    rig.handshake();
    assertThat(rig.left.result().exceptionNow()).isInstanceOf(HandshakeException.class);
    rig.clock.advance(Duration.ofSeconds(30));
    if (rig.right.succeeded()) {
      assertThat(rig.right.probe().isClosed()).isTrue();
    }
  }

  @Test
  void theResponderRefusesAnotherPeerThanExpected() {
    SecurityRig rig = rig();
    rig.right.expecting(TestIdentities.peer(3));
    rig.handshake();
    assertThat(rig.right.result().exceptionNow()).isInstanceOf(HandshakeException.class);
    if (rig.left.succeeded()) {
      LinkProbe probe = rig.left.probe();
      rig.clock.advance(Duration.ofSeconds(30));
      assertThat(probe.isClosed()).as("the initiator learns of it, late").isTrue();
      assertThat(probe.received()).isZero();
    }
  }

  @Test
  void aRefusalNamesBothPeers() {
    SecurityRig rig = rig();
    rig.left.expecting(TestIdentities.peer(3));
    rig.handshake();
    assertThat(rig.left.result().exceptionNow())
        .hasMessageContaining(TestIdentities.peer(3).toString())
        .hasMessageContaining(rig.right.peer().toString());
  }

  @Test
  void worksWithEd25519Keys() {
    worksWith(KeyType.ED25519, KeyType.ED25519);
  }

  @Test
  void worksWithSecp256k1Keys() {
    worksWith(KeyType.SECP256K1, KeyType.SECP256K1);
  }

  @Test
  void worksWithEcdsaKeys() {
    worksWith(KeyType.ECDSA, KeyType.ECDSA);
  }

  @Test
  void worksWithRsaKeys() {
    worksWith(KeyType.RSA, KeyType.RSA);
  }

  @Test
  void keyTypesMayDiffer() {
    worksWith(KeyType.SECP256K1, KeyType.ED25519);
    worksWith(KeyType.ED25519, KeyType.ECDSA);
  }

  private void worksWith(KeyType initiator, KeyType responder) {
    SecurityRig rig = rig();
    PrivateKey leftKey = PrivateKey.generate(initiator, new SeededSecureRandom(10));
    PrivateKey rightKey = PrivateKey.generate(responder, new SeededSecureRandom(11));
    rig.left.identity(leftKey);
    rig.right.identity(rightKey);
    rig.left.expecting(rig.right.peer());
    rig.right.expecting(rig.left.peer());
    rig.secured();
    assertThat(rig.left.secure().remoteKey()).isEqualTo(rightKey.publicKey());
    assertThat(rig.right.secure().remoteKey()).isEqualTo(leftKey.publicKey());
    rig.right.probe().expect(PATTERN);
    rig.left.send(PATTERN, 0, 100);
    rig.settle();
    assertThat(rig.right.probe().received()).isEqualTo(100);
  }

  @Test
  void agreesOnNoMuxerWhenNoneIsOffered() {
    assertThat(agreed(List.of(), List.of())).isNull();
  }

  @Test
  void agreesOnNoMuxerWhenOneSideOffersNone() {
    assertThat(agreed(List.of(YAMUX), List.of())).isNull();
    assertThat(agreed(List.of(), List.of(YAMUX))).isNull();
  }

  @Test
  void agreesOnTheMuxerThatBothOffer() {
    assumeTrue(agreesOnMuxers());
    assertThat(agreed(List.of(YAMUX), List.of(YAMUX))).isEqualTo(YAMUX);
    assertThat(agreed(List.of(MPLEX, YAMUX), List.of(YAMUX, THIRD))).isEqualTo(YAMUX);
  }

  @Test
  void neverAgreesOnAMuxerThatOneSideDidNotOffer() {
    SecurityRig rig = rig();
    rig.left.muxers(List.of(MPLEX));
    rig.right.muxers(List.of(YAMUX));
    rig.handshake();
    for (SecurityRig.End end : List.of(rig.left, rig.right)) {
      if (end.succeeded()) {
        assertThat(end.secure().earlyMuxer()).isNull();
      }
    }
  }

  @Test
  void bothSidesAgreeOnTheSameMuxerWhateverTheOrder() {
    Seeds.check(
        8,
        random -> {
          List<ProtocolId> left = new ArrayList<>(List.of(YAMUX, MPLEX, THIRD));
          List<ProtocolId> right = new ArrayList<>(left);
          Collections.shuffle(left, new Random(random.nextLong()));
          Collections.shuffle(right, new Random(random.nextLong()));
          agreed(left, right);
        });
  }

  /** What both sides agreed on; fails when they disagree. */
  private ProtocolId agreed(List<ProtocolId> left, List<ProtocolId> right) {
    SecurityRig rig = rig();
    rig.left.muxers(left);
    rig.right.muxers(right);
    rig.handshake();
    ProtocolId leftChoice = rig.left.secure().earlyMuxer();
    assertThat(rig.right.secure().earlyMuxer()).isEqualTo(leftChoice);
    return leftChoice;
  }

  @Test
  void handshakeMessagesMayBeCutAnywhere() {
    for (LinkOptions options :
        List.of(
            LinkOptions.DEFAULT.withChunks(1, 1),
            LinkOptions.chunked(4).withChunks(1, 40),
            LinkOptions.chunked(5))) {
      SecurityRig rig = rig(options).secured();
      rig.right.probe().expect(PATTERN);
      rig.left.send(PATTERN, 0, 3000);
      rig.settle();
      assertThat(rig.right.probe().received()).isEqualTo(3000);
    }
  }

  @Test
  void theRemoteMayStartLate() {
    SecurityRig rig = rig();
    rig.left.start();
    rig.clock.advance(Duration.ofSeconds(3));
    rig.right.start();
    rig.settle();
    assertThat(rig.left.succeeded()).isTrue();
    assertThat(rig.right.succeeded()).isTrue();
  }

  @Test
  void oneInstanceServesManyConnections() {
    SecurityProtocol shared = security();
    List<SecurityRig> rigs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      SecurityRig rig = new SecurityRig(shared, shared, LinkOptions.chunked(i));
      rigs.add(rig);
      rig.right.start();
      rig.left.start();
    }
    for (int i = 0; i < 200; i++) {
      rigs.forEach(rig -> rig.clock.runNext());
    }
    for (int i = 0; i < rigs.size(); i++) {
      SecurityRig rig = rigs.get(i);
      rig.settle();
      rig.right.probe().expect(new Pattern(i));
      rig.left.send(new Pattern(i), 0, 500);
      rig.settle();
      assertThat(rig.right.probe().received()).isEqualTo(500);
      rig.finish();
    }
  }

  @Test
  void twoInitiatorsNeverSucceed() {
    SecurityRig rig = rig();
    rig.right.role(Role.INITIATOR);
    rig.handshake();
    assertThat(rig.left.succeeded()).isFalse();
    assertThat(rig.right.succeeded()).isFalse();
  }

  @Test
  void bytesBehindTheHandshakeAreForTheFirstReceiver() {
    SecurityRig whole = rig().handshake();
    long toLeft = whole.links.left().receivedBytes();
    long toRight = whole.links.right().receivedBytes();
    for (int part = 1; part <= 8; part++) {
      sendsBehindTheHandshake(true, Math.max(1, toRight * part / 9));
      sendsBehindTheHandshake(false, Math.max(1, toLeft * part / 9));
    }
  }

  /** Holds the rest of a handshake up for one side, so that it arrives together with data. */
  private void sendsBehindTheHandshake(boolean fromLeft, long heldAfterBytes) {
    SecurityRig rig = rig(LinkOptions.DEFAULT.withSeed(heldAfterBytes));
    SecurityRig.End sender = fromLeft ? rig.left : rig.right;
    SecurityRig.End receiver = fromLeft ? rig.right : rig.left;
    receiver.link.stallAfterReceiving(heldAfterBytes);
    rig.handshake();
    if (!sender.succeeded()) {
      return;
    }
    sender.send(PATTERN, 0, 700);
    receiver.link.stall(false);
    rig.settle();
    receiver.probe().expect(PATTERN);
    rig.settle();
    assertThat(receiver.probe().received()).isEqualTo(700);
  }

  @Test
  void theSecretsOfTwoConnectionsDiffer() {
    List<byte[]> seen = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      SecurityRig rig = rig(LinkOptions.DEFAULT.withSeed(100 + i)).secured();
      rig.links
          .right()
          .tamper(
              bytes -> {
                seen.add(bytes.clone());
                return bytes;
              });
      rig.left.send(PATTERN, 0, 200);
      rig.settle();
    }
    assertThat(seen).hasSize(2);
    assertThat(seen.get(0)).isNotEqualTo(seen.get(1));
  }
}
