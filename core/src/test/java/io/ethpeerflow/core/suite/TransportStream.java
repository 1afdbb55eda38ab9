package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.RawStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One end of a stream, on whichever loop: sends a pattern, checks what it receives. */
final class TransportStream implements StreamReader {
  private static final int PIECE_BYTES = 8000;

  private final RawStream stream;
  private final TransportWorld world;
  private final Consumer<String> violations;
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private volatile Pattern expected = new Pattern(0);
  private volatile boolean ended;
  private volatile boolean refused;
  private volatile @Nullable StreamErrorCode resetCode;
  private volatile boolean resetByRemote;

  TransportStream(RawStream stream, TransportWorld world, Consumer<String> violations) {
    this.stream = stream;
    this.world = world;
    this.violations = violations;
  }

  /** Takes the stream's events, and expects a pattern. */
  TransportStream expecting(Pattern pattern) {
    expected = pattern;
    run(() -> stream.reader(this));
    return this;
  }

  private Loop loop() {
    return stream.connection().loop();
  }

  void run(Runnable action) {
    world.run(loop(), action);
  }

  RawStream stream() {
    return stream;
  }

  void requestAll() {
    run(() -> stream.request(Long.MAX_VALUE));
  }

  /** Sends so much of a pattern as back-pressure allows, then closes the write side if told so. */
  void send(Pattern pattern, long bytes, boolean andClose) {
    run(() -> pump(pattern, bytes, andClose));
  }

  private void pump(Pattern pattern, long bytes, boolean andClose) {
    while (taken.get() < bytes) {
      int piece = (int) Math.min(PIECE_BYTES, bytes - taken.get());
      ByteBuf data = pattern.buffer(ByteBufAllocator.DEFAULT, taken.get(), piece);
      if (!stream.offer(data)) {
        data.release();
        refused = true;
        if (stream.writeOpen()) {
          stream.onWritable(() -> pump(pattern, bytes, andClose));
        }
        return;
      }
      taken.addAndGet(piece);
    }
    if (andClose) {
      stream.closeWrite();
    }
  }

  @Override
  public void onData(ByteBuf data) {
    int wrong = expected.mismatch(received.get(), data);
    if (wrong >= 0) {
      violations.accept("wrong byte at " + (received.get() + wrong));
    }
    if (!loop().inLoop()) {
      violations.accept("onData outside of the loop");
    }
    received.addAndGet(data.readableBytes());
    data.release();
  }

  @Override
  public void onEnd() {
    ended = true;
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    resetByRemote = byRemote;
    resetCode = code;
  }

  long received() {
    return received.get();
  }

  /** Bytes that the stream has taken to send. */
  long taken() {
    return taken.get();
  }

  boolean wasRefused() {
    return refused;
  }

  boolean ended() {
    return ended;
  }

  @Nullable StreamErrorCode resetCode() {
    return resetCode;
  }

  boolean resetByRemote() {
    return resetByRemote;
  }
}
