package io.ethpeerflow.gossipsub.rpc;

import io.ethpeerflow.testkit.seed.SeededRandom;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RPCs for tests, and their bytes. */
final class RpcSamples {
  private RpcSamples() {}

  static byte[] encode(Rpc rpc) {
    ByteBuf out = Unpooled.buffer();
    RpcEncoder.write(rpc, out);
    return ByteBufUtil.getBytes(out);
  }

  /** Every field of every message, once at least. */
  static Rpc everything() {
    TopicId topic = TopicId.of("topic");
    byte[] some = {1, 2, 3};
    return new Rpc.Builder()
        .subscription(new Subscription(topic, true, true, true))
        .subscription(Subscription.end(TopicId.of("other")))
        .publish(Message.of(some, some, new byte[8], topic, some, some))
        .publish(Message.unsigned(topic, new byte[300]))
        .ihave(new IHave(topic, MessageIds.of(id(1), id(2))))
        .iwant(MessageIds.of(id(3)))
        .graft(topic)
        .prune(new Prune(topic, List.of(new PeerInfo(some, some), new PeerInfo(some, null)), 60))
        .idontwant(MessageIds.of(id(4), id(5)))
        .extensions(new Extensions(true, true))
        .partial(new PartialMessage(topic, some, some, some))
        .testExtension()
        .build();
  }

  static MessageId id(int number) {
    return MessageId.of(new byte[] {(byte) (number >> 8), (byte) number});
  }

  static Rpc random(SeededRandom random) {
    var rpc = new Rpc.Builder();
    many(random, 4, () -> rpc.subscription(subscription(random)));
    many(random, 4, () -> rpc.publish(message(random)));
    many(random, 3, () -> rpc.ihave(new IHave(topic(random), ids(random))));
    many(random, 3, () -> rpc.iwant(ids(random)));
    many(random, 3, () -> rpc.graft(topic(random)));
    many(random, 3, () -> rpc.prune(prune(random)));
    many(random, 3, () -> rpc.idontwant(ids(random)));
    if (random.nextBoolean()) {
      rpc.extensions(new Extensions(random.nextBoolean(), random.nextBoolean()));
    }
    if (random.nextBoolean()) {
      rpc.partial(new PartialMessage(topic(random), some(random), some(random), some(random)));
    }
    if (random.nextBoolean()) {
      rpc.testExtension();
    }
    return rpc.build();
  }

  private static void many(SeededRandom random, int max, Runnable step) {
    for (int left = random.nextInt(max); left > 0; left--) {
      step.run();
    }
  }

  private static Subscription subscription(SeededRandom random) {
    return new Subscription(
        topic(random), random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
  }

  private static Message message(SeededRandom random) {
    return Message.of(
        some(random),
        some(random),
        some(random),
        random.nextBoolean() ? topic(random) : null,
        some(random),
        some(random));
  }

  private static Prune prune(SeededRandom random) {
    List<PeerInfo> peers = new ArrayList<>();
    many(random, 4, () -> peers.add(new PeerInfo(some(random), some(random))));
    return new Prune(topic(random), peers, random.edgyLong(Prune.NO_BACKOFF, Long.MAX_VALUE));
  }

  private static MessageIds ids(SeededRandom random) {
    List<MessageId> ids = new ArrayList<>();
    many(random, 20, () -> ids.add(MessageId.of(random.edgyBytes(0, 40))));
    return MessageIds.of(ids);
  }

  private static TopicId topic(SeededRandom random) {
    return TopicId.of(random.edgyBytes(0, 20));
  }

  private static byte @Nullable [] some(SeededRandom random) {
    return random.oneIn(4) ? null : random.edgyBytes(0, 60);
  }
}
