package io.ethpeerflow.gossipsub.sign;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;

/**
 * By which id the messages of a topic are known. The same message has to have the same id
 * everywhere, and different ones different ids. Called for every message that arrives, on any
 * thread.
 */
@FunctionalInterface
public interface MessageIdFunction {
  /** Author and sequence number, back to back; nothing for one that is absent. */
  // [spec pubsub/default-id]
  MessageIdFunction FROM_AND_SEQNO = message -> MessageId.of(message.fromAndSeqno());

  /** The id of a message. */
  MessageId idOf(Message message);
}
