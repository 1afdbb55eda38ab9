package io.ethpeerflow.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.error.ProtocolViolation;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.crypto.agreement.DhKeyPair;
import io.ethpeerflow.crypto.agreement.KeyAgreements;
import io.ethpeerflow.noise.handshake.HandshakePayload;
import io.ethpeerflow.noise.handshake.XxHandshake;
import io.ethpeerflow.wire.crypto.PrivateKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which keys the connections of one {@link NoiseSecurity} share, and which they do not. */
class HandshakeKeysInUseTest {
  private static final PrivateKey ALICE = TestIdentities.key(1);
  private static final PrivateKey BOB = TestIdentities.key(2);
  private static final PrivateKey CAROL = TestIdentities.key(3);
  private static final byte[] NOTHING = new byte[0];

  private final NoiseSecurity noise = new NoiseSecurity();
  private final CountingRandom random = new CountingRandom();
  private final SeededSecureRandom remotes = new SeededSecureRandom(22);

  private static final class CountingRandom extends SeededSecureRandom {
    private static final long serialVersionUID = 1L;
    private int drawn;

    CountingRandom() {
      super(21);
    }

    @Override
    public void nextBytes(byte[] bytes) {
      drawn++;
      super.nextBytes(bytes);
    }
  }

  /** One connection of ours: its remote is the test. */
  private final class Connection {
    final ScriptedLink link = new ScriptedLink();
    CompletableFuture<SecureLink> secured = new CompletableFuture<>();

    Connection(NoiseSecurity security, Role role, PrivateKey identity) {
      var request = new SecurityRequest(role, identity, null, List.of(), random);
      link.loop.run(() -> secured = security.secure(link, request));
    }

    byte[] message() {
      byte[] framed = link.takeSent();
      return framed.length == 0 ? framed : Arrays.copyOfRange(framed, 2, framed.length);
    }

    void arrive(byte[] message) {
      byte[] framed = new byte[2 + message.length];
      framed[0] = (byte) (message.length >> 8);
      framed[1] = (byte) message.length;
      System.arraycopy(message, 0, framed, 2, message.length);
      link.arrive(framed);
    }

    void endTheTurn() {
      link.loop.clock().runUntilIdle(Duration.ofSeconds(1));
    }

    void end() {
      if (secured.isDone() && !secured.isCompletedExceptionally()) {
        link.loop.run(secured.join()::abort);
      } else {
        link.end(null);
      }
    }
  }

  private DhKeyPair dhKey() {
    return DhKeyPair.generate(KeyAgreements.best(), remotes);
  }

  private static byte[] proof(PrivateKey claimed, byte[] signature) {
    return new HandshakePayload(claimed.publicKey().toBytes(), signature, List.of(), List.of())
        .encode();
  }

  private static byte[] signature(PrivateKey signer, DhKeyPair staticKey) {
    return signer.sign(HandshakePayload.signedText(staticKey.publicKey()));
  }

  /** What a host shows to somebody who dials it: its static key, then its payload. */
  private List<byte[]> shown(NoiseSecurity security, PrivateKey identity) throws ProtocolViolation {
    var remote = new XxHandshake(Role.INITIATOR, NOTHING, AeadProviders.best(), dhKey(), dhKey());
    var connection = new Connection(security, Role.RESPONDER, identity);
    connection.arrive(remote.writeMessage(NOTHING));
    byte[] payload = remote.readMessage(connection.message());
    connection.end();
    return List.of(remote.remoteStatic(), payload);
  }

  /** Answers an initiator of ours; gives the connection, established or failed. */
  private Connection answered(DhKeyPair staticKey, byte[] payload) throws ProtocolViolation {
    var remote = new XxHandshake(Role.RESPONDER, NOTHING, AeadProviders.best(), staticKey, dhKey());
    var connection = new Connection(noise, Role.INITIATOR, ALICE);
    remote.readMessage(connection.message());
    connection.arrive(remote.writeMessage(payload));
    return connection;
  }

  @Spec("noise/static-key-generation")
  @Test
  void showsOneSignedStaticKeyInAllConnectionsOfAnIdentity() throws ProtocolViolation {
    List<byte[]> first = shown(noise, ALICE);
    List<byte[]> second = shown(noise, ALICE);
    assertThat(second.get(0)).isEqualTo(first.get(0));
    assertThat(second.get(1)).isEqualTo(first.get(1));
  }

  @Spec("noise/static-key-generation")
  @Test
  void sharesNoStaticKeyBetweenIdentitiesOrInstances() throws ProtocolViolation {
    byte[] key = shown(noise, ALICE).get(0);
    assertThat(shown(noise, BOB).get(0)).isNotEqualTo(key);
    assertThat(shown(new NoiseSecurity(), ALICE).get(0)).isNotEqualTo(key);
  }

