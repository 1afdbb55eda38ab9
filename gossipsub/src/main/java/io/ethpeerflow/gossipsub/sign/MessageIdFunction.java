package io.ethpeerflow.gossipsub.sign;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

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

  /**
   * SHA-256 of the payload alone: the same payload is one message, by whom and where it is said.
   */
  MessageIdFunction SHA256_OF_DATA =
      message -> {
        try {
          return MessageId.of(MessageDigest.getInstance("SHA-256").digest(message.data()));
        } catch (NoSuchAlgorithmException e) {
          throw new IllegalStateException(e);
        }
      };

  /** The id of a message. */
  MessageId idOf(Message message);
}
