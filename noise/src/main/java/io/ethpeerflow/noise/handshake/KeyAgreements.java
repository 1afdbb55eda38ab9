package io.ethpeerflow.noise.handshake;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the implementation of X25519. Thread-safe. */
public final class KeyAgreements {
  private static final Logger LOG = LoggerFactory.getLogger(KeyAgreements.class);

  private static final class Available {
    static final List<KeyAgreement> ALL = find();
  }

  private KeyAgreements() {}

  /** The fastest that is there; Bouncy Castle's always is. */
  public static KeyAgreement best() {
    return Available.ALL.get(0);
  }

  /** All that work here, fastest first. */
  public static List<KeyAgreement> available() {
    return Available.ALL;
  }

  private static List<KeyAgreement> find() {
    var found = new ArrayList<KeyAgreement>();
    try {
      found.add(ConscryptX25519.create());
    } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
      LOG.debug("x25519 of conscrypt cannot be used: {}", e.toString());
    }
    found.add(BouncyCastleX25519.INSTANCE);
    LOG.info("x25519={}", found.get(0).name());
    return List.copyOf(found);
  }
}
