package io.ethpeerflow.gossipsub.rpc;

import static io.ethpeerflow.gossipsub.rpc.RpcSamples.encode;
import static io.ethpeerflow.gossipsub.rpc.RpcSamples.everything;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.testkit.seed.SeededRandom;
import io.ethpeerflow.wire.WireFormatException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class RpcDecoderTest {
  private static Rpc decode(byte[] bytes) throws WireFormatException {
    return new RpcDecoder(RpcLimits.DEFAULT).decode(Unpooled.wrappedBuffer(bytes));
  }

  private static Rpc decode(String hex) throws WireFormatException {
    return decode(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    assertThat(decode(encode(everything()))).isEqualTo(everything());
  }

  @Test
  void whatIsWrittenIsReadWhateverItIs() throws Exception {
    for (long seed = 0; seed < 500; seed++) {
      Rpc rpc = RpcSamples.random(new SeededRandom(seed));
      byte[] bytes = encode(rpc);
      assertThat(RpcEncoder.sizeBytes(rpc)).as("seed " + seed).isEqualTo(bytes.length);
      assertThat(decode(bytes)).as("seed " + seed).isEqualTo(rpc);
    }
  }

  @Test
  void anRpcThatIsCutIsRefusedOrSaysLess() {
    byte[] whole = encode(everything());
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      try {
        Rpc part = decode(Arrays.copyOf(whole, length));
        // only between two fields of the RPC itself
        assertThat(encode(part)).as("cut at " + length).isEqualTo(Arrays.copyOf(whole, length));
      } catch (WireFormatException expected) {
        refused++;
      }
    }
    // it has seven fields: 2 subscriptions, 2 messages, control, partial and test extension
    assertThat(refused).isEqualTo(whole.length - 7);
  }

  @Test
  void everyByteOfANestedMessageThatIsCutIsMissed() {
    // a subscription whose length is right and whose topic is one byte longer than it
    assertThatThrownBy(() -> decode("0a05 0801 120274"))
        .isInstanceOf(WireFormatException.class)
        .hasMessageContaining("needs 2 bytes");
  }

  @Test
  @Spec("pubsub/unknown-fields")
  void unknownFieldsAreSkippedEverywhere() throws Exception {
    // field 99 with one byte 00 is 9a060100; the lengths around it count it
    Rpc rpc =
        decode(
            "6201ff 6801" // fields 12 and 13 of the RPC itself
                + "0a0908011201749a060100" // subscription
                + "12072201749a060100" // message
                + "1a47" // control
                + "0a0a0a01741201a19a060100" // ihave
                + "12070a01a19a060100" // iwant
                + "1a070a01749a060100" // graft
                + "22120a017412070a01cc9a060100183c9a060100" // prune, with a peer that has one too
                + "2a070a01a29a060100" // idontwant
                + "320650019a060100" // extensions
                + "9a060100" // the control message itself
                + "52070a01749a060100"); // partial
    TopicId topic = TopicId.of("t");
    byte[] cc = {(byte) 0xcc};
    MessageId a1 = MessageId.of(new byte[] {(byte) 0xa1});
    MessageId a2 = MessageId.of(new byte[] {(byte) 0xa2});
    assertThat(rpc)
        .isEqualTo(
            new Rpc.Builder()
                .subscription(Subscription.to(topic))
                .publish(Message.of(null, null, null, topic, null, null))
                .ihave(new IHave(topic, MessageIds.of(a1)))
                .iwant(MessageIds.of(a1))
                .graft(topic)
                .prune(new Prune(topic, List.of(new PeerInfo(cc, null)), 60))
                .idontwant(MessageIds.of(a2))
                .extensions(new Extensions(true, false))
                .partial(new PartialMessage(topic, null, null, null))
                .build());
  }

  @Test
  @Spec("pubsub/unknown-fields")
  void aMessageIsForwardedWithoutItsUnknownFields() throws Exception {
    Message message = decode("120b 220174 12020102 9a060100").publish().get(0);
    // fields ascending, the unknown one gone
    assertThat(HexFormat.of().formatHex(message.toBytes())).isEqualTo("12020102220174");
    assertThat(message.data()).containsExactly(1, 2);
  }

  @Test
  void theLastOfASingularFieldCounts() throws Exception {
    assertThat(decode("0a0a 0800 120178 0801 120174").subscriptions())
        .containsExactly(Subscription.to(TopicId.of("t")));
    Message message = decode("120b 220178 1201aa 220174 1200").publish().get(0);
    assertThat(message.topic()).isEqualTo(TopicId.of("t"));
    assertThat(message.dataBytes()).isZero();
    assertThat(HexFormat.of().formatHex(message.toBytes())).isEqualTo("1200220174");
  }

  @Test
  void controlAndPartialThatComeTwiceAreMerged() throws Exception {
    Rpc rpc = decode("1a05 1a03 0a0174 1a05 1a03 0a0175 5203 0a0174 5203 1201aa");
    assertThat(rpc.control().graft()).containsExactly(TopicId.of("t"), TopicId.of("u"));
    assertThat(rpc.partial())
        .isEqualTo(new PartialMessage(TopicId.of("t"), new byte[] {(byte) 0xaa}, null, null));
  }

  @Test
  void aLengthThatIsNotMinimalIsReadAndNotForwarded() throws Exception {
    // the topic's length 1 as 81 00
    Message message = decode("1204 22810074").publish().get(0);
    assertThat(message.topic()).isEqualTo(TopicId.of("t"));
    assertThat(HexFormat.of().formatHex(message.toBytes())).isEqualTo("220174");
  }

  @Test
  void absentFieldsAreNotEmptyOnes() throws Exception {
    Message absent = decode("1203 220174").publish().get(0);
    assertThat(absent.hasFrom() || absent.hasSeqno() || absent.hasSignature() || absent.hasKey())
        .isFalse();
    assertThat(absent.from()).isNull();
    Message empty = decode("120b 0a00 1a00 220174 2a00 3200").publish().get(0);
    assertThat(empty.hasFrom() && empty.hasSeqno() && empty.hasSignature() && empty.hasKey())
        .isTrue();
    assertThat(empty.from()).isEmpty();
    assertThat(empty).isNotEqualTo(absent);
  }

  @Test
  void aBackoffBeyondWhatFitsIsTheLongest() throws Exception {
    // 18 and ten bytes of ones: 2^64-1 seconds
    Rpc rpc = decode("1a10 220e 0a0174 18 ffffffffffffffffff01");
    assertThat(rpc.control().prune().get(0).backoffSeconds()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aFieldOfAnotherTypeIsRefused() {
    for (String hex : new String[] {"0801", "1001", "1801", "5001", "0a02 0a00", "1a02 0801"}) {
      assertThatThrownBy(() -> decode(hex)).as(hex).isInstanceOf(WireFormatException.class);
    }
  }

  @Test
  void theBufferIsBorrowedAndNotNeededAfterwards() throws Exception {
    byte[] bytes = encode(everything());
    ByteBuf frame = ByteBufAllocator.DEFAULT.directBuffer().writeZero(3).writeBytes(bytes);
    frame.skipBytes(3);
    Rpc rpc = new RpcDecoder(RpcLimits.DEFAULT).decode(frame);
    assertThat(frame.refCnt()).isEqualTo(1);
    assertThat(frame.readerIndex()).isEqualTo(3);
    frame.setZero(0, frame.writerIndex());
    frame.release();
    assertThat(rpc).isEqualTo(everything());
  }
}
