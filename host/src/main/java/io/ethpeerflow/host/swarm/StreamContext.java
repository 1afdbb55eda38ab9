package io.ethpeerflow.host.swarm;

import io.ethpeerflow.multistream.MultistreamConfig;
import java.time.Duration;

/** What all streams of a host share. Any thread. */
final class StreamContext {
  private final ProtocolRegistry registry;
  private final MultistreamConfig multistream;
  private final Duration inboundNegotiationTimeout;

  StreamContext(
      ProtocolRegistry registry,
      MultistreamConfig multistream,
      Duration inboundNegotiationTimeout) {
    this.registry = registry;
    this.multistream = multistream;
    this.inboundNegotiationTimeout = inboundNegotiationTimeout;
  }

  ProtocolRegistry registry() {
    return registry;
  }

  MultistreamConfig multistream() {
    return multistream;
  }

  /** How long an inbound stream may take to agree on a protocol. */
  Duration inboundNegotiationTimeout() {
    return inboundNegotiationTimeout;
  }
}
