package io.ethpeerflow.noise.aead;

import org.jspecify.annotations.Nullable;

/**
 * OpenSSL's libcrypto through the foreign-function API, on JDK 22 and newer: seals and opens where
 * the bytes are, without a copy or an allocation.
 *
 * <p>Needs {@code --enable-native-access} for this module (or {@code ALL-UNNAMED} on the class
 * path), and a libcrypto 1.1 or 3 that the system's loader finds, or whose path the system property
 * {@value #PATH_PROPERTY} gives.
 */
public final class LibcryptoAeadProvider implements AeadProvider {
  /** System property with the path of the library. */
  public static final String PATH_PROPERTY = "io.ethpeerflow.noise.libcrypto";

  /** In the classes for JDK 22, which an older JDK cannot load. */
  private static final String BACKEND = "io.ethpeerflow.noise.aead.LibcryptoBackend";

  private static final int FIRST_JDK = 22;

  private @Nullable AeadProvider backend;

  /** For the service loader. */
  public LibcryptoAeadProvider() {}

  @Override
  public String name() {
    return "libcrypto";
  }

  @Override
  public int rank() {
    return 100;
  }

  @Override
  public synchronized @Nullable String unavailable() {
    if (backend != null) {
      return null;
    }
    if (Runtime.version().feature() < FIRST_JDK) {
      return "needs JDK " + FIRST_JDK + " or newer";
    }
    AeadProvider found;
    try {
      found =
          Class.forName(BACKEND)
              .asSubclass(AeadProvider.class)
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      return "its classes for JDK " + FIRST_JDK + " are not there: " + e.getMessage();
    }
    String why = found.unavailable();
    if (why == null) {
      why = SelfTest.failureOf(found);
    }
    if (why == null) {
      backend = found;
    }
    return why;
  }

  @Override
  public Sealer sealer(byte[] key) {
    Ciphers.checkKey(key);
    return backend().sealer(key);
  }

  @Override
  public Opener opener(byte[] key) {
    Ciphers.checkKey(key);
    return backend().opener(key);
  }

  private synchronized AeadProvider backend() {
    String why = unavailable();
    if (backend == null) {
      throw new IllegalStateException("libcrypto cannot be used: " + why);
    }
    return backend;
  }
}
