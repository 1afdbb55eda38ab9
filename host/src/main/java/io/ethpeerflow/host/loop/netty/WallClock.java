package io.ethpeerflow.host.loop.netty;

import java.time.InstantSource;

/** The time of day, for what peers compare across restarts. */
public final class WallClock {
  private WallClock() {}

  /** The system's clock. */
  public static InstantSource source() {
    return InstantSource.system();
  }

  /** Milliseconds since 1970. */
  public static long millis() {
    return System.currentTimeMillis();
  }
}
