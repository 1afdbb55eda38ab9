package io.ethpeerflow.wire.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {
  private static final PeerId PEER =
      PeerId.of("12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA");
  private static final PeerId OTHER = PeerId.of("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/127.0.0.1/tcp/4001",
        "/ip6/::1/udp/0/quic-v1",
        "/ip6zone/eth0/ip6/fe80::1/tcp/65535",
        "/ip4/10.0.0.0/ipcidr/8",
        "/dns/example.com/tcp/443/tls/sni/example.com/ws",
        "/dns4/ex\u00e4mple.com/tcp/1/wss",
        "/dnsaddr/bootstrap.libp2p.io/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
        "/ip4/1.2.3.4/udp/9090/webrtc-direct/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ",
        "/ip4/1.2.3.4/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
        "/unix/a/b/c/d/e",
        "/onion/timaq4ygg2iegci7:1234",
        "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234/http",
        "/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuqzwas",
        "/ip4/1.2.3.4/tcp/80/http/http-path/a%2Fb%20c%2Bd/tls",
        "/memory/18446744073709551615",
        "/ip4/1.2.3.4/tcp/80/plaintextv2"
      })
  // [spec addressing/forms]
  void printsWhatItParsed(String text) throws Exception {
    Multiaddr address = Multiaddr.parse(text);

    assertThat(address).hasToString(text);
    assertThat(Multiaddr.decode(address.toBytes())).isEqualTo(address).hasSameHashCodeAs(address);
    assertThat(Multiaddr.of(address.components().toArray(Component[]::new))).isEqualTo(address);
  }

  @Test
  void writesTheBytesOfTheTable() throws Exception {
    assertThat(hex("/ip4/127.0.0.1/udp/1234")).isEqualTo("047f000001910204d2");
    assertThat(hex("/ip6/2001:db8::1/tcp/80"))
        .isEqualTo("2920010db8000000000000000000000001060050");
    assertThat(hex("/dns4/a.b/tls/ws")).isEqualTo("3603612e62c003dd03");
    assertThat(hex("/unix/stdio")).isEqualTo("9003062f737464696f");
    assertThat(hex("/plaintextv2")).isEqualTo("e1d8c103");
  }

  private static String hex(String text) throws WireFormatException {
    return HexFormat.of().formatHex(Multiaddr.parse(text).toBytes());
  }

  @Test
  // [spec addressing/p2p]
  void readsTheOldNameOfP2p() throws Exception {
    assertThat(Multiaddr.parse("/ipfs/" + PEER)).hasToString("/p2p/" + PEER);
  }

  @Test
  void readsPeerIdsInBothTextForms() throws Exception {
    String cid = OTHER.toCid().toString();
    assertThat(cid).isEqualTo("bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe");
    assertThat(Multiaddr.parse("/p2p/" + cid)).hasToString("/p2p/" + OTHER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//",
        "ip4/1.2.3.4",
        "/ip4",
        "/ip4/",
        "/ip4/1.2.3",
        "/ip4/1.2.3.4.5",
        "/ip4/256.1.1.1",
        "/ip4/01.2.3.4",
        "/ip4/::1",
        "/ip6/1.2.3.4",
        "/ip6/:::",
        "/ip6/1::2::3",
        "/ip6/fe80::1%eth0",
        "/ip4/1.2.3.4//tcp/1",
        "/tcp",
        "/tcp/65536",
        "/tcp/-1",
        "/tcp/a",
        "/tcp/000001",
        "/nope",
        "/p2p/Qm",
        "/p2p/12D3",
        "/dns/",
        "/dns/a\nb",
        "/unix",
        "/unix/",
        "/tls/x",
        "/onion/timaq4ygg2iegci7:0",
        "/onion/timaq4ygg2iegci7",
        "/onion/short:80",
        "/garlic32/aaaa",
        "/garlic64/AAAA",
        "/memory/",
        "/memory/18446744073709551616",
        "/certhash/",
        "/certhash/uAAE",
        "/http-path/%",
        "/http-path/%4",
        "/http-path/%zz",
        "/ipcidr/256"
      })
  void refusesTextThatIsNoAddress(String text) {
    assertThatThrownBy(() -> Multiaddr.parse(text)).isInstanceOf(WireFormatException.class);
    assertThatThrownBy(() -> Multiaddr.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesTheUnknownProtocol() {
    assertThatThrownBy(() -> Multiaddr.parse("/ip4/1.2.3.4/foo/1"))
        .hasMessage("multiaddr has the unknown protocol \"foo\"");
    assertThatThrownBy(() -> Multiaddr.decode(new byte[] {28}))
        .hasMessage("multiaddr has the unknown protocol code 28 at byte 0");
  }

  @Test
  // [spec addressing/unknown]
  void leavesAddressesOfUnknownProtocolsOutOfAList() throws Exception {
    byte[] good = Multiaddr.parse("/ip4/1.2.3.4/tcp/1").toBytes();

    MultiaddrCollector list =
        Multiaddr.decodeAll(List.of(good, new byte[] {28}, new byte[0], good, good), 2);

    assertThat(list.addresses()).containsExactly(Multiaddr.decode(good), Multiaddr.decode(good));
    assertThat(list.skipped()).isEqualTo(3);
  }

  @Test
  void readsOnlyItsLengthFromABuffer() throws Exception {
    ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex("047f00000106005099"));

    assertThat(Multiaddr.decode(in, 8)).hasToString("/ip4/127.0.0.1/tcp/80");
    assertThat(in.readableBytes()).isEqualTo(1);
    assertThatThrownBy(() -> Multiaddr.decode(in, 2)).isInstanceOf(WireFormatException.class);
    assertThat(in.readableBytes()).isEqualTo(1);
  }

  @Test
  void takesThePeerFromTheLastComponentOnly() {
    Multiaddr relay = Multiaddr.of("/ip4/1.2.3.4/tcp/1/p2p/" + PEER + "/p2p-circuit");

    assertThat(relay.peerId()).isNull();
    assertThat(relay.withPeerId(OTHER).peerId()).isEqualTo(OTHER);
    assertThat(relay.withPeerId(OTHER).withPeerId(PEER).peerId()).isEqualTo(PEER);
    assertThat(relay.withPeerId(OTHER).withoutPeerId()).isEqualTo(relay);
    assertThat(relay.withoutPeerId()).isSameAs(relay);
    assertThat(Multiaddr.of("/p2p/" + PEER).withoutPeerId())
        .isEqualTo(Multiaddr.EMPTY)
        .hasToString("/");
  }

  @Test
  void takesAllPeersOffTheEnd() {
    Multiaddr twice = Multiaddr.of("/ip4/1.2.3.4/tcp/1/p2p/" + OTHER + "/p2p/" + PEER);

    assertThat(twice.withoutPeerId()).hasToString("/ip4/1.2.3.4/tcp/1");
    AddrInfo info = AddrInfo.of(twice);
    assertThat(info.id()).isEqualTo(PEER);
    assertThat(new AddrInfo(info.id(), info.addresses())).isEqualTo(info);
  }

  @Test
  void encapsulatesAndDecapsulates() {
    Multiaddr tcp = Multiaddr.of("/ip4/1.2.3.4/tcp/80");

    assertThat(tcp.encapsulate(Multiaddr.of("/tls/ws"))).hasToString("/ip4/1.2.3.4/tcp/80/tls/ws");
    assertThat(Multiaddr.of("/ip4/1.2.3.4/tcp/80/tls/ws").decapsulate(Protocol.TLS)).isEqualTo(tcp);
    assertThat(tcp.decapsulate(Protocol.UDP)).isSameAs(tcp);
    assertThat(tcp.decapsulate(Protocol.IP4)).isEqualTo(Multiaddr.EMPTY);
    assertThat(tcp.first(Protocol.TCP)).isEqualTo(new Component.Port(Protocol.TCP, 80));
    assertThat(tcp.first(Protocol.UDP)).isNull();
    assertThat(tcp.protocols()).containsExactly(Protocol.IP4, Protocol.TCP);
    assertThatThrownBy(() -> Multiaddr.of("/unix/a").encapsulate(tcp))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void convertsToAndFromSocketAddresses() throws Exception {
    var socket = new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 80);

    assertThat(Multiaddr.ofTcp(socket)).hasToString("/ip6/2001:db8::1/tcp/80");
    assertThat(Multiaddr.ofUdp(socket).socketAddress()).isEqualTo(socket);
    assertThat(Multiaddr.of("/dns/a/tcp/1").socketAddress()).isNull();
    assertThat(Multiaddr.of("/ip4/1.2.3.4").socketAddress()).isNull();
  }

  @Test
  void boundsTheNumberOfComponentsAndBytes() throws Exception {
    assertThat(Multiaddr.parse("/tls".repeat(Multiaddr.MAX_COMPONENTS)).protocols())
        .hasSize(Multiaddr.MAX_COMPONENTS);
    assertThatThrownBy(() -> Multiaddr.parse("/tls".repeat(Multiaddr.MAX_COMPONENTS + 1)))
        .hasMessageContaining("32 components");
    assertThatThrownBy(() -> Multiaddr.parse("/dns/" + "a".repeat(Multiaddr.MAX_BYTES)))
        .hasMessageContaining("4096");
    assertThatThrownBy(() -> Multiaddr.parse("/dns/" + "a".repeat(Multiaddr.MAX_CHARS)))
        .hasMessageContaining("characters");
    assertThatThrownBy(() -> Multiaddr.decode(new byte[Multiaddr.MAX_BYTES + 1]))
        .hasMessageContaining("4096");
  }

  @Test
  void keepsAddressesWithoutTheirPeer() {
    Multiaddr bare = Multiaddr.of("/ip4/1.2.3.4/tcp/80");
    AddrInfo info = AddrInfo.of(bare.withPeerId(PEER));

    assertThat(info.addresses()).containsExactly(bare);
    assertThat(info.fullAddresses()).containsExactly(bare.withPeerId(PEER));
    assertThat(AddrInfo.of(PEER, bare, bare.withPeerId(PEER))).isEqualTo(info);
    assertThatThrownBy(() -> AddrInfo.of(PEER, bare.withPeerId(OTHER)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(AddrInfo.ofReceived(PEER, List.of(bare, bare.withPeerId(OTHER)))).isEqualTo(info);
  }
}
