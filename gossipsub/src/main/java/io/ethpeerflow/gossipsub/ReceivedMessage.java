package io.ethpeerflow.gossipsub;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A message of a topic, one of our own or of another. Immutable; it may be kept.
 *
 * @param id by which it is known
 * @param via the peer that brought it first; ourselves for our own
 * @param message its fields
 */
public record ReceivedMessage(MessageId id, PeerId via, Message message) {
  /** Its author, null when it does not say, or says what is not a peer id. */
  public @Nullable PeerId from() {
    byte[] from = message.from();
    if (from == null) {
      return null;
    }
    try {
      return PeerId.decode(from);
    } catch (WireFormatException notOne) {
      return null;
    }
  }

  /** The payload: a fresh array. */
  public byte[] data() {
    return message.data();
  }

  /**
   * The payload without a copy.
   *
   * @return gives a read-only buffer over the collector's memory; releasing it is not necessary
   */
  public ByteBuf dataBuffer() {
    return message.dataBuffer();
  }

  /** The topic's name. */
  public String topic() {
    return message.topic().toString();
  }
}
