package io.ethpeerflow.core.limits;

/**
 * What one scope may use at a time. Zero of something forbids it; there is no value for "without
 * limit".
 *
 * @param inboundConnections connections that the remotes opened; at most {@code connections}.
 *     Bounds a flood of accepted sockets
 * @param outboundConnections connections that we opened; at most {@code connections}
 * @param connections both together
 * @param inboundStreams streams that the remotes opened; at most {@code streams}. Bounds a remote
 *     that opens streams and leaves them
 * @param outboundStreams streams that we opened; at most {@code streams}
 * @param streams both together
 * @param memoryBytes buffers of connections and streams, with what was promised to remotes as
 *     window. Bounds what remotes can make this process hold
 * @param descriptors sockets of connections
 */
public record ScopeLimits(
    int inboundConnections,
    int outboundConnections,
    int connections,
    int inboundStreams,
    int outboundStreams,
    int streams,
    long memoryBytes,
    int descriptors) {

  /** Checks each value, and that no part exceeds its sum. */
  public ScopeLimits {
    require("inboundConnections", inboundConnections, "connections", connections);
    require("outboundConnections", outboundConnections, "connections", connections);
    require("inboundStreams", inboundStreams, "streams", streams);
    require("outboundStreams", outboundStreams, "streams", streams);
    if (memoryBytes < 0) {
      throw new IllegalArgumentException("memoryBytes: " + memoryBytes + " < 0");
    }
    if (descriptors < 0) {
      throw new IllegalArgumentException("descriptors: " + descriptors + " < 0");
    }
  }

  private static void require(String part, int value, String whole, int sum) {
    if (sum < 0) {
      throw new IllegalArgumentException(whole + ": " + sum + " < 0");
    }
    if (value < 0) {
      throw new IllegalArgumentException(part + ": " + value + " < 0");
    }
    if (value > sum) {
      throw new IllegalArgumentException(part + ": " + value + " > " + whole + " " + sum);
    }
  }

  /** Limits of a scope that counts only streams and memory: a protocol, or a connection. */
  public static ScopeLimits ofStreams(int inbound, int outbound, int total, long memoryBytes) {
    return new ScopeLimits(0, 0, 0, inbound, outbound, total, memoryBytes, 0);
  }

  /** With other limits of connections. */
  public ScopeLimits withConnections(int inbound, int outbound, int total) {
    return new ScopeLimits(
        inbound,
        outbound,
        total,
        inboundStreams,
        outboundStreams,
        streams,
        memoryBytes,
        descriptors);
  }

  /** With other limits of streams. */
  public ScopeLimits withStreams(int inbound, int outbound, int total) {
    return new ScopeLimits(
        inboundConnections,
        outboundConnections,
        connections,
        inbound,
        outbound,
        total,
        memoryBytes,
        descriptors);
  }

  /** With another {@link #memoryBytes}. */
  public ScopeLimits withMemoryBytes(long bytes) {
    return new ScopeLimits(
        inboundConnections,
        outboundConnections,
        connections,
        inboundStreams,
        outboundStreams,
        streams,
        bytes,
        descriptors);
  }

  /** With another number of {@link #descriptors}. */
  public ScopeLimits withDescriptors(int count) {
    return new ScopeLimits(
        inboundConnections,
        outboundConnections,
        connections,
        inboundStreams,
        outboundStreams,
        streams,
        memoryBytes,
        count);
  }

  long of(Resource resource) {
    return switch (resource) {
      case INBOUND_CONNECTIONS -> inboundConnections;
      case OUTBOUND_CONNECTIONS -> outboundConnections;
      case CONNECTIONS -> connections;
      case INBOUND_STREAMS -> inboundStreams;
      case OUTBOUND_STREAMS -> outboundStreams;
      case STREAMS -> streams;
      case MEMORY_BYTES -> memoryBytes;
      case DESCRIPTORS -> descriptors;
    };
  }
}
