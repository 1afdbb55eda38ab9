package io.ethpeerflow.host.peerstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.Peerstore;
import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.wire.record.PeerRecord;
import io.ethpeerflow.wire.record.SignedPeerRecord;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryPeerstoreTest {
  private static final Multiaddr A = Multiaddr.of("/ip4/1.2.3.4/tcp/1");
  private static final Multiaddr B = Multiaddr.of("/ip4/1.2.3.4/tcp/2");

  private final SecureRandom random = new SecureRandom();
  private final PrivateKey key = PrivateKey.generate(KeyType.ED25519, random);
  private final PeerId peer = PeerId.of(key.publicKey());
  private long nowNanos;
  private final MemoryPeerstore store =
      new MemoryPeerstore(new PeerstoreConfig(3, 4, 2), () -> nowNanos);

  private PeerId other() {
    return PeerId.of(PrivateKey.generate(KeyType.ED25519, random).publicKey());
  }

  @Test
  void addressesExpire() {
    store.addAddresses(peer, List.of(A), Duration.ofSeconds(10));
    store.addAddresses(peer, List.of(B), Peerstore.PERMANENT);
    assertThat(store.addresses(peer)).containsExactly(A, B);
    nowNanos = Duration.ofSeconds(10).toNanos();
    assertThat(store.addresses(peer)).containsExactly(B);
  }

  @Test
  void aShorterTimeNeverShortensALongerOne() {
    store.addAddresses(peer, List.of(A), Duration.ofSeconds(10));
    store.addAddresses(peer, List.of(A), Duration.ofSeconds(1));
    nowNanos = Duration.ofSeconds(5).toNanos();
    assertThat(store.addresses(peer)).containsExactly(A);
  }

  @Test
  void aPeersAddressesAreBounded() {
    store.addAddresses(
        peer,
        IntStream.range(0, 100).mapToObj(i -> Multiaddr.of("/ip4/1.2.3.4/tcp/" + i)).toList(),
        Duration.ofMinutes(1));
    assertThat(store.addresses(peer)).hasSize(4);
  }

  @Test
  void protocolsAreBounded() {
    store.setProtocols(
        peer, List.of(ProtocolId.of("/a"), ProtocolId.of("/b"), ProtocolId.of("/c")));
    assertThat(store.protocols(peer)).hasSize(2);
  }

  @Test
  void thePeerThatWasUsedLongestAgoIsForgotten() {
    PeerId second = other();
    store.setAgentVersion(peer, "first");
    store.setAgentVersion(second, "second");
    store.setAgentVersion(other(), "third");
    assertThat(store.agentVersion(peer)).hasValue("first");
    store.setAgentVersion(other(), "fourth");
    assertThat(store.agentVersion(second)).isEmpty();
    assertThat(store.agentVersion(peer)).hasValue("first");
    assertThat(store.peers()).hasSize(3);
  }

  @Test
  void onlyTheKeyOfThePeerIsTaken() {
    assertThat(store.addPublicKey(other(), key.publicKey())).isFalse();
    assertThat(store.addPublicKey(peer, key.publicKey())).isTrue();
    assertThat(store.publicKey(peer)).hasValue(key.publicKey());
  }

  @Test
  void anInlinedKeyNeedsNoEntry() {
    assertThat(store.publicKey(peer)).hasValue(key.publicKey());
    assertThat(store.peers()).isEmpty();
  }

  @Test
  @Spec("peer-record/sequence")
  void anOlderSignedRecordIsRefused() {
    var newer = SignedPeerRecord.seal(new PeerRecord(peer, 2, List.of(A)), key);
    var older = SignedPeerRecord.seal(new PeerRecord(peer, 1, List.of(B)), key);
    assertThat(store.addSignedRecord(newer, Duration.ofMinutes(1))).isTrue();
    assertThat(store.addSignedRecord(older, Duration.ofMinutes(1))).isFalse();
    assertThat(store.signedRecord(peer)).hasValue(newer);
    assertThat(store.addresses(peer)).containsExactly(A);
  }

  @Test
  void aNewerSignedRecordWithdrawsTheAddressesThatItDoesNotName() {
    var told = Multiaddr.of("/ip4/1.2.3.4/tcp/3");
    store.addAddresses(peer, List.of(B), Peerstore.PERMANENT);
    store.addAddresses(peer, List.of(told), Duration.ofMinutes(1));
    store.addSignedRecord(
        SignedPeerRecord.seal(new PeerRecord(peer, 1, List.of(A, B)), key), Duration.ofMinutes(1));
    store.addSignedRecord(
        SignedPeerRecord.seal(new PeerRecord(peer, 2, List.of()), key), Duration.ofMinutes(1));
    assertThat(store.addresses(peer)).containsExactly(B, told);
  }

  @Test
  void anAgentVersionIsCut() {
    store.setAgentVersion(peer, "x".repeat(1000));
    assertThat(store.agentVersion(peer).orElseThrow()).hasSize(256);
  }
}
