package io.ethpeerflow.host.dial;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which addresses failed lately and for how long they are left alone: {@code base + failures² s},
 * up to a maximum. The oldest entry goes when the table is full.
 */
@OwnedBy("host loop")
final class DialBackoff {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private record Key(PeerId peer, Multiaddr address) {}

  private record Failure(int failures, long untilNanos) {}

  private final DialConfig config;
  private final LinkedHashMap<Key, Failure> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Failure> eldest) {
          return size() > config.backoffEntries();
        }
      };

  DialBackoff(DialConfig config) {
    this.config = config;
  }

  /** Nanoseconds for which the address is still left alone; 0 when it may be dialed. */
  long remainingNanos(PeerId peer, Multiaddr address, long nowNanos) {
    Failure entry = entries.get(new Key(peer, address));
    return entry == null ? 0 : Math.max(0, entry.untilNanos - nowNanos);
  }

  void failed(PeerId peer, Multiaddr address, long nowNanos) {
    Key key = new Key(peer, address);
    Failure before = entries.get(key);
    int failures = before == null ? 0 : before.failures + 1;
    long delay =
        Math.min(
            config.backoffMax().toNanos(),
            config.backoffBase().toNanos() + (long) failures * failures * SECOND_NANOS);
    entries.put(key, new Failure(Math.min(failures, 1000), nowNanos + delay));
  }

  void succeeded(PeerId peer, Multiaddr address) {
    entries.remove(new Key(peer, address));
  }
}
