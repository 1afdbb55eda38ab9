package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.peer.PeerId;
import org.jspecify.annotations.Nullable;

/** Hears what a router does, for counters and traces; it changes nothing. */
public interface RouterObserver {
  /** Hears nothing. */
  RouterObserver NONE = new RouterObserver() {};

  /** A peer is there. */
  default void peerAdded(PeerId peer, PubsubVersion version) {}

  /** A peer is gone. */
  default void peerRemoved(PeerId peer) {}

  /** We subscribe to a topic. */
  default void joined(TopicId topic) {}

  /** We do no more. */
  default void left(TopicId topic) {}

  /** A peer is in a mesh now. */
  default void grafted(PeerId peer, TopicId topic) {}

  /** A peer is in a mesh no more. */
  default void pruned(PeerId peer, TopicId topic) {}

  /** An own message is published. */
  default void published(MessageId id, Message message) {}

  /** A message is delivered. */
  default void delivered(MessageId id, Message message, PeerId via) {}

  /** A message came once more. */
  default void duplicate(MessageId id, Message message, PeerId via) {}

  /** A message went no further; its id is null where it was not asked for. */
  default void dropped(@Nullable MessageId id, Message message, PeerId via, Drop why) {}

  /** An RPC of a peer below the graylist threshold was not looked at. */
  default void graylisted(PeerId peer) {}

  /** A peer did what no peer should; it counts for P7. */
  default void breached(PeerId peer, Breach breach, int times) {}
}
