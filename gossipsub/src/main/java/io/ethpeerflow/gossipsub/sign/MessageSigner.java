package io.ethpeerflow.gossipsub.sign;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.peer.PeerId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Makes own messages as a policy has it. Thread-safe; a signature costs some ten microseconds with
 * Ed25519.
 */
public final class MessageSigner {
  private final SigningPolicy policy;
  private final PrivateKey identity;
  private final byte[] author;
  private final byte @Nullable [] attachedKey;

  /** A signer with an identity, which is used only by policies that sign. */
  public MessageSigner(SigningPolicy policy, PrivateKey identity) {
    this.policy = policy;
    this.identity = identity;
    PeerId id = PeerId.of(identity.publicKey());
    this.author = id.toBytes();
    this.attachedKey = isInlined(id) ? null : identity.publicKey().toBytes();
  }

  private static boolean isInlined(PeerId id) {
    try {
      return id.inlinedKey() != null;
    } catch (WireFormatException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A message that is ready to be published.
   *
   * @param data the payload, copied
   * @param seqno a number that this author did not use before, ascending by custom; unused by
   *     policies that do not sign
   */
  public Message sign(TopicId topic, byte[] data, long seqno) {
    if (!policy.signs()) {
      return Message.unsigned(topic, data);
    }
    // [spec pubsub/seqno]
    byte[] seqnoBytes = ByteBuffer.allocate(Long.BYTES).putLong(seqno).array();
    Message unsigned = Message.of(author, data, seqnoBytes, topic, null, null);
    byte[] signature = identity.sign(SignedBytes.of(unsigned));
    // [spec pubsub/key] only when the id does not contain it
    return Message.of(author, data, seqnoBytes, topic, signature, attachedKey);
  }
}
