package io.ethpeerflow.core.spi;

import org.jspecify.annotations.Nullable;

/** The loops of a host. Any thread may call. */
public interface Loops {
  /** A loop for a new connection or service, spread evenly. */
  Loop next();

  /** What stands behind the loops, such as Netty's event loop group, or null. */
  default <T> @Nullable T unwrap(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }
}
