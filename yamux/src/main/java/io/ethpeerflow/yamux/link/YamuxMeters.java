package io.ethpeerflow.yamux.link;

import io.ethpeerflow.core.metrics.Metrics;

/**
 * What is counted, looked up once for all connections of a muxer.
 *
 * @param inboundStreams inbound streams taken in
 * @param outboundStreams outbound streams granted
 * @param refusedStreams inbound streams that a limit refused
 * @param resetsByRemote streams that the remote reset
 * @param resetsByUs streams that this side reset
 * @param violations connections ended because the remote broke the protocol or flooded
 * @param droppedPings answers to pings that were not sent because too many waited
 * @param roundTrips answers to our own pings
 */
public record YamuxMeters(
    Metrics.Counter inboundStreams,
    Metrics.Counter outboundStreams,
    Metrics.Counter refusedStreams,
    Metrics.Counter resetsByRemote,
    Metrics.Counter resetsByUs,
    Metrics.Counter violations,
    Metrics.Counter droppedPings,
    Metrics.Timer roundTrips) {

  /** The meters of these names in a registry. */
  public static YamuxMeters in(Metrics metrics) {
    return new YamuxMeters(
        metrics.counter("peerflow.yamux.streams", "direction", "inbound"),
        metrics.counter("peerflow.yamux.streams", "direction", "outbound"),
        metrics.counter("peerflow.yamux.streams.refused"),
        metrics.counter("peerflow.yamux.resets", "by", "remote"),
        metrics.counter("peerflow.yamux.resets", "by", "us"),
        metrics.counter("peerflow.yamux.violations"),
        metrics.counter("peerflow.yamux.pings.dropped"),
        metrics.timer("peerflow.yamux.rtt"));
  }
}
