package io.ethpeerflow.core.sim;

/**
 * How a {@link MemoryLinkPair} behaves.
 *
 * @param seed decides the cuts, the kinds of buffers and when held bytes are delivered
 * @param latencyNanos one way
 * @param minChunkBytes the least number of bytes in a delivery, when there are as many
 * @param maxChunkBytes the most number of bytes in a delivery
 * @param chunksPerTurn deliveries between two calls of {@code onReadComplete}
 * @param highMarkBytes as many undelivered bytes make a link unwritable; below half of it, it is
 *     writable again
 * @param lingerNanos how long a closed link waits for the remote to read what was written
 */
public record LinkOptions(
    long seed,
    long latencyNanos,
    int minChunkBytes,
    int maxChunkBytes,
    int chunksPerTurn,
    int highMarkBytes,
    long lingerNanos) {

  /** Whole buffers of up to 64 KiB, no latency, 64 KiB high mark, 5 s linger. */
  public static final LinkOptions DEFAULT =
      new LinkOptions(1, 0, 64 << 10, 64 << 10, 4, 64 << 10, 5_000_000_000L);

  /** Cut at random places. */
  public static LinkOptions chunked(long seed) {
    return DEFAULT.withSeed(seed).withChunks(1, 3000);
  }

  /** With another {@link #seed}. */
  public LinkOptions withSeed(long other) {
    return new LinkOptions(
        other,
        latencyNanos,
        minChunkBytes,
        maxChunkBytes,
        chunksPerTurn,
        highMarkBytes,
        lingerNanos);
  }

  /** With another {@link #latencyNanos}. */
  public LinkOptions withLatencyNanos(long nanos) {
    return new LinkOptions(
        seed, nanos, minChunkBytes, maxChunkBytes, chunksPerTurn, highMarkBytes, lingerNanos);
  }

  /** With other sizes of deliveries. */
  public LinkOptions withChunks(int minBytes, int maxBytes) {
    return new LinkOptions(
        seed, latencyNanos, minBytes, maxBytes, chunksPerTurn, highMarkBytes, lingerNanos);
  }

  /** With another {@link #highMarkBytes}. */
  public LinkOptions withHighMarkBytes(int bytes) {
    return new LinkOptions(
        seed, latencyNanos, minChunkBytes, maxChunkBytes, chunksPerTurn, bytes, lingerNanos);
  }
}
