package io.ethpeerflow.gossipsub.score;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * An IP address or a network of addresses, as 128 bits. IPv4 lies where IPv6 maps it, so the two
 * are never confused, and a mapped address is the one that it maps. Immutable.
 *
 * <p>Ordered, so that hash maps stay fast when addresses are chosen to collide.
 *
 * @param high first half of the address; bits beyond the prefix are 0
 * @param low second half
 * @param prefixBits how many of the 128 bits are the network's
 */
public record IpNetwork(long high, long low, int prefixBits) implements Comparable<IpNetwork> {
  private static final int ADDRESS_BITS = 128;
  private static final int MAPPED_BITS = 96;
  private static final long MAPPED = 0xffff_0000_0000L;

  /**
   * Clears the bits beyond the prefix.
   *
   * @throws IllegalArgumentException if {@code prefixBits} is not 0 to 128
   */
  public IpNetwork {
    Check.that(prefixBits >= 0 && prefixBits <= ADDRESS_BITS, "prefixBits", prefixBits, "0 to 128");
    high &= mask(prefixBits);
    low &= mask(prefixBits - Long.SIZE);
  }

  /** The network that is one address. */
  public static IpNetwork of(InetAddress address) {
    return of(address, address instanceof Inet4Address ? Integer.SIZE : ADDRESS_BITS);
  }

  /**
   * The network of an address, such as 10.0.0.0 with 8 bits.
   *
   * @throws IllegalArgumentException if {@code prefixBits} is more than the address has
   */
  public static IpNetwork of(InetAddress address, int prefixBits) {
    byte[] bytes = address.getAddress();
    Check.that(
        prefixBits >= 0 && prefixBits <= bytes.length * Byte.SIZE,
        "prefixBits",
        prefixBits,
        "0 to " + bytes.length * Byte.SIZE);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return address instanceof Inet4Address
        ? new IpNetwork(
            0, MAPPED | Integer.toUnsignedLong(buffer.getInt()), MAPPED_BITS + prefixBits)
        : new IpNetwork(buffer.getLong(), buffer.getLong(), prefixBits);
  }

  /** Whether it is an IPv4 address or network. */
  public boolean isIpv4() {
    return prefixBits >= MAPPED_BITS
        && high == 0
        && low >>> Integer.SIZE == MAPPED >>> Integer.SIZE;
  }

  /** Whether all of {@code other} lies in this network. */
  public boolean contains(IpNetwork other) {
    return prefixBits <= other.prefixBits
        && (other.high & mask(prefixBits)) == high
        && (other.low & mask(prefixBits - Long.SIZE)) == low
        && isIpv4() == other.isIpv4();
  }

  /** The first {@code bits} of it as a network. */
  IpNetwork network(int bits) {
    return new IpNetwork(high, low, bits);
  }

  private static long mask(int bits) {
    if (bits <= 0) {
      return 0;
    }
    return bits >= Long.SIZE ? -1L : -1L << (Long.SIZE - bits);
  }

  @Override
  public int compareTo(IpNetwork other) {
    int order = Long.compareUnsigned(high, other.high);
    if (order == 0) {
      order = Long.compareUnsigned(low, other.low);
    }
    return order != 0 ? order : Integer.compare(prefixBits, other.prefixBits);
  }
}
