package io.ethpeerflow.yamux;

import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Muxer;
import io.ethpeerflow.core.spi.MuxerContext;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.yamux.link.YamuxConnection;
import io.ethpeerflow.yamux.link.YamuxMeters;
import java.util.Objects;

/**
 * The Yamux muxer: streams with their own flow control on one secure link. Thread-safe; one
 * instance serves a host.
 */
public final class Yamux implements Muxer {
  /** {@code /yamux/1.0.0}. */
  // [spec yamux/protocol-id]
  public static final ProtocolId ID = ProtocolId.of("/yamux/1.0.0");

  private record Counted(Metrics metrics, YamuxMeters meters) {}

  private final YamuxConfig config;
  private volatile Counted counted = new Counted(Metrics.NONE, YamuxMeters.in(Metrics.NONE));

  /** With the default limits. */
  public Yamux() {
    this(YamuxConfig.DEFAULT);
  }

  /** With limits of its own. */
  public Yamux(YamuxConfig config) {
    this.config = Objects.requireNonNull(config, "config");
  }

  @Override
  public ProtocolId id() {
    return ID;
  }

  /** The limits. */
  public YamuxConfig config() {
    return config;
  }

  @Override
  public MuxedConnection attach(SecureLink link, MuxerContext context) {
    return new YamuxConnection(link, context, config, ID, meters(context.metrics())).start();
  }

  /** A host has one registry for all its connections: the last one is remembered. */
  private YamuxMeters meters(Metrics metrics) {
    Counted last = counted;
    if (!last.metrics().equals(metrics)) {
      last = new Counted(metrics, YamuxMeters.in(metrics));
      counted = last;
    }
    return last.meters();
  }
}
