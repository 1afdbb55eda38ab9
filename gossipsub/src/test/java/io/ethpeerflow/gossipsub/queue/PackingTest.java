package io.ethpeerflow.gossipsub.queue;

import static io.ethpeerflow.gossipsub.queue.Frames.TOPIC;
import static io.ethpeerflow.gossipsub.queue.Frames.id;
import static io.ethpeerflow.gossipsub.queue.Frames.ids;
import static io.ethpeerflow.gossipsub.queue.Frames.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.gossipsub.rpc.IHave;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.MessageIds;
import io.ethpeerflow.gossipsub.rpc.PartialMessage;
import io.ethpeerflow.gossipsub.rpc.PeerInfo;
import io.ethpeerflow.gossipsub.rpc.Prune;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.gossipsub.rpc.RpcEncoder;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackingTest {
  private final OutboundQueue queue = new OutboundQueue(QueueConfig.DEFAULT);

  @Test
  void messagesArePackedUpToTheTarget() throws Exception {
    for (int i = 0; i < 100; i++) {
      queue.forward(id(i), message(i, 1000));
    }
    List<Rpc> rpcs = Frames.all(queue);
    int each = RpcEncoder.size(message(0, 1000));
    int fitting = QueueConfig.DEFAULT.targetRpcBytes() / each;
    assertThat(rpcs).hasSize((100 + fitting - 1) / fitting);
    assertThat(rpcs.getFirst().publish()).hasSize(fitting);
  }

  @Test
  void messagesOfOneRpcAreCounted() throws Exception {
    for (int i = 0; i < 600; i++) {
      queue.forward(id(i), message(i, 10));
    }
    assertThat(Frames.all(queue))
        .extracting(rpc -> rpc.publish().size())
        .containsExactly(256, 256, 88);
  }

  @Test
  void aMessageLongerThanTheTargetGoesAloneAndIsNotCopied() throws Exception {
    queue.graft(TOPIC);
    queue.publish(id(1), message(1, 100_000));
    queue.publish(id(2), message(2));
    queue.ihave(new IHave(TOPIC, ids(0, 3)));
    assertThat(Frames.next(queue)).isEqualTo(new Rpc.Builder().graft(TOPIC).build());
    ByteBuf frame = queue.poll(UnpooledByteBufAllocator.DEFAULT);
    assertThat(frame.readableBytes()).isEqualTo(3 + RpcEncoder.size(message(1, 100_000)));
    assertThat(frame.nioBufferCount()).isEqualTo(2);
    frame.release();
    assertThat(Frames.next(queue).publish()).containsExactly(message(2));
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void longMessagesAreReadAsTheyWereWritten() throws Exception {
    for (int i = 0; i < 3; i++) {
      queue.forward(id(i), message(i, 32_000 + 400 * i));
    }
    assertThat(Frames.messages(queue))
        .containsExactly(message(0, 32_000), message(1, 32_400), message(2, 32_800));
  }

  @Test
  void aShortFrameIsOneBuffer() {
    queue.publish(id(1), message(1, 32_000));
    ByteBuf frame = queue.poll(UnpooledByteBufAllocator.DEFAULT);
    assertThat(frame.nioBufferCount()).isEqualTo(1);
    assertThat(frame.isWritable()).as("room for more than it holds").isFalse();
    frame.release();
  }

  @Test
  void controlIsDividedAndMessagesWaitForItsEnd() throws Exception {
    List<TopicId> topics = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      topics.add(TopicId.of("a topic with a name of fifty bytes or thereabouts, " + i));
      queue.graft(topics.getLast());
    }
    queue.publish(id(1), message(1));
    List<Rpc> rpcs = Frames.all(queue);
    assertThat(rpcs).hasSize(2);
    assertThat(rpcs.get(0).publish()).isEmpty();
    assertThat(rpcs.get(1).publish()).hasSize(1);
    assertThat(rpcs).flatExtracting(rpc -> rpc.control().graft()).isEqualTo(topics);
    assertThat(rpcs)
        .allSatisfy(
            rpc ->
                assertThat(RpcEncoder.sizeBytes(Rpc.controlling(rpc.control())))
                    .isLessThanOrEqualTo(4 + QueueConfig.DEFAULT.maxControlBytesPerRpc()));
  }

  @Test
  void anRpcHasAsManyIdontwantAsPeersLookAtAndMessagesDoNotWaitForTheRest() throws Exception {
    for (int i = 0; i < 25; i++) {
      queue.idontwant(id(i));
    }
    queue.publish(id(1), message(1));
    List<Rpc> rpcs = Frames.all(queue);
    assertThat(rpcs)
        .flatExtracting(rpc -> rpc.control().idontwant())
        .containsExactly(ids(0, 10), ids(10, 20), ids(20, 25));
    assertThat(rpcs).hasSize(3);
    assertThat(rpcs.getFirst().publish()).hasSize(1);
  }

  @Test
  void anRpcHasOnePartialMessage() throws Exception {
    var first = new PartialMessage(TOPIC, new byte[] {1}, null, null);
    var second = new PartialMessage(TOPIC, new byte[] {2}, null, null);
    queue.forward(id(1), message(1));
    queue.partial(first);
    queue.forward(id(2), message(2));
    queue.partial(second);
    queue.answer(id(3), message(3));
    assertThat(Frames.all(queue))
        .containsExactly(
            new Rpc.Builder().publish(message(1)).publish(message(2)).partial(first).build(),
            new Rpc.Builder().publish(message(3)).partial(second).build());
  }

  @Test
  void longListsOfIdsAreDivided() throws Exception {
    queue.ihave(new IHave(TOPIC, ids(0, 5000)));
    queue.iwant(ids(0, 1000));
    queue.iwant(ids(1000, 1003));
    List<Rpc> rpcs = Frames.all(queue);
    // an id takes 22 bytes, an IHAVE and its topic 6: 558 ids in each of the first eight
    assertThat(rpcs).hasSize(11);
    List<MessageId> had = new ArrayList<>();
    List<MessageId> wanted = new ArrayList<>();
    for (Rpc rpc : rpcs) {
      assertThat(RpcEncoder.sizeBytes(rpc)).isLessThanOrEqualTo((12 << 10) + 3);
      rpc.control().ihave().forEach(ihave -> had.addAll(ihave.ids().toList()));
      rpc.control().iwant().forEach(ids -> wanted.addAll(ids.toList()));
    }
    assertThat(had).isEqualTo(ids(0, 5000).toList());
    assertThat(wanted).isEqualTo(ids(0, 1003).toList());
    assertThat(rpcs.getFirst().control().ihave().getFirst().ids().count()).isEqualTo(558);
  }

  @Test
  void gossipWaitsUntilItFitsBesideMessages() throws Exception {
    queue.forward(id(1), message(1, 32_000));
    queue.ihave(new IHave(TOPIC, ids(0, 500)));
    assertThat(Frames.all(queue))
        .containsExactly(
            Rpc.publishing(message(1, 32_000)),
            new Rpc.Builder().ihave(new IHave(TOPIC, ids(0, 500))).build());
  }

  @Test
  void aLongIdGoesAlone() throws Exception {
    MessageId longId = MessageId.of(new byte[20_000]);
    queue.iwant(MessageIds.of(id(1), longId, id(2)));
    assertThat(Frames.all(queue))
        .flatExtracting(rpc -> rpc.control().iwant())
        .containsExactly(ids(1, 2), MessageIds.of(longId), ids(2, 3));
  }

  @Test
  void recommendedPeersThatDoNotFitAreLeftOut() throws Exception {
    List<PeerInfo> peers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      peers.add(new PeerInfo(new byte[] {(byte) i}, new byte[2000]));
    }
    queue.prune(new Prune(TOPIC, peers, 60));
    assertThat(Frames.all(queue))
        .containsExactly(
            new Rpc.Builder().prune(new Prune(TOPIC, peers.subList(0, 6), 60)).build());
  }

  @Test
  void everyRpcIsAsShortAsThePeerWantsIt() throws Exception {
    var narrow = new OutboundQueue(QueueConfig.DEFAULT.withMaxRpcBytes(1024));
    for (int i = 0; i < 50; i++) {
      narrow.graft(TopicId.of("topic " + i));
      narrow.idontwant(id(i));
      narrow.forward(id(i), message(i));
    }
    narrow.ihave(new IHave(TOPIC, ids(0, 500)));
    List<Rpc> rpcs = Frames.all(narrow);
    assertThat(rpcs)
        .allSatisfy(rpc -> assertThat(RpcEncoder.sizeBytes(rpc)).isLessThanOrEqualTo(1024));
    assertThat(rpcs).flatExtracting(Rpc::publish).hasSize(50);
  }
}
