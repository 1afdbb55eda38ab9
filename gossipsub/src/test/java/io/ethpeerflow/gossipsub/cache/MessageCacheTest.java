package io.ethpeerflow.gossipsub.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ethpeerflow.core.annotation.Spec;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import org.junit.jupiter.api.Test;

class MessageCacheTest {
  private static final TopicId T = TopicId.of("t");
  private static final TopicId U = TopicId.of("u");

  private static MessageId id(int number) {
    return MessageId.of(new byte[] {(byte) number});
  }

  /** 17 bytes: 3 of the topic and 14 of the payload with its header. */
  private static Message message(TopicId topic) {
    return Message.unsigned(topic, new byte[12]);
  }

  private static PeerId peer(int number) throws WireFormatException {
    return PeerId.decode(new byte[] {0, 1, (byte) number});
  }

  private static MessageCache cache() {
    return new MessageCache(MessageCacheConfig.DEFAULT);
  }

  @Test
  @Spec("gossipsub-1.0/mcache")
  void aMessageIsGossipedForThreeHeartbeatsAndKeptForFive() {
    MessageCache cache = cache();
    cache.put(id(1), message(T));
    for (int shifts = 0; shifts < 6; shifts++) {
      assertThat(cache.gossip(T).count()).as("after " + shifts).isEqualTo(shifts < 3 ? 1 : 0);
      assertThat(cache.get(id(1)) != null).as("after " + shifts).isEqualTo(shifts < 5);
      cache.shift();
    }
    assertThat(cache.size()).isZero();
    assertThat(cache.sizeBytes()).isZero();
  }

  @Test
  @Spec("gossipsub-1.0/mcache")
  void gossipIsByTopicAndNewestFirst() {
    MessageCache cache = cache();
    cache.put(id(1), message(T));
    cache.put(id(2), message(U));
    cache.shift();
    cache.put(id(3), message(T));
    cache.put(id(4), message(T));
    assertThat(cache.gossip(T).toList()).containsExactly(id(3), id(4), id(1));
    assertThat(cache.gossip(U).toList()).containsExactly(id(2));
    assertThat(cache.gossip(TopicId.of("v")).isEmpty()).isTrue();
  }

  @Test
  @Spec("gossipsub-1.1/iwant-spam")
  void aPeerGetsAMessageThreeTimesAndOthersStillDo() throws Exception {
    MessageCache cache = cache();
    Message message = message(T);
    cache.put(id(1), message);
    for (int i = 0; i < 3; i++) {
      assertThat(cache.transmit(id(1), peer(1))).isSameAs(message);
    }
    assertThat(cache.transmit(id(1), peer(1))).isNull();
    assertThat(cache.transmit(id(1), peer(2))).isSameAs(message);
    assertThat(cache.transmit(id(2), peer(2))).isNull();
    assertThat(cache.get(id(1))).isSameAs(message);
  }

  @Test
  void theSameIdIsKeptOnce() {
    MessageCache cache = cache();
    assertThat(cache.put(id(1), message(T))).isTrue();
    assertThat(cache.put(id(1), message(U))).isFalse();
    assertThat(cache.gossip(U).isEmpty()).isTrue();
    assertThat(cache.sizeBytes()).isEqualTo(17);
  }

  @Test
  void theOldestGoesWhenThereAreTooMany() {
    var cache = new MessageCache(MessageCacheConfig.DEFAULT.withMaxMessages(3));
    cache.put(id(1), message(T));
    cache.put(id(2), message(U));
    cache.shift();
    cache.put(id(3), message(T));
    cache.put(id(4), message(T));
    cache.put(id(5), message(T));
    assertThat(cache.size()).isEqualTo(3);
    assertThat(cache.gossip(T).toList()).containsExactly(id(3), id(4), id(5));
    assertThat(cache.gossip(U).isEmpty()).isTrue();
    cache.put(id(6), message(U));
    assertThat(cache.gossip(T).toList()).containsExactly(id(4), id(5));
  }

  @Test
  void theOldestGoesWhenTheyAreTooLong() {
    var cache = new MessageCache(MessageCacheConfig.DEFAULT.withMaxBytes(40));
    for (int i = 1; i <= 3; i++) {
      cache.put(id(i), message(T));
    }
    assertThat(cache.sizeBytes()).isEqualTo(34);
    assertThat(cache.gossip(T).toList()).containsExactly(id(2), id(3));
    assertThat(cache.put(id(4), Message.unsigned(T, new byte[36]))).isFalse();
    assertThat(cache.size()).isEqualTo(2);
  }

  @Test
  void boundsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> MessageCacheConfig.DEFAULT.withWindows(3, 4))
        .hasMessageContaining("gossipWindows: 4");
    assertThatThrownBy(() -> MessageCacheConfig.DEFAULT.withWindows(0, 0))
        .hasMessageContaining("historyWindows: 0");
    assertThatThrownBy(() -> MessageCacheConfig.DEFAULT.withMaxMessages(0))
        .hasMessageContaining("maxMessages: 0");
    assertThatThrownBy(() -> MessageCacheConfig.DEFAULT.withMaxTransmissions(128))
        .hasMessageContaining("maxTransmissions: 128");
  }
}
