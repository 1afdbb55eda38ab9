package io.ethpeerflow.host.peerstore;

import io.ethpeerflow.core.Peerstore;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.ethpeerflow.wire.record.SignedPeerRecord;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@link Peerstore} in memory, bounded in peers and in entries per peer. Any thread. */
public final class MemoryPeerstore implements Peerstore {
  private static final int MAX_AGENT_CHARACTERS = 256;

  private static final class Entry {
    final LinkedHashMap<Multiaddr, Long> expiryNanos = new LinkedHashMap<>();
    Set<ProtocolId> protocols = Set.of();
    @Nullable PublicKey key;
    @Nullable String agentVersion;
    @Nullable SignedPeerRecord signedRecord;
  }

  private final PeerstoreConfig config;
  private final LongSupplier nanoClock;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<PeerId, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * An empty store.
   *
   * @param nanoClock a monotonic clock, for expiry
   */
  public MemoryPeerstore(PeerstoreConfig config, LongSupplier nanoClock) {
    this.config = config;
    this.nanoClock = nanoClock;
  }

  private Entry entry(PeerId peer) {
    Entry entry = entries.computeIfAbsent(peer, key -> new Entry());
    if (entries.size() > config.maxPeers()) {
      Iterator<PeerId> eldest = entries.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
    return entry;
  }

  private <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void addAddresses(PeerId peer, Collection<Multiaddr> addresses, Duration timeToLive) {
    if (timeToLive.isNegative() || timeToLive.isZero()) {
      return;
    }
    boolean permanent = timeToLive.compareTo(PERMANENT) >= 0;
    long nowNanos = nanoClock.getAsLong();
    long expiry = permanent ? Long.MAX_VALUE : nowNanos + timeToLive.toNanos();
    locked(
        () -> {
          Entry entry = entry(peer);
          dropExpired(entry, nowNanos);
          for (Multiaddr address : addresses) {
            Multiaddr plain = address.withoutPeerId();
            if (entry.expiryNanos.containsKey(plain)
                || entry.expiryNanos.size() < config.maxAddressesPerPeer()) {
              entry.expiryNanos.merge(plain, expiry, (a, b) -> later(a, b));
            }
          }
          return null;
        });
  }

  private static long later(long a, long b) {
    if (a == Long.MAX_VALUE || b == Long.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    return a - b >= 0 ? a : b;
  }

  private static void dropExpired(Entry entry, long nowNanos) {
    entry
        .expiryNanos
        .values()
        .removeIf(expiry -> expiry != Long.MAX_VALUE && expiry - nowNanos <= 0);
  }

  @Override
  public List<Multiaddr> addresses(PeerId peer) {
    long nowNanos = nanoClock.getAsLong();
    return locked(
        () -> {
          Entry entry = entries.get(peer);
          if (entry == null) {
            return List.<Multiaddr>of();
          }
          dropExpired(entry, nowNanos);
          return List.copyOf(entry.expiryNanos.keySet());
        });
  }

  @Override
  public void clearAddresses(PeerId peer) {
    locked(
        () -> {
          Entry entry = entries.get(peer);
          if (entry != null) {
            entry.expiryNanos.clear();
          }
          return null;
        });
  }

  @Override
  public void setProtocols(PeerId peer, Collection<ProtocolId> protocols) {
    var bounded = new LinkedHashSet<ProtocolId>();
    protocols.stream().limit(config.maxProtocolsPerPeer()).forEach(bounded::add);
    locked(() -> entry(peer).protocols = Set.copyOf(bounded));
  }

  @Override
  public Set<ProtocolId> protocols(PeerId peer) {
    return locked(
        () -> {
          Entry entry = entries.get(peer);
          return entry == null ? Set.<ProtocolId>of() : entry.protocols;
        });
  }

  @Override
  public Optional<PublicKey> publicKey(PeerId peer) {
    PublicKey known =
        locked(
                () -> {
                  Entry entry = entries.get(peer);
                  return Optional.ofNullable(entry == null ? null : entry.key);
                })
            .orElse(null);
    if (known != null) {
      return Optional.of(known);
    }
    try {
      return Optional.ofNullable(peer.inlinedKey());
    } catch (WireFormatException notAKey) {
      return Optional.empty();
    }
  }

  @Override
  public boolean addPublicKey(PeerId peer, PublicKey key) {
    if (!peer.matches(key)) {
      return false;
    }
    locked(() -> entry(peer).key = key);
    return true;
  }

  @Override
  public Optional<String> agentVersion(PeerId peer) {
    return locked(
        () -> {
          Entry entry = entries.get(peer);
          return Optional.ofNullable(entry == null ? null : entry.agentVersion);
        });
  }

  @Override
  public void setAgentVersion(PeerId peer, String agentVersion) {
    String cut =
        agentVersion.length() > MAX_AGENT_CHARACTERS
            ? agentVersion.substring(0, MAX_AGENT_CHARACTERS)
            : agentVersion;
    locked(() -> entry(peer).agentVersion = cut);
  }

  @Override
  public boolean addSignedRecord(SignedPeerRecord signed, Duration timeToLive) {
    boolean taken =
        locked(
            () -> {
              Entry entry = entry(signed.record().peerId());
              SignedPeerRecord held = entry.signedRecord;
              // [spec peer-record/sequence]
              if (held != null && held.record().isNewerThan(signed.record())) {
                return false;
              }
              if (held != null && signed.record().isNewerThan(held.record())) {
                dropWithdrawn(entry, held, signed);
              }
              entry.signedRecord = signed;
              return true;
            });
    if (taken) {
      addAddresses(signed.record().peerId(), signed.record().addresses(), timeToLive);
    }
    return taken;
  }

  /** What the peer said of itself before and says no longer; not what was given to last. */
  private static void dropWithdrawn(Entry entry, SignedPeerRecord held, SignedPeerRecord newer) {
    Set<Multiaddr> withdrawn =
        held.record().addresses().stream()
            .map(Multiaddr::withoutPeerId)
            .collect(Collectors.toCollection(HashSet::new));
    newer.record().addresses().forEach(address -> withdrawn.remove(address.withoutPeerId()));
    entry
        .expiryNanos
        .entrySet()
        .removeIf(
            known -> known.getValue() != Long.MAX_VALUE && withdrawn.contains(known.getKey()));
  }

  @Override
  public Optional<SignedPeerRecord> signedRecord(PeerId peer) {
    return locked(
        () -> {
          Entry entry = entries.get(peer);
          return Optional.ofNullable(entry == null ? null : entry.signedRecord);
        });
  }

  @Override
  public Set<PeerId> peers() {
    return locked(() -> Set.copyOf(entries.keySet()));
  }

  @Override
  public void remove(PeerId peer) {
    locked(() -> entries.remove(peer));
  }
}
