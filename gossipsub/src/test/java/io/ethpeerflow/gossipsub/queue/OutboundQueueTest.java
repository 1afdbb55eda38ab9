package io.ethpeerflow.gossipsub.queue;

import static io.ethpeerflow.gossipsub.queue.Frames.TOPIC;
import static io.ethpeerflow.gossipsub.queue.Frames.id;
import static io.ethpeerflow.gossipsub.queue.Frames.ids;
import static io.ethpeerflow.gossipsub.queue.Frames.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.rpc.Extensions;
import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.PartialMessage;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutboundQueueTest {
  private static final TopicId OTHER = TopicId.of("other");

  private final OutboundQueue queue = new OutboundQueue(QueueConfig.DEFAULT);

  private static OutboundQueue queue(QueueConfig config) {
    return new OutboundQueue(config);
  }

  @Test
  void anEmptyQueueGivesNothing() throws Exception {
    assertThat(Frames.next(queue)).isNull();
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.iwant(MessageIds.NONE)).isTrue();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void littleOfEverythingGoesIntoOneRpc() throws Exception {
    var partial = new PartialMessage(TOPIC, new byte[] {1}, new byte[] {2}, null);
    var prune = new Prune(OTHER, List.of(), 60);
    assertThat(queue.iwant(ids(7, 9))).isTrue();
    assertThat(queue.ihave(new IHave(TOPIC, ids(5, 7)))).isTrue();
    assertThat(queue.answer(id(3), message(3))).isTrue();
    assertThat(queue.forward(id(2), message(2))).isTrue();
    assertThat(queue.partial(partial)).isTrue();
    assertThat(queue.publish(id(1), message(1))).isTrue();
    assertThat(queue.idontwant(id(4))).isTrue();
    assertThat(queue.prune(prune)).isTrue();
    assertThat(queue.graft(TOPIC)).isTrue();
    assertThat(queue.subscription(Subscription.to(TOPIC))).isTrue();
    assertThat(queue.testExtension()).isTrue();
    assertThat(queue.extensions(new Extensions(true, true))).isTrue();
    assertThat(queue.messages()).isEqualTo(4);
    assertThat(Frames.all(queue))
        .containsExactly(
            new Rpc.Builder()
                .subscription(Subscription.to(TOPIC))
                .publish(message(1))
                .publish(message(2))
                .publish(message(3))
                .ihave(new IHave(TOPIC, ids(5, 7)))
                .iwant(ids(7, 9))
                .graft(TOPIC)
                .prune(prune)
                .idontwant(ids(4, 5))
                .extensions(new Extensions(true, true))
                .partial(partial)
                .testExtension()
                .build());
  }

  @Test
  void whatIsMoreUrgentGoesFirstAndInALaneTheOldest() throws Exception {
    OutboundQueue small = queue(QueueConfig.DEFAULT.withTargetRpcBytes(128));
    small.ihave(new IHave(TOPIC, ids(0, 1)));
    small.answer(id(5), message(5));
    small.answer(id(6), message(6));
    small.forward(id(3), message(3));
    small.forward(id(4), message(4));
    small.publish(id(1), message(1));
    small.publish(id(2), message(2));
    small.graft(TOPIC);
    List<Rpc> rpcs = Frames.all(small);
    assertThat(rpcs.getFirst())
        .isEqualTo(new Rpc.Builder().graft(TOPIC).publish(message(1)).build());
    assertThat(rpcs.stream().flatMap(rpc -> rpc.publish().stream()))
        .containsExactlyElementsOf(IntStream.range(1, 7).mapToObj(Frames::message).toList());
    assertThat(rpcs.getLast())
        .isEqualTo(new Rpc.Builder().ihave(new IHave(TOPIC, ids(0, 1))).build());
  }

  @Test
  @Spec("gossipsub-1.3/extensions-first")
  void extensionsAreInTheFirstRpcWhateverWaitsAndInNoOther() throws Exception {
    for (int i = 0; i < 5000; i++) {
      queue.subscription(Subscription.to(TopicId.of("topic " + i)));
    }
    queue.extensions(new Extensions(true, false));
    List<Rpc> rpcs = Frames.all(queue);
    assertThat(rpcs.getFirst().control().extensions()).isEqualTo(new Extensions(true, false));
    assertThat(rpcs).hasSizeGreaterThan(1);
    assertThat(rpcs.subList(1, rpcs.size()))
        .allSatisfy(rpc -> assertThat(rpc.control().extensions()).isNull());
    assertThatThrownBy(() -> queue.extensions(new Extensions(true, false)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aSubscriptionTakesThePlaceOfTheOneThatWaits() throws Exception {
    var wishes = new Subscription(TOPIC, true, true, true);
    queue.subscription(Subscription.to(TOPIC));
    queue.subscription(Subscription.to(OTHER));
    queue.subscription(Subscription.end(TOPIC));
    queue.subscription(wishes);
    assertThat(Frames.all(queue)).containsExactly(Rpc.subscribing(wishes, Subscription.to(OTHER)));
    queue.subscription(Subscription.end(TOPIC));
    assertThat(Frames.all(queue)).containsExactly(Rpc.subscribing(Subscription.end(TOPIC)));
  }

  @Test
  void aGraftOrPruneTakesThePlaceOfTheOneThatWaits() throws Exception {
    var prune = new Prune(TOPIC, List.of(), 60);
    queue.graft(TOPIC);
    queue.graft(OTHER);
    queue.prune(prune);
    assertThat(Frames.all(queue))
        .containsExactly(new Rpc.Builder().prune(prune).graft(OTHER).build());
    queue.prune(prune);
    queue.prune(new Prune(OTHER, List.of(), 1));
    queue.graft(TOPIC);
    assertThat(Frames.all(queue))
        .containsExactly(
            new Rpc.Builder().graft(TOPIC).prune(new Prune(OTHER, List.of(), 1)).build());
  }

  @Test
  @Spec("gossipsub-1.2/cancel")
  void whatThePeerHasIsNotSentToIt() throws Exception {
    queue.publish(id(1), message(1));
    queue.forward(id(1), message(1));
    queue.forward(id(2), message(2));
    queue.partial(new PartialMessage(TOPIC, null, null, null));
    queue.answer(id(1), message(1));
    assertThat(queue.cancel(id(3))).isZero();
    assertThat(queue.cancel(id(1))).isEqualTo(2);
    assertThat(queue.dropped(Lane.FORWARDED)).isZero();
    assertThat(Frames.messages(queue)).containsExactly(message(1), message(2));
  }

  @Test
  @Spec("gossipsub-1.2/cancel")
  void manyThatWaitAreFoundByTheirIds() throws Exception {
    int many = 10 * Lanes.INDEXED_FROM;
    for (int i = 0; i < many; i++) {
      queue.forward(id(i), message(i));
      queue.answer(id(i), message(i));
    }
    assertThat(queue.cancel(id(many))).isZero();
    queue.forward(id(7), message(7));
    queue.forward(id(many), message(many));
    for (int i = 0; i < many; i++) {
      if (i % 10 != 3) {
        assertThat(queue.cancel(id(i))).as("" + i).isEqualTo(i == 7 ? 3 : 2);
      }
    }
    assertThat(queue.cancel(id(many))).isEqualTo(1);
    var left = IntStream.range(0, many).filter(i -> i % 10 == 3).mapToObj(Frames::message).toList();
    assertThat(queue.messages()).isEqualTo(2 * left.size());
    assertThat(Frames.messages(queue)).startsWith(left.toArray(Message[]::new));
    queue.forward(id(3), message(3));
    assertThat(queue.cancel(id(3))).isEqualTo(1);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void whatIsSentIsNotFoundAnyMore() throws Exception {
    for (int i = 0; i < 300; i++) {
      queue.forward(id(i), message(i));
    }
    assertThat(queue.cancel(id(299))).isEqualTo(1);
    assertThat(Frames.next(queue).publish()).hasSize(256);
    assertThat(queue.cancel(id(255))).isZero();
    assertThat(queue.cancel(id(256))).isEqualTo(1);
    assertThat(Frames.messages(queue)).hasSize(42);
  }
}
