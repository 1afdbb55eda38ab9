package io.ethpeerflow.gossipsub.router;

import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;

/**
 * Takes what is for one peer, to be sent in the order of its priorities when the input at hand has
 * been handled. What it cannot keep it drops and counts.
 */
public interface PeerOutput {
  /** What we support; before anything else. */
  void extensions(Extensions extensions);

  /** A topic that we begin or end to be interested in. */
  void subscription(Subscription subscription);

  /** The peer is in our mesh. */
  void graft(TopicId topic);

  /** The peer is not in our mesh. */
  void prune(Prune prune);

  /** A message that need not be sent to us. */
  void idontwant(MessageId id);

  /** Messages that we have. */
  void ihave(IHave ihave);

  /** Messages that we want. */
  void iwant(MessageIds ids);

  /**
   * A message of our own.
   *
   * @return whether it is taken
   */
  boolean publish(MessageId id, Message message);

  /** A message of another. */
  void forward(MessageId id, Message message);

  /** A message that the peer asked for. */
  void answer(MessageId id, Message message);

  /** The peer has a message by now: copies that still wait to be forwarded are dropped. */
  void cancel(MessageId id);

  /** How many messages were dropped since the last call because the peer takes them too slowly. */
  int takeDropped();
}
