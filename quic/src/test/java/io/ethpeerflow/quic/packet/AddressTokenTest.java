package io.ethpeerflow.quic.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Tokens of address validation. */
class AddressTokenTest {
  private static final byte[] ID = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.1", 4001);
  private static final long NOW = -5;

  private final AddressToken tokens = new AddressToken(new byte[32]);
  private final byte[] token = tokens.mint(REMOTE, ID, NOW);

  @Test
  void isGoodForItsAddressAndItsTime() {
    assertThat(tokens.isValid(token, REMOTE, NOW)).isTrue();
    assertThat(tokens.isValid(token, REMOTE, NOW + AddressToken.LIFETIME_NANOS)).isTrue();
    assertThat(tokens.isValid(token, REMOTE, NOW + AddressToken.LIFETIME_NANOS + 1)).isFalse();
    assertThat(tokens.isValid(token, REMOTE, NOW - 1)).isFalse();
  }

  @Test
  void isNoGoodForAnotherAddressOrPort() {
    var port = new InetSocketAddress("192.0.2.1", 4002);
    var address = new InetSocketAddress("192.0.2.2", 4001);
    assertThat(tokens.isValid(token, port, NOW)).isFalse();
    assertThat(tokens.isValid(token, address, NOW)).isFalse();
  }

  @Test
  void endsWithTheConnectionIdThatItWasMadeFor() {
    assertThat(Arrays.copyOfRange(token, AddressToken.HEAD_BYTES, token.length)).isEqualTo(ID);
  }

  @Test
  void isNoGoodWhenAnyBitIsAnother() {
    for (int bit = 0; bit < token.length * 8; bit++) {
      byte[] other = token.clone();
      other[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(tokens.isValid(other, REMOTE, NOW)).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void isNoGoodUnderAnotherKeyOrAtAnotherLength() {
    byte[] key = new byte[32];
    key[0] = 1;
    assertThat(new AddressToken(key).isValid(token, REMOTE, NOW)).isFalse();
    for (int length = 0; length <= 2 * token.length; length++) {
      boolean same = length == token.length;
      assertThat(tokens.isValid(Arrays.copyOf(token, length), REMOTE, NOW)).isEqualTo(same);
    }
  }
}
