package io.ethpeerflow.gossipsub.queue;

import io.ethpeerflow.gossipsub.queue.Entry.OfIds;
import io.ethpeerflow.gossipsub.queue.Entry.OfMessage;
import io.ethpeerflow.gossipsub.queue.Entry.OfPartial;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.RpcEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what goes into one RPC: so many of the oldest of each lane. A lane is begun when those
 * before it are empty, IDONTWANT aside, of which an RPC takes only so many ids. Whatever comes
 * first is taken, however long; more is taken as long as the RPC stays within its target.
 */
final class Packing {
  private static final Lane[] LANES = Lane.values();

  private final QueueConfig config;
  private final Lanes lanes;
  private int controlBytes;
  private int otherBytes;
  private int messages;
  private boolean partial;
  private @Nullable Entry last;

  Packing(QueueConfig config, Lanes lanes) {
    this.config = config;
    this.lanes = lanes;
  }

  int controlBytes() {
    return controlBytes;
  }

  /** Length of the RPC. */
  int sizeBytes() {
    return Math.toIntExact(RpcEncoder.size(otherBytes, controlBytes));
  }

  boolean isEmpty() {
    return last == null;
  }

  /** Chooses anew, which {@link EntryList#chosen} tells. May divide the oldest gossip. */
  void choose() {
    for (Lane lane : LANES) {
      lanes.of(lane).choose(0);
    }
    last = null;
    controlBytes = 0;
    otherBytes = 0;
    messages = 0;
    partial = false;
    if (!takeAll(Lane.CONTROL)) {
      return;
    }
    // one entry has as many ids as go-libp2p looks at in one RPC
    EntryList idontwant = lanes.of(Lane.IDONTWANT);
    if (!idontwant.isEmpty() && take(idontwant.oldest())) {
      idontwant.choose(1);
    }
    if (takeAll(Lane.OWN) && takeAll(Lane.FORWARDED) && takeAll(Lane.ANSWERS)) {
      if (isEmpty()) {
        divide(lanes.of(Lane.GOSSIP));
      }
      takeAll(Lane.GOSSIP);
    }
  }

  /** False if some of the lane has to wait. */
  private boolean takeAll(Lane lane) {
    EntryList list = lanes.of(lane);
    Entry entry = list.first();
    int taken = 0;
    while (entry != null && take(entry)) {
      entry = entry.next;
      taken++;
    }
    list.choose(taken);
    return entry == null;
  }

  private boolean take(Entry entry) {
    int control = controlBytes + (entry.control ? entry.sizeBytes : 0);
    int other = otherBytes + (entry.control ? 0 : entry.sizeBytes);
    if (!isEmpty() && !within(control, other)) {
      return false;
    }
    if (entry.lane.holdsMessages()) {
      // an RPC has one partial message at most
      boolean another = entry instanceof OfPartial;
      if (messages == config.maxMessagesPerRpc() || another && partial) {
        return false;
      }
      messages++;
      partial |= another;
    }
    controlBytes = control;
    otherBytes = other;
    last = entry;
    return true;
  }

  private boolean within(int control, int other) {
    return control <= config.maxControlBytesPerRpc()
        && RpcEncoder.size((long) other, control) <= config.targetRpcBytes();
  }

  /** Makes two of the first when it is too long for one RPC; of one id it stays one. */
  private void divide(EntryList gossip) {
    if (!(gossip.first() instanceof OfIds whole) || within(whole.sizeBytes, 0)) {
      return;
    }
    MessageIds ids = whole.ids;
    // halves until it is within the bounds, then as many more as fit
    int fitting = 1;
    int tooMany = ids.count();
    while (tooMany - fitting > 1) {
      int middle = (fitting + tooMany) >>> 1;
      if (within(OfIds.size(whole.topic, ids.range(0, middle)), 0)) {
        fitting = middle;
      } else {
        tooMany = middle;
      }
    }
    if (fitting < ids.count()) {
      gossip.remove(whole);
      gossip.addFirst(new OfIds(whole.topic, ids.range(fitting, ids.count())));
      gossip.addFirst(new OfIds(whole.topic, ids.range(0, fitting)));
    }
  }

  /** The message that is longer than the target, and alone therefore; null if none is. */
  @Nullable OfMessage longMessage() {
    return otherBytes > config.targetRpcBytes() && last instanceof OfMessage message
        ? message
        : null;
  }
}
