package io.ethpeerflow.host.tcp.netty;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears when a connection cannot be accepted, above all because the process is out of descriptors.
 * Netty then pauses accepting for a second at a time; this tells the operator now and then.
 */
@OwnedBy("accepting loop")
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Multiaddr address;
  private final Loop loop;
  private final Metrics.Counter failures;
  private long untold;
  private long toldNanos;
  private boolean told;

  AcceptFailures(Multiaddr address, Loop loop, Metrics.Counter failures) {
    this.address = address;
    this.loop = loop;
    this.failures = failures;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failures.increment();
    untold++;
    long now = loop.nanoTime();
    if (!told || now - toldNanos >= QUIET_NANOS) {
      LOG.warn(
          "cannot accept address={} reason={} failures={}", address, cause.getMessage(), untold);
      told = true;
      toldNanos = now;
      untold = 0;
    }
  }
}
