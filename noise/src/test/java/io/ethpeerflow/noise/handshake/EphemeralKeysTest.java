package io.ethpeerflow.noise.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.crypto.agreement.DhKeyPair;
import io.ethpeerflow.noise.SeededSecureRandom;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class EphemeralKeysTest {
  private static final byte[] ERASED = new byte[32];

  private final RecordingAgreement agreement = new RecordingAgreement();
  private final EphemeralKeys keys = new EphemeralKeys(agreement);
  private final SecureRandom random = new SeededSecureRandom(3);

  private int made() {
    return agreement.privateKeys.size();
  }

  @Test
  void makesOneAtOnceWhenNoneIsSpare() {
    assertThat(keys.take(random).publicKey()).isNotEqualTo(keys.take(random).publicKey());
    assertThat(made()).isEqualTo(2);
  }

  @Test
  void givesASpareOneOnceAndKeepsNoMoreThanItsBound() {
    for (int i = 0; i < 2 * EphemeralKeys.MAX_SPARES; i++) {
      keys.refill(random);
    }
    assertThat(made()).isEqualTo(EphemeralKeys.MAX_SPARES);
    Set<DhKeyPair> taken = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < EphemeralKeys.MAX_SPARES; i++) {
      taken.add(keys.take(random));
    }
    assertThat(taken).hasSize(EphemeralKeys.MAX_SPARES);
    assertThat(made()).isEqualTo(EphemeralKeys.MAX_SPARES);
    taken.add(keys.take(random));
    assertThat(taken).hasSize(EphemeralKeys.MAX_SPARES + 1);
    assertThat(made()).isEqualTo(EphemeralKeys.MAX_SPARES + 1);
  }

  @Test
  void givesNoPairToTwoThreads() throws Exception {
    int threads = 4;
    int each = 5000;
    List<Future<List<DhKeyPair>>> results = new ArrayList<>();
    var begin = new CountDownLatch(1);
    try (var executor = Executors.newFixedThreadPool(threads)) {
      for (int thread = 0; thread < threads; thread++) {
        var own = new SeededSecureRandom(100 + thread);
        results.add(
            executor.submit(
                () -> {
                  begin.await();
                  List<DhKeyPair> taken = new ArrayList<>();
                  for (int i = 0; i < each; i++) {
                    keys.refill(own);
                    taken.add(keys.take(own));
                  }
                  return taken;
                }));
      }
      begin.countDown();
    }
    Set<DhKeyPair> pairs = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<byte[]> publicKeys = new TreeSet<>(java.util.Arrays::compare);
    for (Future<List<DhKeyPair>> result : results) {
      for (DhKeyPair pair : result.get()) {
        pairs.add(pair);
        publicKeys.add(pair.publicKey());
        // nobody erases what was given away
        assertThat(pair.agree(ERASED)).isEqualTo(pair.publicKey());
      }
    }
    assertThat(pairs).hasSize(threads * each);
    assertThat(publicKeys).hasSize(threads * each);
  }

  @Test
  void erasesItsSparesAndNothingThatWasTaken() {
    DhKeyPair taken = keys.take(random);
    keys.refill(random);
    keys.refill(random);
    keys.erase();
    assertThat(agreement.privateKeys).hasSize(3);
    assertThat(agreement.privateKeys.get(0)).isEqualTo(taken.publicKey()).isNotEqualTo(ERASED);
    assertThat(agreement.privateKeys.get(1)).isEqualTo(ERASED);
    assertThat(agreement.privateKeys.get(2)).isEqualTo(ERASED);
    assertThat(keys.take(random).publicKey()).isNotEqualTo(ERASED);
    assertThat(made()).isEqualTo(4);
  }
}
