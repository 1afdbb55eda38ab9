package io.ethpeerflow.gossipsub.rpc;

import static io.ethpeerflow.gossipsub.rpc.RpcSamples.encode;
import static io.ethpeerflow.gossipsub.rpc.RpcSamples.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.Unpooled;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class RpcLimitsTest {
  private static final TopicId T = TopicId.of("t");
  private static final RpcLimits D = RpcLimits.DEFAULT;

  /** Holds under one set of limits, and not under the next lower one. */
  private static void bound(Rpc rpc, RpcLimits enough, RpcLimits tooLow, String message)
      throws Exception {
    byte[] bytes = encode(rpc);
    assertThat(new RpcDecoder(enough).decode(Unpooled.wrappedBuffer(bytes))).isEqualTo(rpc);
    assertThatThrownBy(() -> new RpcDecoder(tooLow).decode(Unpooled.wrappedBuffer(bytes)))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining(message);
  }

  private static Message message(int from, int data, int seqno, int topic, int signature, int key) {
    return Message.of(
        new byte[from],
        new byte[data],
        new byte[seqno],
        TopicId.of(new byte[topic]),
        new byte[signature],
        new byte[key]);
  }

  @Test
  void theLengthOfAnRpc() throws Exception {
    // 2 tags and lengths of 3 bytes each before 1024 - 8 bytes of data and none of the topic
    Rpc rpc = Rpc.publishing(Message.of(null, new byte[1018], null, null, null, null));
    assertThat(RpcEncoder.sizeBytes(rpc)).isEqualTo(1024);
    bound(
        rpc,
        D.withMaxRpcBytes(1024),
        D.withMaxRpcBytes(1024).withMaxDataBytes(1017),
        "of 1018 bytes exceeds the 1017 allowed");
    Rpc longer = Rpc.publishing(Message.of(null, new byte[1019], null, null, null, null));
    bound(longer, D, D.withMaxRpcBytes(1024), "RPC with 1025 bytes exceeds the 1024 allowed");
  }

  @Test
  void theNumberOfSubscriptions() throws Exception {
    Rpc rpc = Rpc.subscribing(Subscription.to(T), Subscription.end(T), Subscription.to(T));
    bound(
        rpc,
        D.withMaxSubscriptions(3),
        D.withMaxSubscriptions(2),
        "RPC with 3 subscriptions exceeds the 2 allowed");
  }

  @Test
  void theNumberOfMessages() throws Exception {
    Message message = Message.unsigned(T, new byte[1]);
    bound(
        Rpc.publishing(message, message),
        D.withMaxMessages(2),
        D.withMaxMessages(1),
        "RPC with 2 messages exceeds the 1 allowed");
  }

  @Test
  void theFieldsOfAMessage() throws Exception {
    Rpc rpc = Rpc.publishing(message(40, 50, 8, 20, 64, 36));
    bound(rpc, D.withMaxFromBytes(40), D.withMaxFromBytes(39), "field 1 of 40 bytes");
    bound(rpc, D.withMaxDataBytes(50), D.withMaxDataBytes(49), "field 2 of 50 bytes");
    bound(rpc, D.withMaxSeqnoBytes(8), D.withMaxSeqnoBytes(7), "field 3 of 8 bytes");
    bound(rpc, D.withMaxTopicBytes(20), D.withMaxTopicBytes(19), "field 4 of 20 bytes");
    bound(rpc, D.withMaxSignatureBytes(64), D.withMaxSignatureBytes(63), "field 5 of 64 bytes");
    bound(rpc, D.withMaxKeyBytes(36), D.withMaxKeyBytes(35), "field 6 of 36 bytes");
  }

  @Test
  void topicsWhereverTheyAre() throws Exception {
    TopicId topic = TopicId.of(new byte[20]);
    for (Rpc rpc :
        List.of(
            Rpc.subscribing(Subscription.to(topic)),
            new Rpc.Builder().ihave(new IHave(topic, MessageIds.NONE)).build(),
            new Rpc.Builder().graft(topic).build(),
            new Rpc.Builder().prune(new Prune(topic, List.of(), 1)).build(),
            new Rpc.Builder().partial(new PartialMessage(topic, null, null, null)).build())) {
      bound(rpc, D.withMaxTopicBytes(20), D.withMaxTopicBytes(19), "of 20 bytes exceeds the 19");
    }
  }

  @Test
  void controlEntriesOfAllKindsTogether() throws Exception {
    Rpc rpc =
        new Rpc.Builder()
            .ihave(new IHave(T, MessageIds.NONE))
            .iwant(MessageIds.NONE)
            .graft(T)
            .prune(new Prune(T, List.of(), 1))
            .idontwant(MessageIds.NONE)
            .build();
    bound(
        rpc,
        D.withMaxControlEntries(5),
        D.withMaxControlEntries(4),
        "RPC with 5 control entries exceeds the 4 allowed");
  }

  @Test
  void messageIdsOfAllKindsTogether() throws Exception {
    Rpc rpc =
        new Rpc.Builder()
            .ihave(new IHave(T, MessageIds.of(id(1), id(2))))
            .iwant(MessageIds.of(id(3)))
            .idontwant(MessageIds.of(id(4), id(5), id(6)))
            .build();
    bound(
        rpc,
        D.withMaxMessageIds(6),
        D.withMaxMessageIds(5),
        "RPC with 6 message ids exceeds the 5 allowed");
  }

  @Test
  void controlThatComesInPiecesIsCountedTogether() {
    byte[] graft = encode(new Rpc.Builder().graft(T).build());
    byte[] twice = new byte[2 * graft.length];
    System.arraycopy(graft, 0, twice, 0, graft.length);
    System.arraycopy(graft, 0, twice, graft.length, graft.length);
    assertThatThrownBy(
            () -> new RpcDecoder(D.withMaxControlEntries(1)).decode(Unpooled.wrappedBuffer(twice)))
        .hasMessageContaining("2 control entries");
  }

  @Test
  void theLengthOfAnId() throws Exception {
    MessageIds ids = MessageIds.of(MessageId.of(new byte[30]));
    for (Rpc rpc :
        List.of(
            new Rpc.Builder().ihave(new IHave(T, ids)).build(),
            new Rpc.Builder().iwant(ids).build(),
            new Rpc.Builder().idontwant(ids).build())) {
      bound(
          rpc,
          D.withMaxMessageIdBytes(30),
          D.withMaxMessageIdBytes(29),
          "of 30 bytes exceeds the 29 allowed");
    }
  }

  @Test
  void whatAPruneRecommends() throws Exception {
    var peer = new PeerInfo(new byte[40], new byte[100]);
    Rpc rpc = new Rpc.Builder().prune(new Prune(T, Collections.nCopies(3, peer), 1)).build();
    bound(
        rpc,
        D.withMaxPeersPerPrune(3),
        D.withMaxPeersPerPrune(2),
        "PRUNE with 3 peers exceeds the 2 allowed");
    bound(rpc, D.withMaxFromBytes(40), D.withMaxFromBytes(39), "field 1 of 40 bytes");
    bound(rpc, D.withMaxPeerRecordBytes(100), D.withMaxPeerRecordBytes(99), "field 2 of 100 bytes");
  }

  @Test
  void theFieldsOfAPartialMessage() throws Exception {
    var partial = new PartialMessage(T, new byte[10], new byte[20], new byte[15]);
    Rpc rpc = new Rpc.Builder().partial(partial).build();
    bound(rpc, D.withMaxGroupBytes(10), D.withMaxGroupBytes(9), "field 2 of 10 bytes");
    bound(rpc, D.withMaxDataBytes(20), D.withMaxDataBytes(19), "field 3 of 20 bytes");
    var metadata = new PartialMessage(T, null, null, new byte[15]);
    Rpc second = new Rpc.Builder().partial(metadata).build();
    bound(second, D.withMaxDataBytes(15), D.withMaxDataBytes(14), "field 4 of 15 bytes");
  }

  @Test
  void aClaimedLengthAllocatesNothing() {
    // a message, an id and a topic of 1 MiB - 1 in RPCs of ten bytes
    for (String hex : List.of("12ffff3f00", "1a081205" + "0affff3f", "0a0512ffff3f00")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThatThrownBy(() -> new RpcDecoder(D).decode(Unpooled.wrappedBuffer(bytes)))
          .as(hex)
          .isInstanceOf(WireFormatException.class);
    }
  }

  @Test
  void limitsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> D.withMaxRpcBytes(1023))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxRpcBytes: 1023");
    assertThatThrownBy(() -> D.withMaxTopicBytes(0)).hasMessageContaining("maxTopicBytes: 0");
    assertThatThrownBy(() -> D.withMaxMessageIds(-1)).hasMessageContaining("maxMessageIds: -1");
    assertThatThrownBy(() -> D.withMaxDataBytes((1 << 20) + 1))
        .hasMessageContaining("maxDataBytes: 1048577");
  }
}
