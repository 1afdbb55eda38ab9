package io.ethpeerflow.benchmarks.noise;

import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.core.spi.SecurityRequest;
import io.ethpeerflow.crypto.aead.AeadProviders;
import io.ethpeerflow.noise.NoiseConfig;
import io.ethpeerflow.noise.NoiseSecurity;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A frame with a 12-byte head from one secured link to the other and nothing in between: seal, hand
 * over, open. Long records arrive in two chunks, as from a socket.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls connect first
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--enable-native-access=ALL-UNNAMED",
      "-Dio.netty.leakDetection.level=disabled",
      "-Djmh.executor=CUSTOM",
      "-Djmh.executor.class=io.ethpeerflow.benchmarks.netty.LoopThreadExecutor"
    })
public class RecordBenchmark {
  private static final int CUT_BYTES = 40_000;

  /** A provider. */
  @Param({"libcrypto", "jce"})
  public String aead = "jce";

  /** Body of a frame. */
  @Param({"64", "1024", "65506"})
  public int bodyBytes;

  private final InlineLoop loop = new InlineLoop();
  private final InlineLink left = new InlineLink();
  private final InlineLink right = new InlineLink();
  private SecureLink sender;
  private ByteBuf head;
  private ByteBuf body;
  private long received;

  /** Runs the handshake. */
  @Setup
  public void connect() {
    left.remote = right;
    right.remote = left;
    var noise = new NoiseSecurity(NoiseConfig.DEFAULT.withAead(AeadProviders.named(aead)));
    var random = new SecureRandom();
    var key = PrivateKey.generate(KeyType.ED25519, random);
    var secured =
        noise.secure(left, new SecurityRequest(Role.INITIATOR, key, null, List.of(), random));
    noise
        .secure(right, new SecurityRequest(Role.RESPONDER, key, null, List.of(), random))
        .thenAccept(link -> link.receiver(new Counter()));
    left.pump();
    right.pump();
    left.pump();
    sender = secured.join();
    sender.receiver(new Counter());
    head = PooledByteBufAllocator.DEFAULT.directBuffer(12).writeZero(12);
    body = PooledByteBufAllocator.DEFAULT.directBuffer(bodyBytes).writeZero(bodyBytes);
  }

  /** Ends both. */
  @TearDown
  public void disconnect() {
    sender.abort();
    right.receiver.onClosed(null);
  }

  /** One frame, flushed. */
  @Benchmark
  public long frame() {
    body.readerIndex(0);
    sender.writeFrame(head, body, bodyBytes);
    sender.flush();
    left.pump();
    return received;
  }

  private final class Counter implements ByteReceiver {
    @Override
    public void onData(ByteBuf data) {
      received += data.readableBytes();
      data.release();
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {}
  }

  private static final class InlineLoop implements Loop {
    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public DeadlineWheel deadlines() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }
  }

  @SuppressWarnings("NullAway.Init") // connected before use
  private final class InlineLink implements ByteLink {
    private final ArrayDeque<ByteBuf> written = new ArrayDeque<>();
    private InlineLink remote;
    private ByteReceiver receiver;

    /** Hands what was written to the remote, the long ones in two pieces. */
    void pump() {
      for (ByteBuf data = written.poll(); data != null; data = written.poll()) {
        if (data.readableBytes() > CUT_BYTES) {
          remote.receiver.onData(data.readRetainedSlice(CUT_BYTES));
        }
        remote.receiver.onData(data);
      }
    }

    @Override
    public Loop loop() {
      return loop;
    }

    @Override
    public ByteBufAllocator allocator() {
      return PooledByteBufAllocator.DEFAULT;
    }

    @Override
    public void receiver(ByteReceiver next) {
      receiver = next;
    }

    @Override
    public void unread(ByteBuf data) {
      data.release();
    }

    @Override
    public void reading(boolean on) {}

    @Override
    public void write(ByteBuf data) {
      written.add(data);
    }

    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public void onWritable(Runnable resume) {}

    @Override
    public void close() {}

    @Override
    public void abort() {}
  }
}
