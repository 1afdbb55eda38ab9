package io.ethpeerflow.tls;

/**
 * How TLS runs.
 *
 * @param engine whose engine; default {@link TlsEngine#AUTO}
 * @param maxHandshakeBytes bytes that a remote may send before the handshake is done, 4096 to
 *     1048576, default 65536. Bounds memory and work for a remote that never finishes.
 * @param recordsPerFrame records that a frame of {@link
 *     io.ethpeerflow.core.spi.SecureLink#maxRecordBytes()} is split over, 1 to 16, default 4. A
 *     record holds at most 16 KiB; larger frames save work above and cost interleaving.
 */
public record TlsConfig(TlsEngine engine, int maxHandshakeBytes, int recordsPerFrame) {
  /**
   * Names the engine when the configuration says {@link TlsEngine#AUTO}: {@code jdk}, {@code
   * tcnative} or {@code conscrypt}.
   */
  public static final String ENGINE_PROPERTY = "io.ethpeerflow.tls.engine";

  /** The best engine there is, 64 KiB of handshake, frames of four records. */
  public static final TlsConfig DEFAULT = new TlsConfig(TlsEngine.AUTO, 64 << 10, 4);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the component, its value and its range
   */
  public TlsConfig {
    check("maxHandshakeBytes", maxHandshakeBytes, 4 << 10, 1 << 20);
    check("recordsPerFrame", recordsPerFrame, 1, 16);
  }

  private static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + ": " + value + " is not " + min + " to " + max);
    }
  }

  /** With another {@code engine}. */
  public TlsConfig withEngine(TlsEngine other) {
    return new TlsConfig(other, maxHandshakeBytes, recordsPerFrame);
  }

  /** With another {@code maxHandshakeBytes}. */
  public TlsConfig withMaxHandshakeBytes(int bytes) {
    return new TlsConfig(engine, bytes, recordsPerFrame);
  }

  /** With another {@code recordsPerFrame}. */
  public TlsConfig withRecordsPerFrame(int records) {
    return new TlsConfig(engine, maxHandshakeBytes, records);
  }
}
