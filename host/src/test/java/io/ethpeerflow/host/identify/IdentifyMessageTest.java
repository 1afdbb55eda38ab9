package io.ethpeerflow.host.identify;

import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.protobuf.ProtoWriter;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdentifyMessageTest {
  private static final PrivateKey KEY = PrivateKey.generate(KeyType.ED25519, new SecureRandom());

  private static IdentifyMessage message(int addresses, int protocols, int recordBytes) {
    return new IdentifyMessage(
        KEY.publicKey(),
        IntStream.range(0, addresses)
            .mapToObj(i -> Multiaddr.of("/ip4/10.0.0.1/tcp/" + (1000 + i)))
            .toList(),
        IntStream.range(0, protocols)
            .mapToObj(i -> ProtocolId.of("/protocol/" + i + "/1.0.0"))
            .collect(Collectors.toSet()),
        Multiaddr.of("/ip4/192.0.2.1/tcp/1"),
        "ipfs/0.1.0",
        "agent",
        new byte[recordBytes]);
  }

  private static IdentifyMessage merge(List<byte[]> messages) throws WireFormatException {
    var merger = new IdentifyMessage.Merger(IdentifyConfig.DEFAULT);
    for (byte[] each : messages) {
      merger.add(Unpooled.wrappedBuffer(each));
    }
    return merger.merged();
  }

  @Test
  @Spec("identify/message-limits")
  void theRecordRidesInTheFirstMessageWhenAllFits() throws WireFormatException {
    IdentifyMessage sent = message(3, 5, 500);
    List<byte[]> encoded = sent.encode();
    assertThat(encoded).hasSize(1);
    IdentifyMessage read = merge(encoded);
    assertThat(read.listenAddresses()).isEqualTo(sent.listenAddresses());
    assertThat(read.protocols()).isEqualTo(sent.protocols());
    assertThat(read.publicKey()).isEqualTo(sent.publicKey());
    assertThat(read.observedAddress()).isEqualTo(sent.observedAddress());
    assertThat(read.signedRecord()).isEqualTo(sent.signedRecord());
  }

  @Test
  @Spec("identify/several-messages")
  void aRecordThatDoesNotFitComesInASecondMessage() throws WireFormatException {
    IdentifyMessage sent = message(100, 50, 2500);
    List<byte[]> encoded = sent.encode();
    assertThat(encoded).hasSize(2);
    assertThat(encoded).allSatisfy(each -> assertThat(each.length).isLessThanOrEqualTo(4096));
    assertThat(merge(encoded).signedRecord()).hasSize(2500);
    assertThat(merge(encoded).protocols()).hasSize(50);
  }

  @Test
  @Spec("identify/message-limits")
  void noMessageExceedsWhatRustReads() throws WireFormatException {
    List<byte[]> encoded = message(500, 300, 100).encode();
    assertThat(encoded).allSatisfy(each -> assertThat(each.length).isLessThanOrEqualTo(4096));
    assertThat(merge(encoded).listenAddresses()).isNotEmpty();
  }

  @Test
  @Spec("identify/listen-addresses")
  void unknownAddressesAndMalformedProtocolsAreLeftOut() throws WireFormatException {
    byte[] bytes =
        ProtoWriter.bytesOf(
            out ->
                out.bytes(2, new byte[] {(byte) 0xff, 0x7f, 1})
                    .bytes(2, Multiaddr.of("/ip4/1.2.3.4/tcp/1").toBytes())
                    .string(3, "no-slash\nand a newline")
                    .string(3, "/good")
                    .bytes(4, new byte[] {1, 2, 3})
                    .varint(99, 7));
    IdentifyMessage read = merge(List.of(bytes));
    assertThat(read.listenAddresses()).containsExactly(Multiaddr.of("/ip4/1.2.3.4/tcp/1"));
    assertThat(read.protocols()).contains(ProtocolId.of("/good"));
    assertThat(read.observedAddress()).isNull();
  }

  @Test
  @Spec("identify/message-limits")
  void protocolsAreBounded() throws WireFormatException {
    var config =
        new IdentifyConfig(
            IdentifyConfig.DEFAULT.timeout(),
            8192,
            9,
            10,
            5,
            IdentifyConfig.DEFAULT.addressTimeToLive(),
            PushConfig.DEFAULT);
    var merger = new IdentifyMessage.Merger(config);
    merger.add(Unpooled.wrappedBuffer(message(50, 50, 10).encode().get(0)));
    assertThat(merger.merged().protocols()).hasSize(10);
    assertThat(merger.merged().listenAddresses()).hasSize(5);
  }

  @Test
  @Spec("identify/several-messages")
  void repeatedFieldsOfSeveralMessagesAppend() throws WireFormatException {
    byte[] first = ProtoWriter.bytesOf(out -> out.string(3, "/a").string(6, "one"));
    byte[] second = ProtoWriter.bytesOf(out -> out.string(3, "/b").string(6, "two"));
    IdentifyMessage read = merge(List.of(first, second));
    assertThat(read.protocols()).isEqualTo(Set.of(ProtocolId.of("/a"), ProtocolId.of("/b")));
    assertThat(read.agentVersion()).isEqualTo("two");
  }
}
