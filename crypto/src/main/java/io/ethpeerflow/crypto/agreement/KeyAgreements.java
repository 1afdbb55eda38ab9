package io.ethpeerflow.crypto.agreement;

import io.ethpeerflow.crypto.choice.Choice;
import io.ethpeerflow.crypto.choice.Services;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the implementation of X25519. Without a wish it is the usable provider of the highest
 * rank. A provider must first give known answers. What was chosen, and why others were passed over,
 * is logged once. Thread-safe.
 */
public final class KeyAgreements {
  /** System property that names a provider, such as {@code jdk}. */
  public static final String PROPERTY = "io.ethpeerflow.crypto.x25519";

  private static final class Found {
    static final Choice<KeyAgreement> CHOICE =
        new Choice<>(
            "x25519",
            PROPERTY,
            Set.of(),
            Services.all(
                ServiceLoader.load(KeyAgreement.class, KeyAgreement.class.getClassLoader())),
            KeyAgreements::failureOf);
  }

  private KeyAgreements() {}

  /**
   * The provider that the system property {@value #PROPERTY} names, else the best one.
   *
   * @throws IllegalStateException if the one that is named cannot be used
   */
  public static KeyAgreement best() {
    return Found.CHOICE.chosen();
  }

  /**
   * The provider with a name.
   *
   * @throws IllegalStateException if there is none, or it cannot be used here; says why
   */
  public static KeyAgreement named(String name) {
    return Found.CHOICE.named(name);
  }

  /** All providers that were found, best first, usable or not. */
  public static List<KeyAgreement> all() {
    return Found.CHOICE.all();
  }

  /** Those that can be used here, best first. */
  public static List<KeyAgreement> available() {
    return Found.CHOICE.usable();
  }

  /** Why a provider cannot be used here or gives wrong answers; null when it can be used. */
  public static @Nullable String whyNot(KeyAgreement agreement) {
    return Found.CHOICE.whyNot(agreement);
  }

  /** Bob's keys and the secret of RFC 7748 section 6.1, and a public key of low order. */
  static @Nullable String failureOf(KeyAgreement agreement) {
    HexFormat hex = HexFormat.of();
    byte[] bob = hex.parseHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    byte[] alice = hex.parseHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    if (!hex.formatHex(agreement.publicKey(bob))
        .equals("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")) {
      return "it makes a wrong public key";
    }
    if (!hex.formatHex(agreement.agree(bob, alice))
        .equals("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")) {
      return "it agrees on a wrong secret";
    }
    byte[] lowOrder = new byte[KeyAgreement.KEY_BYTES];
    lowOrder[0] = 1;
    return Arrays.equals(agreement.agree(bob, lowOrder), new byte[KeyAgreement.KEY_BYTES])
        ? null
        : "it agrees with a key of low order";
  }
}
