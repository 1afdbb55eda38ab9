package io.ethpeerflow.noise.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.suite.TestIdentities;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.noise.SeededSecureRandom;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class HandshakeKeysTest {
  private static final PrivateKey ALICE = TestIdentities.key(1);
  private static final PrivateKey BOB = TestIdentities.key(2);
  private static final List<ProtocolId> YAMUX = List.of(ProtocolId.of("/yamux/1.0.0"));

  private final RecordingAgreement agreement = new RecordingAgreement();
  private final HandshakeKeys keys = new HandshakeKeys(AeadProviders.best(), agreement);
  private final SecureRandom random = new SeededSecureRandom(4);

  @Test
  void makesOneStaticKeyForEachIdentity() {
    StaticKey first = keys.staticKey(ALICE, random);
    assertThat(keys.staticKey(ALICE, random)).isSameAs(first);
    assertThat(keys.staticKey(BOB, random).pair().publicKey())
        .isNotEqualTo(first.pair().publicKey());
    assertThat(agreement.privateKeys).hasSize(2);
  }

  @Test
  void makesOneStaticKeyAlsoWhenManyThreadsBeginAtOnce() throws Exception {
    int threads = 4;
    List<Future<StaticKey>> results = new ArrayList<>();
    var begin = new CountDownLatch(1);
    try (var executor = Executors.newFixedThreadPool(threads)) {
      for (int thread = 0; thread < threads; thread++) {
        var own = new SeededSecureRandom(thread);
        results.add(
            executor.submit(
                () -> {
                  begin.await();
                  return keys.staticKey(ALICE, own);
                }));
      }
      begin.countDown();
    }
    for (Future<StaticKey> result : results) {
      assertThat(result.get()).isSameAs(results.get(0).get());
    }
    assertThat(agreement.privateKeys).hasSize(1);
  }

  @Test
  void encodesThePayloadAgainOnlyForOtherMuxers() throws WireFormatException {
    StaticKey key = keys.staticKey(ALICE, random);
    byte[] withMuxer = key.payload(YAMUX);
    assertThat(key.payload(List.of(YAMUX.get(0)))).isSameAs(withMuxer);
    HandshakePayload with = HandshakePayload.decode(withMuxer, 100);
    HandshakePayload without = HandshakePayload.decode(key.payload(List.of()), 100);
    assertThat(with.muxers()).isEqualTo(YAMUX);
    assertThat(without)
        .isEqualTo(
            new HandshakePayload(with.identityKey(), with.signature(), List.of(), List.of()));
    assertThat(
            ALICE
                .publicKey()
                .verify(HandshakePayload.signedText(key.pair().publicKey()), without.signature()))
        .isTrue();
  }

  @Test
  void erasesAllPrivateKeysWhenItIsClosedAndMakesNewOnesAfterwards() {
    StaticKey erased = keys.staticKey(ALICE, random);
    keys.staticKey(BOB, random);
    keys.refill(random);
    keys.close();
    keys.close();
    assertThat(agreement.privateKeys).hasSize(3).containsOnly(new byte[32]);
    assertThatThrownBy(() -> erased.pair().agree(new byte[32]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("erased");
    StaticKey fresh = keys.staticKey(ALICE, random);
    assertThat(fresh.pair().publicKey()).isNotEqualTo(erased.pair().publicKey());
    assertThat(fresh.pair().agree(new byte[32])).isNotEqualTo(new byte[32]);
  }

  @Test
  void saysNothingSecretInItsTextForms() {
    assertThat(keys.toString()).isEqualTo("HandshakeKeys");
    assertThat(keys.staticKey(ALICE, random).toString()).isEqualTo("StaticKey");
  }
}
