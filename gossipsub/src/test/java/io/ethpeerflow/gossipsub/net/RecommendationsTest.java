package io.ethpeerflow.gossipsub.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.record.PeerRecord;
import io.ethpeerflow.wire.record.SignedPeerRecord;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecommendationsTest {
  @Test
  @Spec("gossipsub-1.1/px-record")
  void aRecordIsKeptOnlyWhenItIsThatOfThePeerWhoIsRecommended() {
    PrivateKey key = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
    PeerId signer = PeerId.of(key.publicKey());
    PeerId other = PeerId.of(PrivateKey.generate(KeyType.ED25519, new SecureRandom()).publicKey());
    Multiaddr address = Multiaddr.of("/ip4/127.0.0.1/tcp/1");
    byte[] record =
        SignedPeerRecord.seal(new PeerRecord(signer, 1, List.of(address)), key).toBytes();
    try (var party = new Party(Party.FAST)) {
      var recommendations = new Recommendations(party.host);
      recommendations.follow(other.toBytes(), record);
      recommendations.follow(signer.toBytes(), new byte[] {1, 2, 3});
      assertThat(recommendations.recordOf(signer)).isNull();
      assertThat(party.host.peerstore().addresses(other)).isEmpty();

      recommendations.follow(signer.toBytes(), record);
      assertThat(recommendations.recordOf(signer)).isEqualTo(record);
      assertThat(party.host.peerstore().addresses(signer)).containsExactly(address);
    }
  }
}
