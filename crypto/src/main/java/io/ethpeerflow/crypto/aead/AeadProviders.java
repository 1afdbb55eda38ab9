package io.ethpeerflow.crypto.aead;

import io.ethpeerflow.crypto.choice.Choice;
import io.ethpeerflow.crypto.choice.Services;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the AEAD. Without a wish it is the usable provider of the highest rank; the built-in
 * ranks follow measurements (see the module's README). A provider must first give a known answer.
 * What was chosen, and why others were passed over, is logged once. Thread-safe.
 */
public final class AeadProviders {
  /** System property that names a provider, such as {@code jce}. */
  public static final String PROPERTY = "io.ethpeerflow.crypto.aead";

  private static final class Found {
    static final Choice<AeadProvider> CHOICE =
        new Choice<>(
            "aead",
            PROPERTY,
            Set.of(),
            Services.all(
                ServiceLoader.load(AeadProvider.class, AeadProvider.class.getClassLoader())),
            AeadSelfTest::failureOf);
  }

  private AeadProviders() {}

  /**
   * The provider that the system property {@value #PROPERTY} names, else the best one.
   *
   * @throws IllegalStateException if the one that is named cannot be used
   */
  public static AeadProvider best() {
    return Found.CHOICE.chosen();
  }

  /**
   * The provider with a name.
   *
   * @throws IllegalStateException if there is none, or it cannot be used here; says why
   */
  public static AeadProvider named(String name) {
    return Found.CHOICE.named(name);
  }

  /** All providers that were found, best first, usable or not. */
  public static List<AeadProvider> all() {
    return Found.CHOICE.all();
  }

  /** Those that can be used here, best first. */
  public static List<AeadProvider> available() {
    return Found.CHOICE.usable();
  }

  /** Why a provider cannot be used here or gives wrong answers; null when it can be used. */
  public static @Nullable String whyNot(AeadProvider provider) {
    return Found.CHOICE.whyNot(provider);
  }
}
