package io.ethpeerflow.gossipsub.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.rpc.Rpc.Control;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Bytes worked out by hand from the schema: a tag is field &lt;&lt; 3 | wire type, with wire type 0
 * for numbers and 2 for what has a length.
 */
class RpcVectorTest {
  private static final TopicId T = TopicId.of("t");

  @Test
  @Spec("pubsub/rpc")
  void aSubscription() throws Exception {
    // 0a 05: field 1, 5 bytes { 08 01: subscribe; 12 01 74: topic "t" }
    check("0a05 0801 120174", Rpc.subscribing(Subscription.to(T)));
  }

  @Test
  @Spec("pubsub/rpc")
  void theEndOfASubscriptionIsWritten() throws Exception {
    check("0a05 0800 120174", Rpc.subscribing(Subscription.end(T)));
  }

  @Test
  @Spec("gossipsub-1.3/partial-implied")
  void aSubscriptionWithPartialMessages() throws Exception {
    // 18 01: field 3; 20 01: field 4
    check("0a09 0801 120174 1801 2001", Rpc.subscribing(new Subscription(T, true, true, true)));
    assertThat(new Subscription(T, true, true, false).canSendPartial()).isTrue();
    assertThat(Subscription.to(T).canSendPartial()).isFalse();
  }

  @Test
  @Spec("pubsub/message")
  void aMessageOfAllFields() throws Exception {
    // 12 1a: field 2, 26 bytes: from 3, data 4, seqno 10, topic 3, signature 3, key 3
    Message message =
        Message.of(
            bytes("aa"), bytes("0102"), bytes("0000000000000007"), T, bytes("55"), bytes("66"));
    check(
        "121a 0a01aa 12020102 1a080000000000000007 220174 2a0155 320166", Rpc.publishing(message));
  }

  @Test
  @Spec("pubsub/message")
  void absentAndEmptyFieldsDiffer() throws Exception {
    check("1203 220174", Rpc.publishing(Message.of(null, null, null, T, null, null)));
    byte[] empty = {};
    check(
        "120d 0a00 1200 1a00 220174 2a00 3200",
        Rpc.publishing(Message.of(empty, empty, empty, T, empty, empty)));
  }

  @Test
  @Spec("gossipsub-1.0/control")
  void ihaveIwantGraftAndAPruneOfVersionOne() throws Exception {
    // 1a 1b: field 3, 27 bytes
    //   0a 0a { 0a 01 74; 12 01 a1; 12 02 b1b2 }  ihave 12 bytes
    //   12 03 { 0a 01 a1 }                        iwant 5 bytes
    //   1a 03 { 0a 01 74 }                        graft 5 bytes
    //   22 03 { 0a 01 74 }                        prune 5 bytes
    var control =
        new Control(
            List.of(new IHave(T, MessageIds.of(id("a1"), id("b1b2")))),
            List.of(MessageIds.of(id("a1"))),
            List.of(T),
            List.of(new Prune(T, List.of(), Prune.NO_BACKOFF)),
            List.of(),
            null);
    check(
        "1a1b 0a0a 0a0174 1201a1 1202b1b2 1203 0a01a1 1a03 0a0174 2203 0a0174",
        Rpc.controlling(control));
  }

  @Test
  @Spec("gossipsub-1.1/prune")
  void aPruneWithPeersAndBackoff() throws Exception {
    // 1a 0f { 22 0d { 0a 01 74; 12 06 { 0a 01 cc; 12 01 dd }; 18 3c: 60 seconds } }
    var prune = new Prune(T, List.of(new PeerInfo(bytes("cc"), bytes("dd"))), 60);
    check("1a0f 220d 0a0174 1206 0a01cc 1201dd 183c", Rpc.controlling(pruning(prune)));
  }

  @Test
  @Spec("gossipsub-1.2/idontwant")
  void anIdontwant() throws Exception {
    var control =
        new Control(
            List.of(), List.of(), List.of(), List.of(), List.of(MessageIds.of(id("ff00"))), null);
    check("1a06 2a04 0a02ff00", Rpc.controlling(control));
  }

  @Test
  @Spec("gossipsub-1.3/extensions")
  void extensions() throws Exception {
    // 32 07: field 6, 7 bytes { 50 01: field 10; field 6492434: 6492434 << 3 = 51939472
    //   = 0x3188890, in groups of seven bits from below: 10, 11, 62, 18 -> 90 91 e2 18; 01 }
    var control =
        new Control(
            List.of(), List.of(), List.of(), List.of(), List.of(), new Extensions(true, true));
    check("1a09 3207 5001 9091e218 01", Rpc.controlling(control));
  }

  @Test
  @Spec("gossipsub-1.3/extensions")
  void extensionsThatAreAllOffArePresent() throws Exception {
    var control =
        new Control(
            List.of(), List.of(), List.of(), List.of(), List.of(), new Extensions(false, false));
    check("1a02 3200", Rpc.controlling(control));
  }

  @Test
  @Spec("gossipsub-1.3/partial")
  void aPartialMessageAndTheTestExtension() throws Exception {
    // 52: field 10, wire type 2; the test extension is a message, so its tag ends with 2: 92 91 e2
    // 18
    var partial = new PartialMessage(T, bytes("01"), bytes("0203"), bytes("04"));
    check(
        "520d 0a0174 120101 1a020203 220104 9291e218 00",
        new Rpc(List.of(), List.of(), Control.NONE, partial, true));
  }

  @Test
  void anEmptyRpcIsNothing() throws Exception {
    check("", Rpc.EMPTY);
  }

  private static Control pruning(Prune prune) {
    return new Control(List.of(), List.of(), List.of(), List.of(prune), List.of(), null);
  }

  private static void check(String hex, Rpc rpc) throws Exception {
    byte[] expected = bytes(hex.replace(" ", ""));
    ByteBuf out = Unpooled.buffer();
    RpcEncoder.write(rpc, out);
    assertThat(HexFormat.of().formatHex(ByteBufUtil.getBytes(out)))
        .isEqualTo(HexFormat.of().formatHex(expected));
    assertThat(RpcEncoder.sizeBytes(rpc)).isEqualTo(expected.length);
    Rpc decoded = new RpcDecoder(RpcLimits.DEFAULT).decode(Unpooled.wrappedBuffer(expected));
    assertThat(decoded).isEqualTo(rpc);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static MessageId id(String hex) {
    return MessageId.of(bytes(hex));
  }

  @Test
  void topicsAreBytes() {
    byte[] notUtf8 = {(byte) 0xff, (byte) 0xfe};
    byte[] otherNotUtf8 = {(byte) 0xfe, (byte) 0xff};
    assertThat(TopicId.of(notUtf8)).isNotEqualTo(TopicId.of(otherNotUtf8));
    assertThat(TopicId.of("é")).isEqualTo(TopicId.of("é".getBytes(StandardCharsets.UTF_8)));
  }
}
