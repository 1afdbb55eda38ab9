package io.ethpeerflow.gossipsub.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;

/** Four connected peers, two topics, and a clock that begins just before it overflows. */
abstract class ScoreFixture {
  static final Offset<Double> EXACT = within(1e-9);
  static final PeerId A = peer(1);
  static final PeerId B = peer(2);
  static final PeerId C = peer(3);
  static final PeerId D = peer(4);
  static final PeerId STRANGER = peer(5);
  static final TopicId T = TopicId.of("t");
  static final TopicId U = TopicId.of("u");

  final Map<PeerId, Double> applicationScores = new HashMap<>();
  long now = Long.MAX_VALUE - 1_000_000_000L;
  PeerScores scores = scores(ScoreParams.OFF);
  private int delivered = 1000;

  static PeerId peer(int number) {
    try {
      return PeerId.decode(ByteBuffer.allocate(6).putShort((short) 4).putInt(number).array());
    } catch (WireFormatException e) {
      throw new AssertionError(e);
    }
  }

  static MessageId id(int number) {
    return MessageId.of(ByteBuffer.allocate(4).putInt(number).array());
  }

  static InetAddress ip(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private PeerScores scores(ScoreParams params) {
    var fresh = new PeerScores(params, peer -> applicationScores.getOrDefault(peer, 0.0));
    List.of(A, B, C, D).forEach(fresh::connected);
    return fresh;
  }

  /** Begins anew with other parameters. */
  void use(ScoreParams params) {
    scores = scores(params);
  }

  void topic(TopicId topic, TopicScoreParams params) {
    scores.setTopic(topic, params);
  }

  void advance(Duration time) {
    now += time.toNanos();
  }

  /** {@code peer} is the first to bring valid messages. */
  void deliver(PeerId peer, TopicId topic, int messages) {
    for (int i = 0; i < messages; i++) {
      MessageId id = id(delivered++);
      scores.received(id, topic, peer, now);
      scores.accepted(id, now);
    }
  }

  void expect(PeerId peer, double score) {
    assertThat(scores.score(peer)).isCloseTo(score, EXACT);
  }
}
