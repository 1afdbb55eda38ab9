package io.ethpeerflow.host.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DnsAddressResolverTest {
  private static final String P1 = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
  private static final String P2 = "12D3KooWQYhTNQdmr3ArTeUHRYzFg94BKyTkoWBDWez9kSCVe2Xo";

  /** Answers from tables, and counts the questions. */
  private static final class FakeNameService implements NameService {
    final Map<String, List<String>> hosts = new HashMap<>();
    final Map<String, List<String>> texts = new HashMap<>();
    int questions;

    @Override
    public CompletableFuture<List<InetAddress>> addresses(String host, Family family) {
      questions++;
      List<InetAddress> found = new ArrayList<>();
      for (String text : hosts.getOrDefault(host, List.of())) {
        try {
          InetAddress address = InetAddress.getByName(text);
          boolean ip4 = address.getAddress().length == 4;
          if (family == Family.ANY || ip4 == (family == Family.IP4)) {
            found.add(address);
          }
        } catch (UnknownHostException impossible) {
          throw new IllegalStateException(impossible);
        }
      }
      return found.isEmpty()
          ? CompletableFuture.failedFuture(new UnknownHostException(host))
          : CompletableFuture.completedFuture(found);
    }

    @Override
    public CompletableFuture<List<String>> texts(String name) {
      questions++;
      List<String> found = texts.get(name);
      return found == null
          ? CompletableFuture.failedFuture(new UnknownHostException(name))
          : CompletableFuture.completedFuture(found);
    }
  }

  private final FakeNameService names = new FakeNameService();
  private final DnsAddressResolver resolver = new DnsAddressResolver(names);

  private List<String> resolve(String address) {
    return resolver.resolve(Multiaddr.of(address), null).join().stream()
        .map(Multiaddr::toString)
        .toList();
  }

  @Test
  void anAddressWithoutANameIsItsOwnResult() {
    assertThat(resolve("/ip4/1.2.3.4/tcp/1/p2p/" + P1)).containsExactly("/ip4/1.2.3.4/tcp/1");
    assertThat(names.questions).isZero();
  }

  @Test
  void dnsKindsChooseTheFamily() {
    names.hosts.put("h.example", List.of("1.2.3.4", "2001:db8::1"));
    assertThat(resolve("/dns/h.example/tcp/1"))
        .containsExactly("/ip4/1.2.3.4/tcp/1", "/ip6/2001:db8::1/tcp/1");
    assertThat(resolve("/dns4/h.example/tcp/1")).containsExactly("/ip4/1.2.3.4/tcp/1");
    assertThat(resolve("/dns6/h.example/udp/1/quic-v1"))
        .containsExactly("/ip6/2001:db8::1/udp/1/quic-v1");
  }

  @Test
  void dnsaddrTakesTheRecordsOfThePeerThatIsWanted() {
    names.texts.put(
        "_dnsaddr.h.example",
        List.of(
            "dnsaddr=/ip4/1.1.1.1/tcp/1/p2p/" + P1,
            "dnsaddr=/ip4/2.2.2.2/tcp/2/p2p/" + P2,
            "dnsaddr=/nonsense",
            "v=spf1 -all"));
    assertThat(resolve("/dnsaddr/h.example/p2p/" + P2)).containsExactly("/ip4/2.2.2.2/tcp/2");
    assertThat(resolver.resolve(Multiaddr.of("/dnsaddr/h.example"), PeerId.of(P1)).join())
        .containsExactly(Multiaddr.of("/ip4/1.1.1.1/tcp/1"));
  }

  @Test
  void dnsaddrMayLeadToFurtherNames() {
    names.texts.put("_dnsaddr.a.example", List.of("dnsaddr=/dnsaddr/b.example/p2p/" + P1));
    names.texts.put("_dnsaddr.b.example", List.of("dnsaddr=/dns4/c.example/tcp/4/p2p/" + P1));
    names.hosts.put("c.example", List.of("9.9.9.9"));
    assertThat(resolve("/dnsaddr/a.example/p2p/" + P1)).containsExactly("/ip4/9.9.9.9/tcp/4");
  }

  @Test
  void aCircleOfNamesEnds() {
    names.texts.put("_dnsaddr.a.example", List.of("dnsaddr=/dnsaddr/a.example/p2p/" + P1));
    assertThatThrownBy(() -> resolve("/dnsaddr/a.example/p2p/" + P1))
        .hasMessageContaining("no usable address");
    assertThat(names.questions).isLessThanOrEqualTo(DnsAddressResolver.MAX_DEPTH);
  }

  @Test
  void aFanOfNamesIsCutAtTheNumberOfQuestions() {
    List<String> fan =
        IntStream.range(0, 90)
            .mapToObj(i -> "dnsaddr=/dnsaddr/n" + i + ".example/p2p/" + P1)
            .toList();
    names.texts.put("_dnsaddr.a.example", fan);
    for (int i = 0; i < 90; i++) {
      names.texts.put("_dnsaddr.n" + i + ".example", fan);
    }
    assertThatThrownBy(() -> resolve("/dnsaddr/a.example/p2p/" + P1)).isNotNull();
    assertThat(names.questions).isLessThanOrEqualTo(DnsAddressResolver.MAX_QUERIES);
  }

  @Test
  void resultsAreCutAtTheirBound() {
    names.texts.put(
        "_dnsaddr.a.example",
        IntStream.range(1, 250)
            .mapToObj(i -> "dnsaddr=/ip4/10.0.0." + i + "/tcp/1/p2p/" + P1)
            .toList());
    assertThat(resolve("/dnsaddr/a.example/p2p/" + P1)).hasSize(DnsAddressResolver.MAX_RESULTS);
  }

  @Test
  void aNameThatDoesNotResolveIsAnError() {
    assertThatThrownBy(() -> resolve("/dns4/nowhere.example/tcp/1"))
        .hasRootCauseInstanceOf(UnknownHostException.class);
  }
}
