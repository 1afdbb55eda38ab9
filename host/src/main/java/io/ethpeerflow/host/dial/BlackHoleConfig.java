package io.ethpeerflow.host.dial;

/**
 * When a kind of network path, UDP or IPv6, is taken for a black hole: networks that drop all of it
 * without a word are common, and each dial into one costs a timeout.
 *
 * @param window dials over such a path that are looked back on, and that have to be made before
 *     anything is concluded; 1 to 10,000, default 100
 * @param minSuccesses fewer successes among them make it a black hole; 0, with which nothing is
 *     ever blocked, to {@code window}, default 5
 * @param probeEvery of the dials that would be blocked, one in so many is tried all the same; a
 *     success ends the block and forgets what was concluded from; 1 to 10,000, default 100
 */
public record BlackHoleConfig(int window, int minSuccesses, int probeEvery) {
  private static final int MAX = 10_000;

  /** The defaults. */
  public static final BlackHoleConfig DEFAULT = new BlackHoleConfig(100, 5, 100);

  /** Nothing is ever blocked. */
  public static final BlackHoleConfig OFF = new BlackHoleConfig(1, 0, 1);

  /** Checks each value and their relation. */
  public BlackHoleConfig {
    if (window < 1 || window > MAX) {
      throw new IllegalArgumentException("window: " + window + " is not 1 to " + MAX);
    }
    if (minSuccesses < 0 || minSuccesses > window) {
      throw new IllegalArgumentException(
          "minSuccesses: " + minSuccesses + " is not 0 to window " + window);
    }
    if (probeEvery < 1 || probeEvery > MAX) {
      throw new IllegalArgumentException("probeEvery: " + probeEvery + " is not 1 to " + MAX);
    }
  }
}
