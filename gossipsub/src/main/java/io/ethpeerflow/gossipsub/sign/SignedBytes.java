package io.ethpeerflow.gossipsub.sign;

import io.ethpeerflow.gossipsub.rpc.Message;
import java.nio.charset.StandardCharsets;

/** What an author signs. */
final class SignedBytes {
  private static final byte[] PREFIX = "libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII);

  private SignedBytes() {}

  // [spec pubsub/signed-bytes] without the key, and, other than the text has it, of course without
  // the signature
  static byte[] of(Message message) {
    return message.withoutSignatureAndKey(PREFIX);
  }
}
