package io.ethpeerflow.gossipsub.queue;

import io.ethpeerflow.gossipsub.queue.Entry.OfExtensions;
import io.ethpeerflow.gossipsub.queue.Entry.OfIdontwant;
import io.ethpeerflow.gossipsub.queue.Entry.OfIds;
import io.ethpeerflow.gossipsub.queue.Entry.OfMesh;
import io.ethpeerflow.gossipsub.queue.Entry.OfMessage;
import io.ethpeerflow.gossipsub.queue.Entry.OfPartial;
import io.ethpeerflow.gossipsub.queue.Entry.OfSubscription;
import io.ethpeerflow.gossipsub.queue.Entry.OfTestExtension;
import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.PartialMessage;
import io.ethpeerflow.gossipsub.rpc.PeerInfo;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.RpcEncoder;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent on one stream to one peer: in lanes, the more urgent first, and in each the
 * oldest first. {@link #poll} packs it into RPCs; nothing is encoded before.
 *
 * <p><b>Room.</b> What is new is taken if it fits within {@link QueueConfig}; for want of room the
 * oldest gossip is dropped, then the oldest answers, then, for control and own messages, the oldest
 * forwarded messages. If even that would not do, nothing is dropped and the new is not taken. A
 * peer for which control is not taken misses what it has to know: its stream is of no use any more.
 *
 * <p><b>Once is enough.</b> A GRAFT or PRUNE takes the place of one of the same topic that still
 * waits, and so does a subscription.
 *
 * <p><b>Cost.</b> Every method but the division of long lists of ids works in constant time for
 * each entry that it adds, drops or sends. Messages are indexed by id from the first {@link
 * #cancel} that finds many of them until they are gone; a peer that reads as fast as we write never
 * has an index.
 *
 * <p>Not thread-safe.
 */
public final class OutboundQueue {
  private static final Lane[] LANES = Lane.values();
  // the first to be dropped first
  private static final Lane[] YIELDING = {Lane.GOSSIP, Lane.ANSWERS, Lane.FORWARDED};
  // two varints of a length and a tag
  private static final int MAX_HEAD_BYTES = 16;

  private final QueueConfig config;
  private final Lanes lanes = new Lanes();
  private final Map<TopicId, OfSubscription> subscriptions = new HashMap<>();
  private final Map<TopicId, OfMesh> mesh = new HashMap<>();
  private final Packing packing;
  private boolean begun;

  /** Nothing waits yet, and nothing was sent. */
  public OutboundQueue(QueueConfig config) {
    this.config = config;
    this.packing = new Packing(config, lanes);
  }

  /**
   * What we support. It is sent before all that waits.
   *
   * @return whether it is taken
   * @throws IllegalStateException after the first {@link #poll} that gave something: it belongs
   *     into the first RPC of a stream
   */
  public boolean extensions(Extensions supported) {
    // [spec gossipsub-1.3/extensions-first]
    if (begun) {
      throw new IllegalStateException("the first RPC is sent already");
    }
    var entry = new OfExtensions(supported);
    if (!makeRoom(Lane.CONTROL, entry.sizeBytes, 1)) {
      return false;
    }
    lanes.of(Lane.CONTROL).addFirst(entry);
    return true;
  }

  /**
   * The field of the test extension.
   *
   * @return whether it is taken
   */
  public boolean testExtension() {
    return add(new OfTestExtension());
  }

  /**
   * A topic that we begin or end to be interested in; takes the place of what waits of this topic.
   *
   * @return whether it is taken
   */
  public boolean subscription(Subscription subscription) {
    OfSubscription waiting = subscriptions.get(subscription.topic());
    if (waiting != null) {
      if (!resize(waiting, RpcEncoder.size(subscription))) {
        return false;
      }
      waiting.subscription = subscription;
      return true;
    }
    var entry = new OfSubscription(subscription);
    if (!add(entry)) {
      return false;
    }
    subscriptions.put(subscription.topic(), entry);
    return true;
  }

  /**
   * The peer is in our mesh of a topic; takes the place of a GRAFT or PRUNE that waits.
   *
   * @return whether it is taken
   */
  public boolean graft(TopicId topic) {
    return mesh(topic, null, RpcEncoder.graftSize(topic));
  }

  /**
   * The peer is not in our mesh; takes the place of a GRAFT or PRUNE that waits. Recommended peers
   * that do not fit into an RPC are left out, the last first.
   *
   * @return whether it is taken
   */
  public boolean prune(Prune prune) {
    List<PeerInfo> peers = prune.peers();
    Prune fitting = prune;
    while (!peers.isEmpty() && !fitsAlone(RpcEncoder.size(fitting))) {
      peers = peers.subList(0, peers.size() - 1);
      fitting = new Prune(prune.topic(), peers, prune.backoffSeconds());
    }
    return mesh(prune.topic(), fitting, RpcEncoder.size(fitting));
  }

  private boolean fitsAlone(int controlBytes) {
    return controlBytes <= config.maxControlBytesPerRpc()
        && RpcEncoder.size(0L, controlBytes) <= config.maxRpcBytes();
  }

  private boolean mesh(TopicId topic, @Nullable Prune prune, int sizeBytes) {
    OfMesh waiting = mesh.get(topic);
    if (waiting != null) {
      if (!resize(waiting, sizeBytes)) {
        return false;
      }
      waiting.prune = prune;
      return true;
    }
    var entry = new OfMesh(topic, prune, sizeBytes);
    if (!add(entry)) {
      return false;
    }
    mesh.put(topic, entry);
    return true;
  }

  /**
   * A message that need not be sent to us.
   *
   * @return whether it is taken; if not, we may get the message once more
   */
  public boolean idontwant(MessageId id) {
    if (lanes.of(Lane.IDONTWANT).last() instanceof OfIdontwant waiting
        && waiting.count() < config.maxIdontwantPerRpc()
        && fitsAlone(waiting.sizeWith(id))) {
      if (!resize(waiting, waiting.sizeWith(id))) {
        return false;
      }
      waiting.add(id);
      return true;
    }
    return add(new OfIdontwant(id));
  }

  /**
   * A message of our own.
   *
   * @return whether it is taken; one that is too long for an RPC never is
   */
  public boolean publish(MessageId id, Message message) {
    return add(new OfMessage(Lane.OWN, id, message));
  }

  /**
   * A message of another.
   *
   * @return whether it is taken; one that is too long for an RPC never is
   */
  public boolean forward(MessageId id, Message message) {
    return add(new OfMessage(Lane.FORWARDED, id, message));
  }

  /**
   * A part of a message; waits with the messages of others.
   *
   * @return whether it is taken; one that is too long for an RPC never is
   */
  public boolean partial(PartialMessage partial) {
    return add(new OfPartial(partial));
  }

  /**
   * A message that the peer asked for.
   *
   * @return whether it is taken; one that is too long for an RPC never is
   */
  public boolean answer(MessageId id, Message message) {
    return add(new OfMessage(Lane.ANSWERS, id, message));
  }

  /**
   * Messages that we have. Divided if they are too many for an RPC.
   *
   * @return whether it is taken; an empty list is
   */
  public boolean ihave(IHave ihave) {
    return gossip(ihave.topic(), ihave.ids());
  }

  /**
   * Messages that we want. Divided if they are too many for an RPC.
   *
   * @return whether it is taken; an empty list is
   */
  public boolean iwant(MessageIds ids) {
    return gossip(null, ids);
  }

  private boolean gossip(@Nullable TopicId topic, MessageIds ids) {
    if (ids.isEmpty()) {
      return true;
    }
    var entry = new OfIds(topic, ids);
    // what cannot be divided further must fit
    if (!fitsAlone(entry.sizeBytes)) {
      for (int i = 0; i < ids.count(); i++) {
        if (tooLong(true, OfIds.size(topic, ids.range(i, i + 1)))) {
          return false;
        }
      }
    }
    if (!makeRoom(Lane.GOSSIP, entry.sizeBytes, 1)) {
      return false;
    }
    lanes.add(entry);
    return true;
  }

  /**
   * The peer has a message by now: copies of it that wait to be forwarded or as answers are
   * dropped.
   *
   * @return how many
   */
  public int cancel(MessageId id) {
    // [spec gossipsub-1.2/cancel]
    return lanes.cancel(id);
  }

  /**
   * Takes out what is to be sent next.
   *
   * @param allocator of the frame
   * @return gives the length as an unsigned varint and the RPC, or null when nothing waits. To be
   *     read only: a long message is not copied, and its bytes are also those of other frames.
   */
  public @Nullable ByteBuf poll(ByteBufAllocator allocator) {
    packing.choose();
    if (packing.isEmpty()) {
      return null;
    }
    OfMessage longMessage = packing.longMessage();
    ByteBuf frame = longMessage == null ? copied(allocator) : wrapped(longMessage, allocator);
    for (Lane lane : LANES) {
      EntryList list = lanes.of(lane);
      for (int i = list.chosen(); i > 0; i--) {
        remove(list.oldest());
      }
    }
    begun = true;
    return frame;
  }

  private ByteBuf copied(ByteBufAllocator allocator) {
    int rpcBytes = packing.sizeBytes();
    int frameBytes = UnsignedVarint.size(rpcBytes) + rpcBytes;
    ByteBuf frame = allocator.buffer(frameBytes, frameBytes);
    UnsignedVarint.write(rpcBytes, frame);
    write(Lane.CONTROL, false, frame);
    if (packing.controlBytes() > 0) {
      RpcEncoder.writeControlHeader(packing.controlBytes(), frame);
      write(Lane.CONTROL, true, frame);
      write(Lane.IDONTWANT, true, frame);
      write(Lane.GOSSIP, true, frame);
    }
    write(Lane.OWN, false, frame);
    write(Lane.FORWARDED, false, frame);
    write(Lane.ANSWERS, false, frame);
    assert frame.readableBytes() == frameBytes;
    return frame;
  }

  private void write(Lane lane, boolean control, ByteBuf out) {
    EntryList list = lanes.of(lane);
    Entry entry = list.first();
    for (int i = list.chosen(); i > 0; i--) {
      Entry present = Objects.requireNonNull(entry);
      if (present.control == control) {
        present.write(out);
      }
      entry = present.next;
    }
  }

  private static ByteBuf wrapped(OfMessage entry, ByteBufAllocator allocator) {
    ByteBuf head = allocator.buffer(MAX_HEAD_BYTES);
    UnsignedVarint.write(entry.sizeBytes, head);
    RpcEncoder.writeMessageHeader(entry.message.sizeBytes(), head);
    return allocator
        .compositeBuffer(2)
        .addComponent(true, head)
        .addComponent(true, entry.message.buffer());
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return lanes.isEmpty();
  }

  /** Length of all that waits as it is encoded, in bytes. */
  public long bytes() {
    return lanes.bytes();
  }

  /** How many messages wait, partial ones included. */
  public int messages() {
    return lanes.messages();
  }

  /** How many entries of a lane were lost for want of room: dropped, or not taken. */
  public long dropped(Lane lane) {
    return lanes.of(lane).lost();
  }

  private boolean add(Entry entry) {
    if (tooLong(entry.control, entry.sizeBytes) || !makeRoom(entry.lane, entry.sizeBytes, 1)) {
      return false;
    }
    lanes.add(entry);
    return true;
  }

  private boolean tooLong(boolean control, int sizeBytes) {
    long rpcBytes = control ? RpcEncoder.size(0L, sizeBytes) : sizeBytes;
    return rpcBytes > config.maxRpcBytes();
  }

  private boolean resize(Entry waiting, int sizeBytes) {
    int more = sizeBytes - waiting.sizeBytes;
    if (more > 0 && (tooLong(waiting.control, sizeBytes) || !makeRoom(waiting.lane, more, 0))) {
      return false;
    }
    waiting.sizeBytes = sizeBytes;
    lanes.of(waiting.lane).resized(more);
    return true;
  }

  /** Drops what yields to a newcomer; if that would not do, drops nothing and counts the loss. */
  private boolean makeRoom(Lane newcomer, int moreBytes, int moreEntries) {
    if (newcomer.holdsControl() && controlBytes() + moreBytes > config.maxControlBytes()) {
      lanes.of(newcomer).countLost();
      return false;
    }
    int moreMessages = newcomer.holdsMessages() ? moreEntries : 0;
    long excessBytes = excessBytes(moreBytes);
    long excessMessages = excessMessages(moreMessages);
    boolean fullOfGossip =
        newcomer == Lane.GOSSIP && lanes.of(newcomer).count() >= config.maxGossip();
    if (excessBytes <= 0 && excessMessages <= 0 && !fullOfGossip) {
      return true;
    }
    for (Lane lane : YIELDING) {
      if (lane.yieldsTo(newcomer)) {
        excessBytes -= lanes.of(lane).sizeBytes();
        excessMessages -= lane.holdsMessages() ? lanes.of(lane).count() : 0;
      }
    }
    if (excessBytes > 0 || excessMessages > 0) {
      lanes.of(newcomer).countLost();
      return false;
    }
    if (fullOfGossip) {
      dropOldest(newcomer);
    }
    for (Lane lane : YIELDING) {
      while (lane.yieldsTo(newcomer)
          && !lanes.of(lane).isEmpty()
          && (excessBytes(moreBytes) > 0
              || lane.holdsMessages() && excessMessages(moreMessages) > 0)) {
        dropOldest(lane);
      }
    }
    return true;
  }

  private long controlBytes() {
    return (long) lanes.of(Lane.CONTROL).sizeBytes() + lanes.of(Lane.IDONTWANT).sizeBytes();
  }

  private long excessBytes(int moreBytes) {
    return lanes.bytes() + moreBytes - config.maxBytes();
  }

  /** At most 0 when no message is added. */
  private long excessMessages(int moreMessages) {
    return moreMessages == 0 ? 0 : (long) lanes.messages() + moreMessages - config.maxMessages();
  }

  private void dropOldest(Lane lane) {
    EntryList list = lanes.of(lane);
    list.countLost();
    remove(list.oldest());
  }

  private void remove(Entry entry) {
    lanes.remove(entry);
    if (entry instanceof OfSubscription subscription) {
      subscriptions.remove(subscription.subscription.topic());
    } else if (entry instanceof OfMesh change) {
      mesh.remove(change.topic);
    }
  }
}
