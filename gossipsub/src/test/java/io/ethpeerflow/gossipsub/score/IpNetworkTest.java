package io.ethpeerflow.gossipsub.score;

import static io.ethpeerflow.gossipsub.score.ScoreFixture.ip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IpNetworkTest {
  private static boolean contains(String network, int bits, String address) {
    return IpNetwork.of(ip(network), bits).contains(IpNetwork.of(ip(address)));
  }

  @Test
  void anAddressLiesInTheNetworksOfItsPrefixes() {
    assertThat(contains("10.0.0.0", 8, "10.255.0.1")).isTrue();
    assertThat(contains("10.0.0.0", 8, "11.0.0.0")).isFalse();
    assertThat(contains("10.1.2.3", 8, "10.9.9.9")).isTrue(); // bits beyond the prefix do not count
    assertThat(contains("192.168.1.128", 25, "192.168.1.127")).isFalse();
    assertThat(contains("192.168.1.1", 32, "192.168.1.1")).isTrue();
    assertThat(contains("2001:db8::", 32, "2001:db8:ffff::1")).isTrue();
    assertThat(contains("2001:db8::", 64, "2001:db8:0:1::1")).isFalse();
    assertThat(contains("2001:db8::", 65, "2001:db8::8000:0:0:1")).isFalse();
    assertThat(contains("::1", 128, "::1")).isTrue();
  }

  @Test
  void theTwoVersionsAreNeverConfused() {
    assertThat(contains("0.0.0.0", 0, "1.2.3.4")).isTrue();
    assertThat(contains("0.0.0.0", 0, "::1")).isFalse();
    assertThat(contains("::", 0, "1.2.3.4")).isFalse();
    assertThat(contains("::", 0, "2001:db8::1")).isTrue();
    // what IPv6 maps is IPv4
    assertThat(contains("1.0.0.0", 8, "::ffff:1.2.3.4")).isTrue();
  }

  @Test
  void networksAreEqualWhenTheirPrefixesAre() {
    assertThat(IpNetwork.of(ip("10.1.2.3"), 8)).isEqualTo(IpNetwork.of(ip("10.0.0.0"), 8));
    assertThat(IpNetwork.of(ip("10.0.0.0"), 8)).isNotEqualTo(IpNetwork.of(ip("10.0.0.0"), 9));
    assertThat(IpNetwork.of(ip("10.0.0.0"))).isLessThan(IpNetwork.of(ip("10.0.0.1")));
  }

  @Test
  void prefixesAreNotLongerThanAddresses() {
    assertThatThrownBy(() -> IpNetwork.of(ip("10.0.0.0"), 33)).hasMessageContaining("0 to 32");
    assertThatThrownBy(() -> IpNetwork.of(ip("::1"), 129)).hasMessageContaining("0 to 128");
    assertThatThrownBy(() -> IpNetwork.of(ip("::1"), -1)).hasMessageContaining("-1");
  }
}
