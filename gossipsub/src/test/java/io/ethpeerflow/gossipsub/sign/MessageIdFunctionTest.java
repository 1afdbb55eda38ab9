package io.ethpeerflow.gossipsub.sign;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import org.junit.jupiter.api.Test;

class MessageIdFunctionTest {
  @Test
  @Spec("pubsub/default-id")
  void authorAndNumberBackToBack() {
    Message message =
        Message.of(new byte[] {1, 2}, new byte[] {9}, new byte[] {3}, TopicId.of("t"), null, null);
    assertThat(MessageIdFunction.FROM_AND_SEQNO.idOf(message)).hasToString("010203");
  }

  @Test
  @Spec("pubsub/default-id")
  void whatIsAbsentIsNothing() {
    assertThat(MessageIdFunction.FROM_AND_SEQNO.idOf(Message.unsigned(TopicId.EMPTY, new byte[1])))
        .hasToString("");
    Message onlyNumber = Message.of(null, null, new byte[] {3, 4}, null, null, null);
    assertThat(MessageIdFunction.FROM_AND_SEQNO.idOf(onlyNumber)).hasToString("0304");
  }

  // the digests are of Python's hashlib over the bytes that the comments name

  @Test
  void ethereumHashesWhatWasDecompressed() {
    // sha256(01000000 | 0400000000000000 | "/eth" | "hello")[:20]
    var ids = new EthereumMessageId(data -> "hello".getBytes(US_ASCII));
    assertThat(ids.idOf(Message.unsigned(TopicId.of("/eth"), new byte[] {5, 5})))
        .hasToString("e4dec01f06f2e51aa452a797f5d49956d18fb05a");
  }

  @Test
  void ethereumHashesThePayloadItselfWhenItDoesNotDecompress() {
    // sha256(00000000 | 0400000000000000 | "/eth" | 0505)[:20]
    var ids = new EthereumMessageId(data -> null);
    assertThat(ids.idOf(Message.unsigned(TopicId.of("/eth"), new byte[] {5, 5})))
        .hasToString("67ad79679a1cc702eecf049000c4046ceb624e95");
  }
}
