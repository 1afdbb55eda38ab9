package io.ethpeerflow.benchmarks.gossipsub;

import io.ethpeerflow.gossipsub.rpc.TopicId;
import io.ethpeerflow.gossipsub.score.PeerScores;
import io.ethpeerflow.gossipsub.score.ScoreParams;
import io.ethpeerflow.gossipsub.score.TopicScoreParams;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.FirstDeliveries;
import io.ethpeerflow.gossipsub.score.TopicScoreParams.InvalidMessages;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Scores in a heartbeat: every counter decays, and every peer's score is asked for. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
public class ScoresBenchmark {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Connected peers. */
  @Param({"1000", "10000"})
  public int peers;

  /** Topics, in the mesh of each of which every peer is. */
  @Param({"100"})
  public int topics;

  private final List<PeerId> ids = new ArrayList<>();
  private PeerScores scores;
  private long now;

  /** Connects and grafts all of them. */
  @Setup
  public void prepare() throws WireFormatException {
    scores = new PeerScores(ScoreParams.OFF, peer -> 0);
    List<TopicId> names = new ArrayList<>();
    for (int t = 0; t < topics; t++) {
      names.add(TopicId.of("topic " + t));
      scores.setTopic(
          names.getLast(),
          TopicScoreParams.OFF
              .withTopicWeight(0.5)
              .with(new FirstDeliveries(1, 0.9, 100))
              .with(new InvalidMessages(-1, 0.9)));
    }
    var random = new Random(1);
    for (int p = 0; p < peers; p++) {
      byte[] digest = new byte[32];
      random.nextBytes(digest);
      PeerId id =
          PeerId.decode(
              ByteBuffer.allocate(34).put((byte) 0x12).put((byte) 32).put(digest).array());
      ids.add(id);
      scores.connected(id);
      for (TopicId topic : names) {
        scores.grafted(id, topic, 0);
      }
    }
  }

  /** One heartbeat. */
  @Benchmark
  public double heartbeat() {
    now += SECOND_NANOS;
    scores.decay(now);
    double sum = 0;
    for (int i = 0; i < ids.size(); i++) {
      sum += scores.score(ids.get(i));
    }
    return sum;
  }
}
