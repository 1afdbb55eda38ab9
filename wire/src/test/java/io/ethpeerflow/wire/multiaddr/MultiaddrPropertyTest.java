package io.ethpeerflow.wire.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.testkit.seed.Seeds;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiformats.Multihash;
import io.ethpeerflow.wire.peer.PeerId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MultiaddrPropertyTest {
  private static final Protocol[] ALL = Protocol.values();

  @Test
  // [spec addressing/forms]
  void isTheSameInTextBytesAndComponents() {
    Seeds.check(
        3000,
        random -> {
          List<Component> components = components(random);
          Multiaddr address = Multiaddr.of(components.toArray(Component[]::new));

          assertThat(address.components()).isEqualTo(components);
          assertThat(address.protocols())
              .isEqualTo(components.stream().map(Component::protocol).toList());
          assertThat(Multiaddr.decode(address.toBytes())).isEqualTo(address);
          assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
          for (Component component : components) {
            assertThat(address.has(component.protocol())).isTrue();
            String text = Multiaddr.of(component).toString();
            String separator =
                component.protocol() == Protocol.UNIX || !component.protocol().hasValue()
                    ? ""
                    : "/";
            assertThat(text)
                .isEqualTo("/" + component.protocol() + separator + component.valueText());
          }
        });
  }

  @Test
  void eitherRefusesDamagedBytesOrPrintsThemSoThatTheyReadTheSame() {
    int[] accepted = {0};
    Seeds.check(
        5000,
        random -> {
          byte[] bytes = Multiaddr.of(components(random).toArray(Component[]::new)).toBytes();
          try {
            Multiaddr address = Multiaddr.decode(random.mutate(bytes));
            accepted[0]++;
            assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
            assertThatCode(address::components).doesNotThrowAnyException();
          } catch (WireFormatException expected) {
            assertThat(expected).hasMessageMatching("\\P{Cntrl}+");
          }
        });
    assertThat(accepted[0]).isPositive();
  }

  private static List<Component> components(SeededRandom random) {
    List<Component> components = new ArrayList<>();
    int count = random.edgyInt(1, 8);
    while (components.size() < count) {
      Protocol protocol = random.pick(ALL);
      components.add(component(protocol, random));
      if (protocol == Protocol.UNIX) {
        break;
      }
    }
    return components;
  }

  private static Component component(Protocol protocol, SeededRandom random) {
    return switch (protocol) {
      case IP4 -> ip(random.edgyBytes(4, 4));
      case IP6 -> {
        byte[] address = random.edgyBytes(16, 16);
        // java.net turns IPv4-mapped addresses into IPv4 ones; MultiaddrTest has them
        address[0] |= 0x20;
        yield ip(address);
      }
      case TCP, UDP, SCTP, DCCP -> new Component.Port(protocol, random.edgyInt(0, 0xffff));
      case IPCIDR -> new Component.PrefixLength(random.edgyInt(0, 0xff));
      case DNS, DNS4, DNS6, DNSADDR, SNI, IP6ZONE ->
          new Component.Text(protocol, text(random, "abc-.%\u00e9\u4e2d\ud83d\ude80"));
      case UNIX -> new Component.Text(protocol, "/" + text(random, "ab./"));
      case P2P -> new Component.Peer(peer(random));
      case CERTHASH -> new Component.CertHash(Multihash.of(0x12, random.bytes(32)));
      case ONION -> new Component.Opaque(protocol, withPort(random.edgyBytes(12, 12)));
      case ONION3 -> new Component.Opaque(protocol, withPort(random.edgyBytes(37, 37)));
      case GARLIC32 ->
          new Component.Opaque(
              protocol, random.oneIn(2) ? random.bytes(32) : random.edgyBytes(35, 60));
      case GARLIC64 -> new Component.Opaque(protocol, random.edgyBytes(386, 400));
      case HTTP_PATH -> new Component.Opaque(protocol, random.edgyBytes(1, 40));
      case MEMORY -> new Component.Memory(random.nextLong());
      default -> new Component.Flag(protocol);
    };
  }

  private static Component ip(byte[] address) {
    try {
      return new Component.Ip(InetAddress.getByAddress(address));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(SeededRandom random, String alphabet) {
    int[] letters = alphabet.codePoints().toArray();
    var text = new StringBuilder();
    int length = random.edgyInt(1, 200);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }

  private static PeerId peer(SeededRandom random) {
    Multihash hash =
        random.oneIn(2)
            ? Multihash.of(0x12, random.bytes(32))
            : Multihash.of(0, random.edgyBytes(1, PeerId.MAX_INLINE_BYTES));
    try {
      return PeerId.decode(hash.toBytes());
    } catch (WireFormatException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] withPort(byte[] bytes) {
    bytes[bytes.length - 1] |= 1;
    return bytes;
  }
}
