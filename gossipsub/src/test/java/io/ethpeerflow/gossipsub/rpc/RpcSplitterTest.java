package io.ethpeerflow.gossipsub.rpc;

import static io.ethpeerflow.gossipsub.rpc.RpcSamples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.gossipsub.rpc.RpcSplitter.Split;
import io.ethpeerflow.testkit.seed.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RpcSplitterTest {
  private static final TopicId T = TopicId.of("t");

  private static void assertWithin(Split split, int maxBytes) {
    for (Rpc part : split.parts()) {
      assertThat(RpcEncoder.sizeBytes(part)).isBetween(1, maxBytes);
    }
  }

  private static MessageIds ids(int count) {
    return MessageIds.of(IntStream.range(0, count).mapToObj(RpcSamples::id).toList());
  }

  @Test
  void anRpcThatFitsIsItsOwnOnlyPart() {
    Rpc rpc = RpcSamples.everything();
    int size = RpcEncoder.sizeBytes(rpc);
    assertThat(RpcSplitter.split(rpc, size).parts()).containsExactly(rpc);
    assertThat(RpcSplitter.split(rpc, size - 1).parts()).hasSizeGreaterThan(1);
  }

  @Test
  void anEmptyRpcHasNoParts() {
    assertThat(RpcSplitter.split(Rpc.EMPTY, 64).parts()).isEmpty();
  }

  @Test
  void anIhaveBecomesSeveralOfTheSameTopic() {
    MessageIds ids = ids(5000);
    Split split = RpcSplitter.split(new Rpc.Builder().ihave(new IHave(T, ids)).build(), 1000);
    assertWithin(split, 1000);
    List<MessageId> together = new ArrayList<>();
    for (Rpc part : split.parts()) {
      for (IHave ihave : part.control().ihave()) {
        assertThat(ihave.topic()).isEqualTo(T);
        together.addAll(ihave.ids().toList());
      }
    }
    assertThat(together).isEqualTo(ids.toList());
    // an id takes 4 bytes, an IHAVE and the control message around it 3 each, its topic 3:
    // 247 ids a part
    assertThat(split.parts()).hasSize(5000 / 247 + 1);
    assertThat(split.entriesTooLong()).isZero();
  }

  @Test
  void extensionsAreInTheFirstPart() {
    var rpc = new Rpc.Builder().extensions(new Extensions(true, false));
    for (int i = 0; i < 100; i++) {
      rpc.subscription(Subscription.to(TopicId.of("topic number " + i)));
    }
    Split split = RpcSplitter.split(rpc.build(), 200);
    assertWithin(split, 200);
    assertThat(split.parts().get(0).control().extensions()).isEqualTo(new Extensions(true, false));
    assertThat(split.parts().subList(1, split.parts().size()))
        .allMatch(part -> part.control().extensions() == null);
  }

  @Test
  void aMessageThatNoPartCanHoldIsReported() {
    Message small = Message.unsigned(T, new byte[10]);
    Message large = Message.unsigned(T, new byte[100]);
    Split split = RpcSplitter.split(Rpc.publishing(small, large, small), 64);
    assertThat(split.tooLong()).containsExactly(large);
    assertThat(split.parts()).flatExtracting(Rpc::publish).containsExactly(small, small);
  }

  @Test
  void aPruneLosesThePeersThatDoNotFitAndStaysOne() {
    var peer = new PeerInfo(new byte[38], null);
    Rpc rpc = new Rpc.Builder().prune(new Prune(T, Collections.nCopies(16, peer), 60)).build();
    Split split = RpcSplitter.split(rpc, 200);
    assertWithin(split, 200);
    assertThat(split.parts()).hasSize(1);
    Prune prune = split.parts().get(0).control().prune().get(0);
    // 42 bytes a peer; topic, backoff and two headers of 3 bytes take 11: 4 peers fit into 189
    assertThat(prune.peers()).hasSize(4);
    assertThat(prune.backoffSeconds()).isEqualTo(60);
  }

  @Test
  void whatIsTooLongByItselfIsCountedAndLeftOut() {
    TopicId longTopic = TopicId.of(new byte[100]);
    MessageId longId = MessageId.of(new byte[100]);
    Rpc rpc =
        new Rpc.Builder()
            .subscription(Subscription.to(longTopic))
            .graft(longTopic)
            .prune(new Prune(longTopic, List.of(), 1))
            .iwant(MessageIds.of(id(1), longId, id(2)))
            .partial(new PartialMessage(T, new byte[100], null, null))
            .build();
    Split split = RpcSplitter.split(rpc, 64);
    assertThat(split.entriesTooLong()).isEqualTo(5);
    assertThat(split.parts())
        .flatExtracting(part -> part.control().iwant())
        .flatExtracting(MessageIds::toList)
        .containsExactly(id(1), id(2));
  }

  @Test
  void nothingIsLostNorReorderedWhateverTheBound() {
    for (long seed = 0; seed < 300; seed++) {
      var random = new SeededRandom(seed);
      Rpc rpc = RpcSamples.random(random);
      int max = 512 + random.nextInt(512); // more than any entry of such an RPC
      Split split = RpcSplitter.split(rpc, max);
      assertWithin(split, max);
      assertThat(split.tooLong()).as("seed " + seed).isEmpty();
      assertThat(split.entriesTooLong()).as("seed " + seed).isZero();
      List<Rpc> parts = split.parts();
      assertThat(parts.stream().flatMap(p -> p.subscriptions().stream()))
          .containsExactlyElementsOf(rpc.subscriptions());
      assertThat(parts.stream().flatMap(p -> p.publish().stream()))
          .containsExactlyElementsOf(rpc.publish());
      assertThat(parts.stream().flatMap(p -> p.control().graft().stream()))
          .containsExactlyElementsOf(rpc.control().graft());
      assertThat(parts.stream().flatMap(p -> p.control().prune().stream()))
          .containsExactlyElementsOf(rpc.control().prune());
      assertThat(all(parts.stream().flatMap(p -> p.control().iwant().stream()).toList()))
          .isEqualTo(all(rpc.control().iwant()));
      assertThat(all(parts.stream().flatMap(p -> p.control().idontwant().stream()).toList()))
          .isEqualTo(all(rpc.control().idontwant()));
      assertThat(parts.stream().filter(p -> p.partial() != null).count())
          .isEqualTo(rpc.partial() == null ? 0 : 1);
    }
  }

  private static List<MessageId> all(List<MessageIds> lists) {
    return lists.stream().flatMap(ids -> ids.toList().stream()).toList();
  }

  @Test
  void aBoundThatHoldsNothingIsRefused() {
    assertThatThrownBy(() -> RpcSplitter.split(Rpc.EMPTY, 63))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
