package io.ethpeerflow.host.resolve;

import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.host.dial.AddressResolver;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiaddr.Component;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import io.ethpeerflow.wire.peer.PeerId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code dns}, {@code dns4} and {@code dns6} into addresses, and {@code dnsaddr} through
 * TXT records {@code dnsaddr=<multiaddr>} of {@code _dnsaddr.<host>}, which may name further names.
 * A record that ends in another peer's id than the one wanted is dropped. Bounded in depth, in
 * queries and in results, because whoever owns a name chooses its records. Thread-safe.
 */
public final class DnsAddressResolver implements AddressResolver {
  /** How often a dnsaddr may lead to another. */
  public static final int MAX_DEPTH = 4;

  /** Addresses that one name may resolve to. */
  public static final int MAX_RESULTS = 100;

  /** Questions asked for one address. */
  public static final int MAX_QUERIES = 32;

  private static final String TEXT_PREFIX = "dnsaddr=";

  private final NameService names;

  /** A resolver on a name service. */
  public DnsAddressResolver(NameService names) {
    this.names = names;
  }

  @Override
  public CompletableFuture<List<Multiaddr>> resolve(Multiaddr address, @Nullable PeerId peer) {
    var resolution = new Resolution(peer == null ? address.peerId() : peer);
    return resolution
        .resolve(address, 0)
        .thenApply(
            found -> {
              if (found.isEmpty()) {
                throw new P2pException(address + " resolves to no usable address");
              }
              return List.copyOf(found);
            });
  }

  private final class Resolution {
    private final @Nullable PeerId peer;
    private final AtomicInteger queries = new AtomicInteger();

    Resolution(@Nullable PeerId peer) {
      this.peer = peer;
    }

    CompletableFuture<Set<Multiaddr>> resolve(Multiaddr address, int depth) {
      List<Component> components = address.withoutPeerId().components();
      for (int i = 0; i < components.size(); i++) {
        if (components.get(i) instanceof Component.Text name) {
          if (name.protocol() == Protocol.DNSADDR) {
            return records(components, i, name.text(), depth);
          }
          NameService.Family family = familyOf(name.protocol());
          if (family != null) {
            return hosts(components, i, name.text(), family);
          }
        }
      }
      return CompletableFuture.completedFuture(Set.of(address.withoutPeerId()));
    }

    private static NameService.@Nullable Family familyOf(Protocol protocol) {
      return switch (protocol) {
        case DNS -> NameService.Family.ANY;
        case DNS4 -> NameService.Family.IP4;
        case DNS6 -> NameService.Family.IP6;
        default -> null;
      };
    }

    private void countQuery() {
      if (queries.incrementAndGet() > MAX_QUERIES) {
        throw new P2pException("more than " + MAX_QUERIES + " DNS questions for one address");
      }
    }

    private CompletableFuture<Set<Multiaddr>> hosts(
        List<Component> components, int at, String host, NameService.Family family) {
      countQuery();
      return names
          .addresses(host, family)
          .thenApply(
              found -> {
                Set<Multiaddr> result = new LinkedHashSet<>();
                for (InetAddress ip : found) {
                  if (result.size() < MAX_RESULTS) {
                    Component[] changed = components.toArray(Component[]::new);
                    changed[at] = new Component.Ip(ip);
                    result.add(Multiaddr.of(changed));
                  }
                }
                return result;
              });
    }

    private CompletableFuture<Set<Multiaddr>> records(
        List<Component> components, int at, String host, int depth) {
      if (depth >= MAX_DEPTH) {
        return CompletableFuture.failedFuture(
            new P2pException("dnsaddr of " + host + " is nested deeper than " + MAX_DEPTH));
      }
      countQuery();
      List<Component> suffix = components.subList(at + 1, components.size());
      return names
          .texts("_dnsaddr." + host)
          .thenCompose(
              texts -> {
                var nested = new ArrayList<CompletableFuture<Set<Multiaddr>>>();
                for (String text : texts) {
                  Multiaddr record = parse(text);
                  if (record != null && isWanted(record, suffix) && nested.size() < MAX_RESULTS) {
                    nested.add(attempt(record, depth + 1));
                  }
                }
                return join(nested);
              });
    }

    private CompletableFuture<Set<Multiaddr>> attempt(Multiaddr record, int depth) {
      try {
        return resolve(record, depth).exceptionally(unresolvable -> Set.of());
      } catch (P2pException bound) {
        return CompletableFuture.completedFuture(Set.of());
      }
    }

    private boolean isWanted(Multiaddr record, List<Component> suffix) {
      PeerId of = record.peerId();
      if (peer != null && of != null && !of.equals(peer)) {
        return false;
      }
      List<Component> parts = record.withoutPeerId().components();
      return parts.size() >= suffix.size()
          && parts.subList(parts.size() - suffix.size(), parts.size()).equals(suffix);
    }

    private CompletableFuture<Set<Multiaddr>> join(List<CompletableFuture<Set<Multiaddr>>> nested) {
      return CompletableFuture.allOf(nested.toArray(CompletableFuture[]::new))
          .thenApply(
              done -> {
                Set<Multiaddr> result = new LinkedHashSet<>();
                for (CompletableFuture<Set<Multiaddr>> each : nested) {
                  for (Multiaddr address : each.join()) {
                    if (result.size() < MAX_RESULTS) {
                      result.add(address);
                    }
                  }
                }
                return result;
              });
    }
  }

  private static @Nullable Multiaddr parse(String text) {
    if (!text.startsWith(TEXT_PREFIX)) {
      return null;
    }
    try {
      return Multiaddr.parse(text.substring(TEXT_PREFIX.length()));
    } catch (WireFormatException malformed) {
      return null;
    }
  }

  /** Whether an address has a name in it. */
  public static boolean hasName(Multiaddr address) {
    return address.has(Protocol.DNS)
        || address.has(Protocol.DNS4)
        || address.has(Protocol.DNS6)
        || address.has(Protocol.DNSADDR);
  }
}
