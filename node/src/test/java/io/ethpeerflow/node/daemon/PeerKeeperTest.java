package io.ethpeerflow.node.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Host;
import io.ethpeerflow.host.Libp2p;
import io.ethpeerflow.testkit.await.Await;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// a keeper works by itself while it is open
@SuppressWarnings("try")
final class PeerKeeperTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration FIRST = Duration.ofMillis(20);
  private static final Duration MAX = Duration.ofMillis(200);

  private final PrivateKey remoteKey = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
  private final PeerId remoteId = PeerId.of(remoteKey.publicKey());
  private Host host;

  @BeforeEach
  void startHost() {
    host = Await.done(LIMIT, Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start());
  }

  @AfterEach
  void stopHost() {
    host.close();
  }

  private Host startRemote(String address) {
    return Await.done(LIMIT, Libp2p.host().identity(remoteKey).listen(address).start());
  }

  private PeerKeeper keep(AddrInfo... peers) {
    var keeper = new PeerKeeper(host, List.of(peers), FIRST, MAX, new Random(1));
    keeper.start();
    return keeper;
  }

  private void awaitConnected() {
    Await.until("connected", LIMIT, () -> !host.connections(remoteId).isEmpty());
  }

  @Test
  void findsAPeerByItsName() {
    try (Host remote = startRemote("/ip4/127.0.0.1/tcp/0");
        PeerKeeper keeper = keep(named(remote))) {
      awaitConnected();
    }
  }

  private static AddrInfo named(Host remote) {
    String address = remote.addrInfo().addresses().get(0).toString();
    return AddrInfo.of(
        remote.id(), Multiaddr.of(address.replace("/ip4/127.0.0.1/", "/dns4/localhost/")));
  }

  @Test
  void connectsAndConnectsAgainWhenTheConnectionIsLost() {
    try (Host remote = startRemote("/ip4/127.0.0.1/tcp/0");
        PeerKeeper keeper = keep(remote.addrInfo())) {
      for (int i = 0; i < 3; i++) {
        awaitConnected();
        var connection = host.connections(remoteId).get(0);
        connection.close(ConnectionErrorCode.NO_ERROR);
        Await.done(LIMIT, connection.closed());
      }
      awaitConnected();
    }
  }

  @Test
  void findsAPeerThatComesUpLater() {
    Multiaddr address;
    try (Host early = startRemote("/ip4/127.0.0.1/tcp/0")) {
      address = early.addrInfo().addresses().get(0);
    }
    try (PeerKeeper keeper = keep(AddrInfo.of(remoteId, address));
        Host late = startRemote(address.toString())) {
      awaitConnected();
      Await.until("both see it", LIMIT, () -> !late.connections(host.id()).isEmpty());
    }
  }

  @Test
  void protectsItsPeersFromTrimmingAndRemembersTheirAddresses() {
    AddrInfo nowhere = AddrInfo.of(remoteId, Multiaddr.of("/ip4/127.0.0.1/tcp/1"));
    try (PeerKeeper keeper = keep(nowhere)) {
      assertThat(host.connectionManager().isProtected(remoteId)).isTrue();
      assertThat(host.peerstore().addresses(remoteId)).isEqualTo(nowhere.addresses());
    }
  }

  @Test
  void leavesTheNodeItselfOut() {
    try (PeerKeeper keeper = keep(host.addrInfo())) {
      assertThat(host.connectionManager().isProtected(host.id())).isFalse();
    }
  }
}
