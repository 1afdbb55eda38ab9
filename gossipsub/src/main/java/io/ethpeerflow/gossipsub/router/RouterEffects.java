package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import org.jspecify.annotations.Nullable;

/** What a router wants done. */
public interface RouterEffects {
  /**
   * A message is new and of the right form: is it valid? Answered by {@link Router#validated}, once
   * and at any time, from within this call too.
   *
   * @param via who brought it
   */
  void validate(MessageId id, Message message, PeerId via);

  /**
   * A valid message of a topic that is subscribed to.
   *
   * @param via who brought it; ourselves for own messages
   */
  void deliver(MessageId id, Message message, PeerId via);

  /**
   * A direct peer that is gone, or a peer that another one recommends, should be connected to.
   *
   * @param peerId as it was sent, not looked into
   * @param signedPeerRecord as it was sent, not verified; null when there is none
   */
  void connect(byte[] peerId, byte @Nullable [] signedPeerRecord);

  /** The signed record of a peer that will be recommended, null when there is none. */
  byte @Nullable [] signedPeerRecord(PeerId peer);

  /** The id of a message, null when it has none. */
  @Nullable MessageId idOf(Message message);

  /** Whether the fields of a message are as the signing policy has it. */
  boolean isWellFormed(Message message);

  /** What the router does is told here. */
  RouterObserver observer();

  /** A topic's subscribers changed. */
  void subscriptionChanged(PeerId peer, TopicId topic, boolean subscribed);
}
