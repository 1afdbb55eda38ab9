package io.ethpeerflow.gossipsub.sign;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The ids of Ethereum's consensus layer since Altair: the first 20 bytes of SHA-256 over a domain,
 * the topic with its length, and the payload, decompressed when it can be.
 */
public final class EthereumMessageId implements MessageIdFunction {
  private static final byte[] INVALID_SNAPPY = {0, 0, 0, 0};
  private static final byte[] VALID_SNAPPY = {1, 0, 0, 0};
  private static final int ID_BYTES = 20;

  private final Function<byte[], byte @Nullable []> snappy;

  /**
   * The function with a decompressor of Snappy's block format.
   *
   * @param snappy gives the decompressed payload, or null when it is not compressed or would be too
   *     long; it has to have a bound of its own, as a payload chooses how long it becomes
   */
  public EthereumMessageId(Function<byte[], byte @Nullable []> snappy) {
    this.snappy = snappy;
  }

  @Override
  public MessageId idOf(Message message) {
    byte[] data = message.data();
    byte[] plain = snappy.apply(data);
    byte[] topic = message.topic().toBytes();
    MessageDigest sha256 = sha256();
    sha256.update(plain == null ? INVALID_SNAPPY : VALID_SNAPPY);
    sha256.update(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(topic.length)
            .array());
    sha256.update(topic);
    sha256.update(plain == null ? data : plain);
    return MessageId.of(sha256.digest(), 0, ID_BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
