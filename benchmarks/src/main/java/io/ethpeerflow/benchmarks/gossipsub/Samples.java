package io.ethpeerflow.benchmarks.gossipsub;

import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.sign.MessageSigner;
import io.ethpeerflow.gossipsub.sign.SigningPolicy;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Messages and ids as they come in networks. */
final class Samples {
  static final TopicId TOPIC = TopicId.of("/eth2/b5303f2a/beacon_attestation_17/ssz_snappy");

  private Samples() {}

  /** By one author, signed with Ed25519. */
  static List<Message> signed(int count, int dataBytes) {
    PrivateKey author = PrivateKey.generate(KeyType.ED25519, new SecureRandom());
    var signer = new MessageSigner(SigningPolicy.STRICT_SIGN, author);
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(signer.sign(TOPIC, new byte[dataBytes], i));
    }
    return messages;
  }

  /** Of 20 bytes, as in Ethereum. */
  static MessageIds ids(int count, long seed) {
    var random = new Random(seed);
    List<MessageId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] id = new byte[20];
      random.nextBytes(id);
      ids.add(MessageId.of(id));
    }
    return MessageIds.of(ids);
  }
}
