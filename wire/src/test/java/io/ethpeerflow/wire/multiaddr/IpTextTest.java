package io.ethpeerflow.wire.multiaddr;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.testkit.seed.Seeds;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTextTest {
  @ParameterizedTest
  @CsvSource({
    "::,::",
    "::1,::1",
    "1::,1::",
    "0:0:0:0:0:0:0:1,::1",
    "2001:DB8::1,2001:db8::1",
    "2001:0db8::0001,2001:db8::1",
    "2001:db8:0:0:0:0:2:1,2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1,2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1,2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1,2001:db8::1:0:0:1",
    "::ffff:192.0.2.1,::ffff:192.0.2.1",
    "::ffff:c000:201,::ffff:192.0.2.1",
    "64:ff9b::192.0.2.33,64:ff9b::c000:221",
    "1:2:3:4:5:6:7:8,1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:1.2.3.4,1:2:3:4:5:6:102:304",
    "1:2:3:4:5:6:7::,1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8,0:2:3:4:5:6:7:8",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "0:0:1::,0:0:1::",
    "::1.2.3.4,::102:304"
  })
  void printsIp6AsRfc5952Does(String text, String expected) {
    byte[] address = new byte[18];

    assertThat(IpText.parseIp6("x" + text, 1, 1 + text.length(), address, 1)).isTrue();
    assertThat(print6(address, 1)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":::",
        "1",
        "1:",
        ":1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1::2::3",
        "12345::",
        "g::",
        "::1.2.3",
        "::1.2.3.4.5",
        "::1.2.3.256",
        "1.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3.4:1",
        "::01.2.3.4",
        "fe80::1%eth0",
        "[::1]",
        " ::1",
        "::1 ",
        "1::-1",
        "::.",
        "::1."
      })
  void refusesWhatIsNoIp6(String text) {
    assertThat(IpText.parseIp6(text, 0, text.length(), new byte[16], 0)).isFalse();
  }

  @Test
  void readsTheTextThatInetAddressReads() {
    Seeds.check(
        2000,
        random -> {
          byte[] address = random.edgyBytes(16, 16);
          for (int i = 0; i < 16; i += 2) {
            if (random.oneIn(2)) {
              address[i] = 0;
              address[i + 1] = 0;
            }
          }
          String text = print6(address, 0);
          byte[] again = new byte[16];
          assertThat(IpText.parseIp6(text, 0, text.length(), again, 0)).isTrue();
          assertThat(again).isEqualTo(address);
          if (!text.startsWith("::ffff:")) {
            assertThat(InetAddress.getByName(text).getAddress()).isEqualTo(address);
          }
          // the form without any shortening
          String full = Inet6Address.getByAddress(null, address, -1).getHostAddress();
          assertThat(IpText.parseIp6(full, 0, full.length(), again, 0)).isTrue();
          assertThat(again).isEqualTo(address);
        });
  }

  @Test
  void readsAndPrintsIp4() {
    Seeds.check(
        500,
        random -> {
          byte[] address = random.edgyBytes(4, 4);
          var text = new StringBuilder();
          IpText.appendIp4(address, 0, text);
          assertThat(text).hasToString(InetAddress.getByAddress(address).getHostAddress());
          long expected =
              Integer.toUnsignedLong(
                  (address[0] & 0xff) << 24
                      | TextPrinter.unsignedShort(address, 1) << 8
                      | (address[3] & 0xff));
          assertThat(IpText.parseIp4(text.toString(), 0, text.length())).isEqualTo(expected);
        });
  }

  private static String print6(byte[] address, int at) {
    var out = new StringBuilder();
    IpText.appendIp6(address, at, out);
    return out.toString();
  }
}
