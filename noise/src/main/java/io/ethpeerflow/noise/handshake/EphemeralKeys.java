package io.ethpeerflow.noise.handshake;

import io.ethpeerflow.crypto.agreement.DhKeyPair;
import io.ethpeerflow.crypto.agreement.KeyAgreement;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Ephemeral keys, some of them made beforehand: a few spare ones, so that a handshake need not wait
 * for its own. A pair is given out once, and never comes back. Thread-safe.
 *
 * <p>Spares are not made by the taker, nor by a thread of their own: whoever has finished a
 * handshake, and has nothing to answer at that moment, makes one for the next. So there are as many
 * as handshakes ran at a time, up to {@link #MAX_SPARES}; what comes in a greater crowd makes its
 * own.
 */
final class EphemeralKeys {
  /** Spares that are kept at most; some 150 bytes each. */
  static final int MAX_SPARES = 4;

  private final KeyAgreement agreement;
  private final ArrayDeque<DhKeyPair> spares = new ArrayDeque<>(MAX_SPARES);

  EphemeralKeys(KeyAgreement agreement) {
    this.agreement = agreement;
  }

  /**
   * A pair that nobody had before, and nobody will get again: the caller uses it for one handshake
   * and erases it.
   *
   * @param random for one that must be made now
   */
  DhKeyPair take(SecureRandom random) {
    DhKeyPair spare = spare();
    return spare == null ? DhKeyPair.generate(agreement, random) : spare;
  }

  private synchronized @Nullable DhKeyPair spare() {
    return spares.poll();
  }

  /** Makes one spare pair, unless there are enough. */
  void refill(SecureRandom random) {
    if (hasRoom()) {
      DhKeyPair spare = DhKeyPair.generate(agreement, random);
      if (!add(spare)) {
        spare.erase();
      }
    }
  }

  private synchronized boolean hasRoom() {
    return spares.size() < MAX_SPARES;
  }

  private synchronized boolean add(DhKeyPair spare) {
    return hasRoom() && spares.add(spare);
  }

  /** Overwrites the spares. */
  synchronized void erase() {
    spares.forEach(DhKeyPair::erase);
    spares.clear();
  }
}
