package io.ethpeerflow.node.config;

import io.ethpeerflow.core.limits.LimitsConfig;
import io.ethpeerflow.core.limits.ScopeLimits;
import io.ethpeerflow.host.connections.ConnectionsConfig;

/**
 * The budget of the node; what is not said here follows from it as {@link LimitsConfig#scaled}
 * derives it.
 *
 * @param connections connections to all peers, 1 to 65,536; default 4,096. Above three quarters of
 *     them the least useful are closed
 * @param streams streams with all peers, 1 to 1,048,576; default 65,536
 * @param memoryBytes buffers of all connections and streams, 16 MiB to 1 TiB, and at least 2 KiB a
 *     connection; default 1 GiB
 * @param perPeer what one peer may use of it
 */
public record LimitsSettings(int connections, int streams, long memoryBytes, PerPeer perPeer) {
  /** The most connections that can be allowed. */
  static final int MAX_CONNECTIONS = 1 << 16;

  /** The most streams that can be allowed. */
  static final int MAX_STREAMS = 1 << 20;

  /** The least memory that can be allowed. */
  static final long MIN_MEMORY_BYTES = LimitsConfig.MIN_MEMORY_BYTES;

  /** The least memory of one peer. */
  static final long MIN_PEER_MEMORY_BYTES = 1L << 20;

  /** The most memory that can be allowed. */
  static final long MAX_MEMORY_BYTES = 1L << 40;

  private static final int MIN_CHUNK_BYTES = 1 << 10;

  /** Sockets of listeners, files and the rest of the process. */
  private static final int OTHER_DESCRIPTORS = 32;

  /** What the library has, too. */
  public static final LimitsSettings DEFAULT =
      new LimitsSettings(4096, 65_536, 1L << 30, PerPeer.DEFAULT);

  /**
   * What one peer may use.
   *
   * @param connections 1 to those of the node; default 16
   * @param streams 1 to those of the node; default 2,048
   * @param memoryBytes 1 MiB to that of the node; default 256 MiB
   */
  public record PerPeer(int connections, int streams, long memoryBytes) {
    /** The defaults. */
    public static final PerPeer DEFAULT = new PerPeer(16, 2048, 256L << 20);

    /** Checks each value. */
    public PerPeer {
      check("connections", connections, 1, MAX_CONNECTIONS);
      check("streams", streams, 1, MAX_STREAMS);
      check("memory", memoryBytes, MIN_PEER_MEMORY_BYTES, MAX_MEMORY_BYTES);
    }
  }

  /** Checks each value and their relations. */
  public LimitsSettings {
    check("connections", connections, 1, MAX_CONNECTIONS);
    check("streams", streams, 1, MAX_STREAMS);
    check("memory", memoryBytes, MIN_MEMORY_BYTES, MAX_MEMORY_BYTES);
    if (memoryBytes / 2 / connections < MIN_CHUNK_BYTES) {
      throw new IllegalArgumentException(
          "memory: "
              + ByteCount.format(memoryBytes)
              + " is too little for "
              + connections
              + " connections, which need 2 KiB each");
    }
    check("perPeer.connections", perPeer.connections, 1, connections);
    check("perPeer.streams", perPeer.streams, 1, streams);
    check("perPeer.memory", perPeer.memoryBytes, 1, memoryBytes);
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(name + ": " + value + " is not " + min + " to " + max);
    }
  }

  /** The library's limits, scope by scope. */
  public LimitsConfig toLimits() {
    int descriptors =
        Math.max(LimitsConfig.MIN_DESCRIPTORS, connections * 4 / 3 + OTHER_DESCRIPTORS);
    LimitsConfig scaled = LimitsConfig.scaled(memoryBytes, descriptors);
    int handshakes = Math.max(connections / 8, Math.min(connections, 16));
    ScopeLimits system =
        scaled
            .system()
            .withConnections(leaveAnEighth(connections), connections, connections)
            .withStreams(leaveAnEighth(streams), streams, streams)
            .withDescriptors(connections);
    ScopeLimits transients =
        scaled
            .transients()
            .withConnections(handshakes, handshakes, handshakes)
            .withStreams(atLeastOne(streams / 4), atLeastOne(streams / 4), atLeastOne(streams / 4))
            .withDescriptors(handshakes);
    ScopeLimits peer =
        new ScopeLimits(
            perPeer.connections,
            perPeer.connections,
            perPeer.connections,
            atLeastOne(perPeer.streams / 2),
            perPeer.streams,
            perPeer.streams,
            perPeer.memoryBytes,
            perPeer.connections);
    ScopeLimits streamsOfPeer =
        ScopeLimits.ofStreams(
            atLeastOne(perPeer.streams / 2), perPeer.streams, perPeer.streams, perPeer.memoryBytes);
    int half = atLeastOne(streams / 2);
    return scaled
        .withMemoryChunkBytes(chunkBytes(scaled))
        .withSystem(system)
        .withTransients(transients)
        .withPeer(peer)
        .withProtocol(ScopeLimits.ofStreams(half, half, half, memoryBytes / 2))
        .withProtocolPeer(streamsOfPeer)
        .withConnection(streamsOfPeer);
  }

  /** A power of two of which every connection may keep one within half of the memory. */
  private int chunkBytes(LimitsConfig scaled) {
    long share = Long.highestOneBit(memoryBytes / 2 / connections);
    return (int) Math.min(scaled.memoryChunkBytes(), share);
  }

  private static int leaveAnEighth(int all) {
    return all - all / 8;
  }

  private static int atLeastOne(int value) {
    return Math.max(1, value);
  }

  /** When connections are trimmed, so that there is room below the limit for those to come. */
  public ConnectionsConfig toConnections() {
    int high = Math.max(1, connections * 3 / 4);
    return ConnectionsConfig.DEFAULT.withWaterMarks(high * 5 / 6, high);
  }
}
