package io.ethpeerflow.crypto.conscrypt;

import java.security.Provider;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/** BoringSSL through Conscrypt, when its artifact is on the class path. Thread-safe. */
public final class ConscryptLibrary {
  private static final class Loaded {
    static final Provider PROVIDER = Conscrypt.newProvider();
  }

  private ConscryptLibrary() {}

  /** Why it cannot be used, or null when it can. */
  public static @Nullable String unavailable() {
    try {
      return Conscrypt.isAvailable() ? null : "Conscrypt has no native library for this platform";
    } catch (LinkageError absent) {
      return "Conscrypt is not on the class path";
    }
  }

  /** The security provider, not registered with the JVM. Only when it is not unavailable. */
  public static Provider provider() {
    return Loaded.PROVIDER;
  }
}
