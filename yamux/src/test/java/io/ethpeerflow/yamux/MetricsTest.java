package io.ethpeerflow.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.yamux.harness.Frame;
import io.ethpeerflow.yamux.harness.Peers;
import io.ethpeerflow.yamux.harness.RawPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MetricsTest {
  @RegisterExtension final Peers peers = new Peers();

  @Test
  void countsStreamsResetsRefusalsPingsAndViolations() {
    RawPeer peer = peers.server(YamuxConfig.DEFAULT.withMaxInboundStreams(2).withMaxQueuedPings(1));
    RawStream first = peer.inbound(1);
    peer.inbound(3);
    peer.send(Frame.update(Frame.SYN, 5, 0));
    peer.open();
    peer.run(() -> first.reset(RawPeer.CODE));
    peer.send(Frame.update(Frame.RST, 3, 0));
    peer.send(Frame.ping(Frame.SYN, 1), Frame.ping(Frame.SYN, 2), Frame.ping(Frame.SYN, 3));
    peer.send(new Frame(9, 0, 0, 0, 0, 0));
    assertThat(peer.metrics.counted("peerflow.yamux.streams{direction=inbound}")).isEqualTo(2);
    assertThat(peer.metrics.counted("peerflow.yamux.streams{direction=outbound}")).isEqualTo(1);
    assertThat(peer.metrics.counted("peerflow.yamux.streams.refused")).isEqualTo(1);
    assertThat(peer.metrics.counted("peerflow.yamux.resets{by=us}")).isEqualTo(1);
    assertThat(peer.metrics.counted("peerflow.yamux.resets{by=remote}")).isEqualTo(1);
    assertThat(peer.metrics.counted("peerflow.yamux.pings.dropped")).isEqualTo(2);
    assertThat(peer.metrics.counted("peerflow.yamux.violations")).isEqualTo(1);
    assertThat(peer.metrics.timed("peerflow.yamux.rtt")).isEqualTo(1);
  }
}
