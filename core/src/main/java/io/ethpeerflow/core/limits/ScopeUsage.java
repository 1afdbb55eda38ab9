package io.ethpeerflow.core.limits;

/**
 * What one scope had in use at one moment, beside its limits.
 *
 * @param scope its name: {@code system}, {@code transient}, {@code peer:...}, {@code protocol:...},
 *     {@code protocol:... peer:...} or {@code connection:...}
 * @param limits what it may use
 * @param inboundConnections connections that the remotes opened
 * @param outboundConnections connections that we opened
 * @param inboundStreams streams that the remotes opened
 * @param outboundStreams streams that we opened
 * @param memoryBytes memory reserved from it, with the parts of chunks that nothing uses at the
 *     moment
 * @param descriptors sockets of connections
 */
public record ScopeUsage(
    String scope,
    ScopeLimits limits,
    int inboundConnections,
    int outboundConnections,
    int inboundStreams,
    int outboundStreams,
    long memoryBytes,
    int descriptors) {

  /** Connections in both directions. */
  public int connections() {
    return inboundConnections + outboundConnections;
  }

  /** Streams in both directions. */
  public int streams() {
    return inboundStreams + outboundStreams;
  }

  /** Whether nothing is in use. */
  public boolean isIdle() {
    return connections() == 0 && streams() == 0 && memoryBytes == 0 && descriptors == 0;
  }
}
