package io.ethpeerflow.crypto.libcrypto;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A class for JDK 22 and newer, which an older JDK cannot load: found by its name, once, when it is
 * asked for. Thread-safe.
 *
 * @param <P> what it implements
 */
final class Backend<P> {
  private static final int FIRST_JDK = 22;

  private final String className;
  private final Class<P> type;
  private final Function<P, @Nullable String> unavailable;
  private volatile @Nullable P loaded;

  /**
   * Of a class of this package.
   *
   * @param className without the package
   * @param unavailable asks an instance why it cannot be used
   */
  Backend(String className, Class<P> type, Function<P, @Nullable String> unavailable) {
    this.className = className;
    this.type = type;
    this.unavailable = unavailable;
  }

  /** Why it cannot be used, or null. */
  synchronized @Nullable String unavailable() {
    if (loaded != null) {
      return null;
    }
    if (Runtime.version().feature() < FIRST_JDK) {
      return "needs JDK " + FIRST_JDK + " or newer";
    }
    P found;
    try {
      found =
          Class.forName(Backend.class.getPackageName() + "." + className)
              .asSubclass(type)
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      return "its classes for JDK " + FIRST_JDK + " are not there: " + e.getMessage();
    }
    String why = unavailable.apply(found);
    if (why == null) {
      loaded = found;
    }
    return why;
  }

  /**
   * The instance.
   *
   * @throws IllegalStateException if it cannot be used
   */
  P get() {
    P present = loaded;
    if (present != null) {
      return present;
    }
    String why = unavailable();
    present = loaded;
    if (present == null) {
      throw new IllegalStateException("libcrypto cannot be used: " + why);
    }
    return present;
  }
}