  @Spec("noise/static-key-generation")
  @Test
  void usesAnEphemeralKeyForOneConnectionOnly() throws ProtocolViolation {
    DhKeyPair staticKey = dhKey();
    byte[] payload = proof(BOB, signature(BOB, staticKey));
    var ephemeralKeys = new TreeSet<byte[]>(Arrays::compare);
    for (int i = 0; i < 20; i++) {
      var unanswered = new Connection(noise, Role.INITIATOR, ALICE);
      ephemeralKeys.add(unanswered.message());
      unanswered.end();
      var remote =
          new XxHandshake(Role.RESPONDER, NOTHING, AeadProviders.best(), staticKey, dhKey());
      var connection = new Connection(noise, Role.INITIATOR, ALICE);
      byte[] message = connection.message();
      ephemeralKeys.add(message);
      remote.readMessage(message);
      connection.arrive(remote.writeMessage(payload));
      connection.endTheTurn();
      connection.end();
    }
    assertThat(ephemeralKeys).hasSize(40);
  }

  @Test
  void makesTheNextEphemeralKeyWhenNobodyWaitsForIt() throws ProtocolViolation {
    DhKeyPair staticKey = dhKey();
    Connection first = answered(staticKey, proof(BOB, signature(BOB, staticKey)));
    int drawn = random.drawn;
    assertThat(first.secured).isCompleted();
    assertThat(first.message()).isNotEmpty();
    first.endTheTurn();
    assertThat(random.drawn).isEqualTo(drawn + 1);
    var second = new Connection(noise, Role.INITIATOR, ALICE);
    assertThat(second.message()).hasSize(32);
    assertThat(random.drawn).isEqualTo(drawn + 1);
    first.end();
    second.end();
  }

  @Spec({"noise/signature-check", "noise/static-key-authentication"})
  @Test
  void remembersNoProofButTheOneThatWasRight() throws ProtocolViolation {
    DhKeyPair staticKey = dhKey();
    DhKeyPair other = dhKey();
    byte[] right = signature(BOB, staticKey);
    byte[] changed = right.clone();
    changed[40] ^= 1;
    for (int round = 0; round < 3; round++) {
      Connection accepted = answered(staticKey, proof(BOB, right));
      assertThat(accepted.secured.join().remoteKey()).isEqualTo(BOB.publicKey());
      accepted.end();
      assertRefused(answered(staticKey, proof(BOB, changed)));
      assertRefused(answered(staticKey, proof(CAROL, right)));
      assertRefused(answered(other, proof(BOB, right)));
      assertRefused(answered(other, proof(BOB, changed)));
    }
  }

  private static void assertRefused(Connection connection) {
    assertThatThrownBy(connection.secured::join)
        .hasCauseInstanceOf(HandshakeException.class)
        .hasMessageContaining("static key is not by its identity key");
    assertThat(connection.message()).isEmpty();
  }

  @Test
  void refusesARemoteThatReplaysAProofWithoutHavingTheStaticKey() throws ProtocolViolation {
    DhKeyPair staticKey = dhKey();
    byte[] payload = proof(BOB, signature(BOB, staticKey));
    answered(staticKey, payload).end();
    // it knows the public key and the signature, as everyone does who has dialed Bob
    var thief =
        new XxHandshake(
            Role.RESPONDER,
            NOTHING,
            AeadProviders.best(),
            DhKeyPair.of(new LyingAgreement(staticKey.publicKey()), new byte[32]),
            dhKey());
    var connection = new Connection(noise, Role.INITIATOR, ALICE);
    thief.readMessage(connection.message());
    connection.arrive(thief.writeMessage(payload));
    assertThatThrownBy(connection.secured::join)
        .hasCauseInstanceOf(HandshakeException.class)
        .hasMessageContaining("does not authenticate");
  }

  @Test
  void failsWhatHasNotEndedWhenItIsClosedAndBeginsAnewAfterwards() throws ProtocolViolation {
    DhKeyPair staticKey = dhKey();
    Connection established = answered(staticKey, proof(BOB, signature(BOB, staticKey)));
    established.message();
    var remote = new XxHandshake(Role.RESPONDER, NOTHING, AeadProviders.best(), staticKey, dhKey());
    var running = new Connection(noise, Role.INITIATOR, ALICE);
    remote.readMessage(running.message());
    byte[] key = shown(noise, ALICE).get(0);
    noise.close();
    running.arrive(remote.writeMessage(proof(BOB, signature(BOB, staticKey))));
    assertThatThrownBy(running.secured::join)
        .hasCauseInstanceOf(HandshakeException.class)
        .hasMessageContaining("erased");
    Connection later = answered(staticKey, proof(BOB, signature(BOB, staticKey)));
    assertThat(later.secured.join().remoteKey()).isEqualTo(BOB.publicKey());
    assertThat(shown(noise, ALICE).get(0)).isNotEqualTo(key);
    later.end();
    established.endTheTurn();
    established.end();
  }
}
