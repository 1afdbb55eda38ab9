package io.ethpeerflow.benchmarks.gossipsub;

import io.ethpeerflow.gossipsub.queue.OutboundQueue;
import io.ethpeerflow.gossipsub.queue.QueueConfig;
import io.ethpeerflow.gossipsub.rpc.Message;
import io.ethpeerflow.gossipsub.rpc.MessageId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
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

/** One message from the router into the queues of eight mesh peers, and out as frames. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {
      "-Djmh.executor=CUSTOM",
      "-Djmh.executor.class=io.ethpeerflow.benchmarks.netty.LoopThreadExecutor"
    })
@SuppressWarnings("NullAway.Init") // JMH calls prepare first
public class QueueBenchmark {
  private static final int PEERS = 8;

  /** Payload of the message. */
  @Param({"1024", "16384", "65536"})
  public int payloadBytes;

  /** How many messages are forwarded before the queues are emptied. */
  @Param({"1", "32"})
  public int messages;

  private final OutboundQueue[] queues = new OutboundQueue[PEERS];
  private Message[] samples;
  private MessageId[] ids;
  private ByteBuf sink;

  /** Makes messages and queues. */
  @Setup
  public void prepare() {
    samples = Samples.signed(messages, payloadBytes).toArray(Message[]::new);
    ids = Samples.ids(messages, 1).toList().toArray(MessageId[]::new);
    for (int i = 0; i < PEERS; i++) {
      queues[i] = new OutboundQueue(QueueConfig.DEFAULT);
    }
    sink = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 20);
  }

  /** In and out; frames are released unread. */
  @Benchmark
  public int forward() {
    return forward(false);
  }

  /** The same, and each frame is copied once, as a cipher would write it into its record. */
  @Benchmark
  public int forwardAndRead() {
    return forward(true);
  }

  private int forward(boolean read) {
    for (int m = 0; m < samples.length; m++) {
      for (OutboundQueue queue : queues) {
        queue.forward(ids[m], samples[m]);
      }
    }
    int bytes = 0;
    for (OutboundQueue queue : queues) {
      ByteBuf frame = queue.poll(PooledByteBufAllocator.DEFAULT);
      while (frame != null) {
        bytes += frame.readableBytes();
        if (read) {
          sink.clear().writeBytes(frame);
        }
        frame.release();
        frame = queue.poll(PooledByteBufAllocator.DEFAULT);
      }
    }
    return bytes;
  }
}
