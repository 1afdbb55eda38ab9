package io.ethpeerflow.host.dial;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DialPlanTest {
  private static final long MS = 1_000_000;

  private static Map<String, Long> delaysMillis(String... addresses) {
    List<Multiaddr> parsed = Arrays.stream(addresses).map(Multiaddr::of).toList();
    return DialPlan.of(parsed, DialConfig.DEFAULT).stream()
        .collect(
            Collectors.toMap(step -> step.address().toString(), step -> step.delayNanos() / MS));
  }

  @Test
  void aSingleAddressIsNotDelayed() {
    assertThat(delaysMillis("/ip4/1.2.3.4/tcp/1")).containsEntry("/ip4/1.2.3.4/tcp/1", 0L);
  }

  @Test
  void quicGoesBeforeTcpAndIp6BeforeIp4() {
    assertThat(
            delaysMillis(
                "/ip4/1.2.3.4/tcp/1",
                "/ip6/2001:db8::1/tcp/1",
                "/ip4/1.2.3.4/udp/1/quic-v1",
                "/ip6/2001:db8::1/udp/1/quic-v1"))
        .containsEntry("/ip6/2001:db8::1/udp/1/quic-v1", 0L)
        .containsEntry("/ip4/1.2.3.4/udp/1/quic-v1", 250L)
        .containsEntry("/ip6/2001:db8::1/tcp/1", 500L)
        .containsEntry("/ip4/1.2.3.4/tcp/1", 750L);
  }

  @Test
  void privateAddressesHaveShorterDelays() {
    assertThat(delaysMillis("/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/1"))
        .containsEntry("/ip6/::1/tcp/1", 0L)
        .containsEntry("/ip4/127.0.0.1/tcp/1", 30L);
  }

  @Test
  void privateAndPublicAddressesDoNotWaitForEachOther() {
    assertThat(delaysMillis("/ip4/10.0.0.1/tcp/1", "/ip4/1.2.3.4/tcp/1"))
        .containsEntry("/ip4/10.0.0.1/tcp/1", 0L)
        .containsEntry("/ip4/1.2.3.4/tcp/1", 0L);
  }

  @Test
  void otherTransportsWaitASecond() {
    assertThat(delaysMillis("/ip4/1.2.3.4/tcp/1", "/ip4/1.2.3.4/tcp/2/ws"))
        .containsEntry("/ip4/1.2.3.4/tcp/1", 0L)
        .containsEntry("/ip4/1.2.3.4/tcp/2/ws", 1250L);
  }

  @Test
  void relayedAddressesWaitForDirectOnes() {
    String relayed =
        "/ip4/1.2.3.4/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit";
    assertThat(delaysMillis("/ip4/5.6.7.8/tcp/1", relayed)).containsEntry(relayed, 750L);
    assertThat(delaysMillis(relayed)).containsEntry(relayed, 0L);
  }

  @Test
  void stepsComeInTheOrderOfTheirDelays() {
    List<DialPlan.Step> steps =
        DialPlan.of(
            List.of(Multiaddr.of("/ip4/1.2.3.4/tcp/1"), Multiaddr.of("/ip6/2001:db8::1/tcp/1")),
            DialConfig.DEFAULT);
    assertThat(steps).isSortedAccordingTo((a, b) -> Long.compare(a.delayNanos(), b.delayNanos()));
  }
}
