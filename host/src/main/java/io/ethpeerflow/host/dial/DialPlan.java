package io.ethpeerflow.host.dial;

import io.ethpeerflow.wire.multiaddr.Multiaddr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * In which order, and after which delays, the addresses of a peer are dialed. Pure.
 *
 * <p>Within private and within public addresses: QUIC before TCP and IPv6 before IPv4, each by one
 * stagger step, so that the better kind usually wins and the worse one is ready when it does not;
 * other transports follow a second later, relayed addresses half a second after all direct ones.
 */
public final class DialPlan {
  private static final long OTHER_DELAY_NANOS = 1_000_000_000L;
  private static final long RELAY_DELAY_NANOS = 500_000_000L;

  private DialPlan() {}

  /**
   * One attempt.
   *
   * @param address resolved
   * @param delayNanos after the start of the dial, at least 0
   */
  public record Step(Multiaddr address, long delayNanos) {}

  /** Orders addresses by the delay after which they are tried. */
  public static List<Step> of(Collection<Multiaddr> addresses, DialConfig config) {
    List<Step> steps = new ArrayList<>(addresses.size());
    for (boolean isPrivate : new boolean[] {true, false}) {
      List<Multiaddr> group =
          addresses.stream()
              .filter(address -> PrivateRanges.contains(address) == isPrivate)
              .toList();
      long stagger = (isPrivate ? config.privateStaggerDelay() : config.staggerDelay()).toNanos();
      for (Multiaddr address : group) {
        steps.add(new Step(address, delay(address, group, stagger)));
      }
    }
    steps.sort(Comparator.comparingLong(Step::delayNanos));
    return List.copyOf(steps);
  }

  /** The address that would be tried first. */
  static Multiaddr best(Collection<Multiaddr> addresses, DialConfig config) {
    return of(addresses, config).get(0).address();
  }

  private static long delay(Multiaddr address, List<Multiaddr> group, long stagger) {
    AddressKind kind = AddressKind.of(address);
    if (kind.relayed()) {
      boolean anyDirect = group.stream().anyMatch(other -> !AddressKind.of(other).relayed());
      return anyDirect ? RELAY_DELAY_NANOS + stagger : 0;
    }
    long better =
        group.stream()
            .map(AddressKind::of)
            .filter(other -> !other.relayed() && other.rank() < kind.rank())
            .distinct()
            .count();
    if (kind.transport() == AddressKind.TransportKind.OTHER) {
      return better == 0 ? 0 : OTHER_DELAY_NANOS + stagger;
    }
    return better * stagger;
  }
}
