package io.ethpeerflow.gossipsub.score;

import io.ethpeerflow.gossipsub.rpc.MessageId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who brought the messages of the last minutes, oldest first out. */
final class Deliveries {
  enum Status {
    VALIDATING,
    VALID,
    INVALID,
    IGNORED
  }

  static final class Delivery {
    private static final int FEW = 4;

    final MessageId id;
    final TopicRule rule;
    final long sinceNanos;
    Status status = Status.VALIDATING;
    long validatedNanos;
    private PeerState[] bringers = new PeerState[FEW];
    private int count;

    Delivery(MessageId id, TopicRule rule, long sinceNanos) {
      this.id = id;
      this.rule = rule;
      this.sinceNanos = sinceNanos;
    }

    int count() {
      return count;
    }

    PeerState bringer(int index) {
      return bringers[index];
    }

    /** False for a peer that is there already, and when there are too many to remember. */
    boolean add(PeerState peer, int max) {
      if (count >= max) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        if (bringers[i] == peer) {
          return false;
        }
      }
      if (count == bringers.length) {
        bringers = Arrays.copyOf(bringers, Math.min(max, 2 * count));
      }
      bringers[count++] = peer;
      return true;
    }
  }

  private final Map<MessageId, Delivery> byId = new HashMap<>();
  private final ArrayDeque<Delivery> inOrder = new ArrayDeque<>();
  private final int max;
  private final long retentionNanos;

  Deliveries(int max, long retentionNanos) {
    this.max = max;
    this.retentionNanos = retentionNanos;
  }

  @Nullable Delivery get(MessageId id) {
    return byId.get(id);
  }

  Delivery begin(MessageId id, TopicRule rule, long nowNanos) {
    if (inOrder.size() >= max) {
      byId.remove(inOrder.remove().id);
    }
    var delivery = new Delivery(id, rule, nowNanos);
    byId.put(id, delivery);
    inOrder.add(delivery);
    return delivery;
  }

  void expire(long nowNanos) {
    for (Delivery oldest = inOrder.peek(); oldest != null; oldest = inOrder.peek()) {
      if (nowNanos - oldest.sinceNanos < retentionNanos) {
        return;
      }
      byId.remove(oldest.id);
      inOrder.remove();
    }
  }

  int size() {
    return byId.size();
  }
}
