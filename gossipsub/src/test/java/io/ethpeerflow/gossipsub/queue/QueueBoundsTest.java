package io.ethpeerflow.gossipsub.queue;

import static io.ethpeerflow.gossipsub.queue.Frames.TOPIC;
import static io.ethpeerflow.gossipsub.queue.Frames.id;
import static io.ethpeerflow.gossipsub.queue.Frames.ids;
import static io.ethpeerflow.gossipsub.queue.Frames.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.RpcEncoder;
import io.ethpeerflow.gossipsub.rpc.Subscription;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueBoundsTest {
  // ten messages of 100 bytes with their headers, and then some
  private static final QueueConfig SMALL =
      QueueConfig.DEFAULT.withMaxRpcBytes(1024).withMaxBytes(1100).withMaxControlBytes(500);
  private static final int MESSAGE_BYTES = RpcEncoder.size(message(0));

  private final OutboundQueue queue = new OutboundQueue(SMALL);

  private void fill(Lane lane, int from, int to) {
    for (int i = from; i < to; i++) {
      boolean taken =
          switch (lane) {
            case OWN -> queue.publish(id(i), message(i));
            case FORWARDED -> queue.forward(id(i), message(i));
            case ANSWERS -> queue.answer(id(i), message(i));
            default -> queue.iwant(ids(4 * i, 4 * i + 4));
          };
      assertThat(taken).as(lane + " " + i).isTrue();
    }
  }

  private void assertDropped(long forwarded, long answers, long gossip) {
    assertThat(
            List.of(
                queue.dropped(Lane.FORWARDED),
                queue.dropped(Lane.ANSWERS),
                queue.dropped(Lane.GOSSIP)))
        .containsExactly(forwarded, answers, gossip);
    assertThat(queue.bytes()).isLessThanOrEqualTo(SMALL.maxBytes());
  }

  @Test
  void theOldestGossipGoesFirst() throws Exception {
    fill(Lane.GOSSIP, 0, 4);
    fill(Lane.FORWARDED, 0, 6);
    assertDropped(0, 0, 0);
    fill(Lane.FORWARDED, 6, 7);
    assertDropped(0, 0, 1);
    fill(Lane.FORWARDED, 7, 8);
    assertDropped(0, 0, 2);
    assertThat(Frames.all(queue))
        .flatExtracting(rpc -> rpc.control().iwant())
        .containsExactly(ids(8, 12), ids(12, 16));
  }

  @Test
  void newGossipTakesThePlaceOfOlderAndOfNothingElse() throws Exception {
    fill(Lane.ANSWERS, 0, 9);
    fill(Lane.GOSSIP, 0, 3);
    assertDropped(0, 0, 2);
    queue.answer(id(9), message(9));
    assertDropped(0, 0, 3);
    assertThat(queue.iwant(ids(0, 4))).isFalse();
    assertDropped(0, 0, 4);
    assertThat(Frames.messages(queue)).hasSize(10);
  }

  @Test
  void thenTheOldestAnswersGo() throws Exception {
    fill(Lane.ANSWERS, 0, 10);
    fill(Lane.ANSWERS, 10, 11);
    assertDropped(0, 1, 0);
    fill(Lane.FORWARDED, 11, 13);
    assertDropped(0, 3, 0);
    assertThat(Frames.messages(queue).get(2)).isEqualTo(message(3));
  }

  @Test
  void forwardedMessagesGoForOwnOnesOnly() throws Exception {
    fill(Lane.FORWARDED, 0, 10);
    assertThat(queue.forward(id(10), message(10))).isFalse();
    assertDropped(1, 0, 0);
    assertThat(queue.answer(id(10), message(10))).isFalse();
    assertDropped(1, 1, 0);
    fill(Lane.OWN, 11, 12);
    assertDropped(2, 1, 0);
    assertThat(Frames.messages(queue)).startsWith(message(11), message(1)).hasSize(10);
  }

  @Test
  void forwardedMessagesGoForControl() {
    fill(Lane.FORWARDED, 0, 10);
    int grafts = 0;
    while (queue.graft(TopicId.of("a topic that has a number, " + grafts))) {
      grafts++;
    }
    assertThat(grafts).isGreaterThan(10);
    assertThat(queue.dropped(Lane.FORWARDED)).isBetween(4L, 5L);
    assertThat(queue.bytes()).isLessThanOrEqualTo(SMALL.maxBytes());
  }

  @Test
  void ownMessagesDropNothingThatIsTheirs() {
    fill(Lane.OWN, 0, 10);
    assertThat(queue.publish(id(10), message(10))).isFalse();
    assertThat(queue.dropped(Lane.OWN)).isEqualTo(1);
    assertThat(queue.messages()).isEqualTo(10);
  }

  @Test
  void nothingIsDroppedInVain() {
    fill(Lane.OWN, 0, 5);
    fill(Lane.FORWARDED, 5, 8);
    fill(Lane.GOSSIP, 0, 2);
    long before = queue.bytes();
    assertThat(queue.publish(id(9), message(9, 700))).isFalse();
    assertDropped(0, 0, 0);
    assertThat(queue.bytes()).isEqualTo(before);
  }

  @Test
  void controlHasABoundOfItsOwn() {
    TopicId topic = TopicId.of("x".repeat(260));
    assertThat(queue.graft(topic)).isTrue();
    assertThat(queue.subscription(Subscription.to(topic))).isFalse();
    assertThat(queue.dropped(Lane.CONTROL)).isEqualTo(1);
    MessageId id = MessageId.of(new byte[200]);
    assertThat(queue.idontwant(id)).isTrue();
    assertThat(queue.idontwant(id)).isFalse();
    assertThat(queue.dropped(Lane.IDONTWANT)).isEqualTo(1);
    assertThat(queue.prune(new Prune(topic, List.of(), 60))).as("in place of the graft").isTrue();
    long before = queue.bytes();
    queue.graft(topic);
    assertThat(queue.bytes()).isLessThan(before);
  }

  @Test
  void messagesAndGossipAreCounted() throws Exception {
    var few = new OutboundQueue(QueueConfig.DEFAULT.withMaxMessages(3).withMaxGossip(2));
    for (int i = 0; i < 3; i++) {
      assertThat(few.answer(id(i), message(i))).isTrue();
    }
    assertThat(few.forward(id(3), message(3))).isTrue();
    assertThat(few.dropped(Lane.ANSWERS)).isEqualTo(1);
    for (int i = 0; i < 3; i++) {
      assertThat(few.ihave(new IHave(TOPIC, ids(i, i + 1)))).isTrue();
    }
    assertThat(few.dropped(Lane.GOSSIP)).isEqualTo(1);
    List<Rpc> rpcs = Frames.all(few);
    assertThat(rpcs.getFirst().publish()).containsExactly(message(3), message(1), message(2));
    assertThat(rpcs.getFirst().control().ihave())
        .containsExactly(new IHave(TOPIC, ids(1, 2)), new IHave(TOPIC, ids(2, 3)));
  }

  @Test
  void aMessageOfTheMaximumFitsIntoAnEmptyQueueAndALongerOneIntoNone() throws Exception {
    int overhead = RpcEncoder.size(message(0, 1000)) - 1000;
    Message longest = message(1, SMALL.maxRpcBytes() - overhead);
    assertThat(RpcEncoder.size(longest)).isEqualTo(SMALL.maxRpcBytes());
    assertThat(queue.publish(id(1), longest)).isTrue();
    assertThat(Frames.all(queue)).containsExactly(Rpc.publishing(longest));
    Message tooLong = message(1, SMALL.maxRpcBytes() - overhead + 1);
    assertThat(queue.publish(id(1), tooLong)).isFalse();
    assertThat(queue.forward(id(1), tooLong)).isFalse();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void whatNoRpcHoldsIsNotTaken() {
    TopicId topic = TopicId.of("x".repeat(1020));
    MessageId id = MessageId.of(new byte[1020]);
    var wide = new OutboundQueue(QueueConfig.DEFAULT.withMaxRpcBytes(1024));
    assertThat(wide.graft(topic)).isFalse();
    assertThat(wide.prune(new Prune(topic, List.of(), 1))).isFalse();
    assertThat(wide.subscription(Subscription.to(topic))).isFalse();
    assertThat(wide.idontwant(id)).isFalse();
    assertThat(wide.iwant(MessageIds.of(id(1), id))).isFalse();
    assertThat(wide.ihave(new IHave(topic, ids(0, 1)))).isFalse();
    assertThat(wide.isEmpty()).isTrue();
  }

  @Test
  void bytesAreThoseOfWhatWaits() throws Exception {
    fill(Lane.FORWARDED, 0, 3);
    assertThat(queue.bytes()).isEqualTo(3L * MESSAGE_BYTES);
    queue.cancel(id(1));
    assertThat(queue.bytes()).isEqualTo(2L * MESSAGE_BYTES);
    Frames.all(queue);
    assertThat(queue.bytes()).isZero();
  }
}
