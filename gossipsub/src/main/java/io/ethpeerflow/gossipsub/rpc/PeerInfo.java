package io.ethpeerflow.gossipsub.rpc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A peer that another one recommends. Neither field is looked into: one bad recommendation does not
 * spoil an RPC. The arrays are not copied and must not change.
 *
 * @param peerId binary peer id, null when absent
 * @param signedPeerRecord envelope with a peer record, null when absent
 */
public record PeerInfo(byte @Nullable [] peerId, byte @Nullable [] signedPeerRecord) {
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PeerInfo that
        && Arrays.equals(peerId, that.peerId)
        && Arrays.equals(signedPeerRecord, that.signedPeerRecord);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(peerId) + Arrays.hashCode(signedPeerRecord);
  }
}
