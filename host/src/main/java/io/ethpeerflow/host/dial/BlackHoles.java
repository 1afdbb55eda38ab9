package io.ethpeerflow.host.dial;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether this network swallows all UDP or all IPv6. Each of the two has the outcomes of its last
 * {@link BlackHoleConfig#window} dials; when too few of them succeeded it is blocked, but for a
 * probe now and then, and the first success opens it again.
 *
 * <p>Only direct, public addresses say anything and are ever blocked. An address that is both UDP
 * and IPv6 counts for both; it is blocked when either is, and tried when either has its probe.
 */
@OwnedBy("host loop")
final class BlackHoles {
  /** What a network may swallow. */
  enum Path {
    UDP("UDP", Protocol.UDP),
    IPV6("IPv6", Protocol.IP6);

    private final String label;
    private final Protocol protocol;

    Path(String label, Protocol protocol) {
      this.label = label;
      this.protocol = protocol;
    }

    boolean carries(Multiaddr address) {
      return address.has(protocol);
    }
  }

  private static final class Track {
    final Path path;
    final BitSet succeeded;
    int next;
    int known;
    int unprobed;
    volatile boolean blocked;

    Track(Path path, int window) {
      this.path = path;
      this.succeeded = new BitSet(window);
    }
  }

  private final BlackHoleConfig config;
  private final Map<Path, Track> tracks = new EnumMap<>(Path.class);

  BlackHoles(BlackHoleConfig config) {
    this.config = config;
    for (Path path : Path.values()) {
      tracks.put(path, new Track(path, config.window()));
    }
  }

  /** Whether a path is taken for a black hole. Any thread. */
  boolean isBlocked(Path path) {
    Track track = tracks.get(path);
    return track != null && track.blocked;
  }

  private static boolean isSilentOf(Multiaddr address) {
    return PrivateRanges.ipOf(address) == null
        || PrivateRanges.contains(address)
        || address.has(Protocol.P2P_CIRCUIT);
  }

  /**
   * Why an address should not be dialed now, or null; a call that is answered null may be a probe.
   */
  @Nullable String refusal(Multiaddr address) {
    if (isSilentOf(address)) {
      return null;
    }
    Track blocking = null;
    boolean probes = false;
    for (Track track : tracks.values()) {
      if (track.blocked && track.path.carries(address)) {
        blocking = track;
        track.unprobed++;
        if (track.unprobed >= config.probeEvery()) {
          track.unprobed = 0;
          probes = true;
        }
      }
    }
    return blocking == null || probes ? null : reason(blocking);
  }

  private String reason(Track track) {
    return track.path.label
        + " seems to be a black hole here: "
        + track.succeeded.cardinality()
        + " of the last "
        + config.window()
        + " dials over it succeeded, fewer than "
        + config.minSuccesses()
        + "; one in "
        + config.probeEvery()
        + " is still tried";
  }

  /** A dial reached its address. */
  void succeeded(Multiaddr address) {
    note(address, null, true);
  }

  /** A dial failed for a reason that lies with the network or with the remote. */
  void failed(Multiaddr address) {
    note(address, null, false);
  }

  /**
   * A dial was overtaken by one that had begun later. It counts against the paths that the winner
   * did without.
   */
  void overtaken(Multiaddr address, Multiaddr winner) {
    note(address, winner, false);
  }

  private void note(Multiaddr address, @Nullable Multiaddr except, boolean success) {
    if (isSilentOf(address)) {
      return;
    }
    for (Track track : tracks.values()) {
      if (track.path.carries(address) && (except == null || !track.path.carries(except))) {
        note(track, success);
      }
    }
  }

  private void note(Track track, boolean success) {
    if (track.blocked && success) {
      track.succeeded.clear();
      track.known = 0;
      track.next = 0;
      track.unprobed = 0;
      track.blocked = false;
    }
    track.succeeded.set(track.next, success);
    track.next = (track.next + 1) % config.window();
    track.known = Math.min(track.known + 1, config.window());
    track.blocked =
        track.known == config.window() && track.succeeded.cardinality() < config.minSuccesses();
  }
}
