package io.ethpeerflow.benchmarks.yamux;

import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.wire.crypto.KeyType;
import io.ethpeerflow.wire.crypto.PrivateKey;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One end of a link in memory on one thread that does what a record layer does short of the cipher:
 * copies head and body into a record, and hands each record to the remote in one piece.
 */
final class PlainLink implements SecureLink {
  private static final int MAX_RECORD_BYTES = 65_519;
  private static final int HIGH_MARK_BYTES = 1 << 20;
  private static final PublicKey KEY =
      PrivateKey.generate(KeyType.ED25519, new SecureRandom()).publicKey();

  /** Runs tasks when told to. */
  static final class TurnLoop implements Loop {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final DeadlineWheel deadlines = new DeadlineWheel(this);

    boolean turn() {
      Runnable task = tasks.poll();
      if (task == null) {
        return false;
      }
      task.run();
      return true;
    }

    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Cancellable schedule(long delayNanos, Runnable task) {
      return Cancellable.NONE;
    }

    @Override
    public DeadlineWheel deadlines() {
      return deadlines;
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }
  }

  private final TurnLoop loop;
  private final ArrayDeque<ByteBuf> records = new ArrayDeque<>();
  private final Runnable delivery = this::deliver;
  private @Nullable PlainLink remote;
  private @Nullable ByteReceiver receiver;
  private @Nullable Runnable resume;
  private long waitingBytes;
  private boolean full;

  PlainLink(TurnLoop loop) {
    this.loop = loop;
  }

  void connect(PlainLink other) {
    remote = other;
    other.remote = this;
  }

  private void deliver() {
    PlainLink other = remote;
    if (other == null || other.receiver == null) {
      return;
    }
    ByteReceiver to = other.receiver;
    ByteBuf record;
    while ((record = records.poll()) != null) {
      waitingBytes -= record.readableBytes();
      to.onData(record);
    }
    to.onReadComplete();
    if (full && resume != null) {
      full = false;
      resume.run();
    }
  }

  @Override
  public void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes) {
    int headBytes = head.readableBytes();
    ByteBuf record = allocator().directBuffer(headBytes + bodyBytes);
    record.writeBytes(head, head.readerIndex(), headBytes).writeBytes(body, bodyBytes);
    records.add(record);
    waitingBytes += record.readableBytes();
    full |= waitingBytes >= HIGH_MARK_BYTES;
  }

  @Override
  public void flush() {
    loop.execute(delivery);
  }

  @Override
  public boolean isWritable() {
    return !full;
  }

  @Override
  public void onWritable(Runnable task) {
    resume = task;
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
  public void receiver(ByteReceiver newReceiver) {
    receiver = newReceiver;
  }

  @Override
  public void unread(ByteBuf data) {
    data.release();
  }

  @Override
  public void reading(boolean on) {}

  @Override
  public void write(ByteBuf data) {
    data.release();
  }

  @Override
  public void close() {}

  @Override
  public void abort() {}

  @Override
  public ProtocolId security() {
    return ProtocolId.of("/plaintext/2.0.0");
  }

  @Override
  public PublicKey remoteKey() {
    return KEY;
  }

  @Override
  public @Nullable ProtocolId earlyMuxer() {
    return null;
  }

  @Override
  public int maxRecordBytes() {
    return MAX_RECORD_BYTES;
  }
}
