package io.ethpeerflow.wire.peer;

import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A peer and where it may be found. Immutable.
 *
 * @param id the peer
 * @param addresses its addresses without the trailing {@code /p2p/<id>}, without duplicates, in the
 *     given order; may be empty
 */
public record AddrInfo(PeerId id, List<Multiaddr> addresses) {
  /**
   * Takes {@code /p2p/<id>} off the addresses, and drops the empty ones and duplicates.
   *
   * @throws IllegalArgumentException if an address ends in the id of another peer; see {@link
   *     #ofReceived} for foreign addresses
   */
  public AddrInfo {
    Set<Multiaddr> bare = new LinkedHashSet<>();
    for (Multiaddr address : addresses) {
      PeerId named = address.peerId();
      if (named != null && !named.equals(id)) {
        throw new IllegalArgumentException("address of " + named + " given for " + id);
      }
      Multiaddr without = address.withoutPeerId();
      if (!without.isEmpty()) {
        bare.add(without);
      }
    }
    addresses = List.copyOf(bare);
  }

  /** A peer with addresses. */
  public static AddrInfo of(PeerId id, Multiaddr... addresses) {
    return new AddrInfo(id, List.of(addresses));
  }

  /**
   * The peer that a full address names.
   *
   * @throws IllegalArgumentException if the address does not end in {@code /p2p/<id>}
   */
  public static AddrInfo of(Multiaddr address) {
    PeerId id = address.peerId();
    if (id == null) {
      throw new IllegalArgumentException("no peer id at the end of " + address);
    }
    return new AddrInfo(id, List.of(address));
  }

  /**
   * The addresses that somebody sent for a peer; those that end in the id of another one are left
   * out.
   */
  public static AddrInfo ofReceived(PeerId id, Collection<Multiaddr> addresses) {
    return new AddrInfo(
        id, addresses.stream().filter(a -> a.peerId() == null || id.equals(a.peerId())).toList());
  }

  /**
   * Parses a full address.
   *
   * @throws WireFormatException if it is not a multiaddr that ends in {@code /p2p/<id>}
   */
  public static AddrInfo parse(String text) throws WireFormatException {
    Multiaddr address = Multiaddr.parse(text);
    if (address.peerId() == null) {
      throw new WireFormatException("no peer id at the end of " + address);
    }
    return of(address);
  }

  /** The addresses with {@code /p2p/<id>}; only that when there are none. */
  public List<Multiaddr> fullAddresses() {
    return addresses.isEmpty()
        ? List.of(Multiaddr.EMPTY.withPeerId(id))
        : addresses.stream().map(a -> a.withPeerId(id)).toList();
  }
}
