package io.ethpeerflow.wire.multiaddr;

import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Takes the addresses of a received list one by one and leaves out what it cannot use, so that one
 * address of a newer protocol does not cost the message it came in. Not thread-safe.
 */
public final class MultiaddrCollector {
  private final int maxAddresses;
  private final List<Multiaddr> addresses = new ArrayList<>();
  private int skipped;

  /**
   * Creates an empty collector.
   *
   * @param maxAddresses how many addresses to keep, not negative; the rest is counted as skipped
   *     without being looked at
   */
  public MultiaddrCollector(int maxAddresses) {
    if (maxAddresses < 0) {
      throw new IllegalArgumentException("maxAddresses: " + maxAddresses + " < 0");
    }
    this.maxAddresses = maxAddresses;
  }

  /** Takes an address in binary form. */
  public void add(byte[] address) {
    if (addresses.size() >= maxAddresses) {
      skipped++;
      return;
    }
    try {
      // [spec addressing/unknown]
      addresses.add(Multiaddr.decode(address));
    } catch (WireFormatException e) {
      skipped++;
    }
  }

  /**
   * Takes the address that is all readable bytes of a buffer.
   *
   * @param address borrowed; its reader index does not move
   */
  public void add(ByteBuf address) {
    if (addresses.size() >= maxAddresses) {
      skipped++;
      return;
    }
    try {
      addresses.add(Multiaddr.decode(address.duplicate(), address.readableBytes()));
    } catch (WireFormatException e) {
      skipped++;
    }
  }

  /** The addresses taken so far, in the order they came: an unmodifiable view. */
  public List<Multiaddr> addresses() {
    return Collections.unmodifiableList(addresses);
  }

  /** How many addresses were left out: malformed, of an unknown protocol, or too many. */
  public int skipped() {
    return skipped;
  }
}
