package io.ethpeerflow.gossipsub.net;

import io.ethpeerflow.core.Host;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.AddrInfo;
import io.ethpeerflow.wire.peer.PeerId;
import io.ethpeerflow.wire.record.SignedPeerRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Peers that others recommend, and direct peers: dials them, few at a time. */
final class Recommendations {
  private static final Logger LOG = LoggerFactory.getLogger(Recommendations.class);
  private static final int MAX_DIALS = 16;
  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

  private final Host host;
  private final AtomicInteger dials = new AtomicInteger();

  Recommendations(Host host) {
    this.host = host;
  }

  /** Connects to a peer, unless it is ourselves, connected, or malformed, or dials are many. */
  void follow(byte[] peerId, byte @Nullable [] signedPeerRecord) {
    try {
      PeerId peer = PeerId.decode(peerId);
      if (peer.equals(host.id()) || !host.connections(peer).isEmpty()) {
        return;
      }
      if (signedPeerRecord != null) {
        SignedPeerRecord signed = SignedPeerRecord.open(signedPeerRecord);
        // [spec gossipsub-1.1/px-record]
        if (!signed.record().peerId().equals(peer)) {
          LOG.debug("a record of another peer was sent for peer={}", peer);
          return;
        }
        host.peerstore().addSignedRecord(signed, TIME_TO_LIVE);
      }
      dial(peer);
    } catch (WireFormatException malformed) {
      LOG.debug("a peer that was recommended is not one", malformed);
    }
  }

  private void dial(PeerId peer) {
    List<Multiaddr> addresses = host.peerstore().addresses(peer);
    if (addresses.isEmpty() || dials.get() >= MAX_DIALS) {
      return;
    }
    dials.incrementAndGet();
    host.connect(new AddrInfo(peer, addresses))
        .whenComplete(
            (connection, failure) -> {
              dials.decrementAndGet();
              if (failure != null) {
                LOG.debug("a peer that was recommended cannot be reached peer={}", peer, failure);
              }
            });
  }

  /** What we can recommend a peer with, null for nothing. */
  byte @Nullable [] recordOf(PeerId peer) {
    return host.peerstore().signedRecord(peer).map(SignedPeerRecord::toBytes).orElse(null);
  }
}
