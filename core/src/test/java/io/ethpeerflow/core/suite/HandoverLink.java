package io.ethpeerflow.core.suite;

import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Inbox;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.SecureLink;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One of two ends that hand buffers to each other's loop, each loop a thread of its own: a link for
 * tests in real time, which protects nothing. What was flushed is under way until the other end has
 * delivered it, so an end that does not read makes the other unwritable.
 */
final class HandoverLink implements SecureLink {
  static final ProtocolId SECURITY = ProtocolId.of("/insecure-for-tests/1.0.0");
  private static final int MAX_RECORD_BYTES = 65_519;

  private final Loop loop;
  private final ByteBufAllocator allocator;
  private final PublicKey remoteKey;
  private final int highMarkBytes;
  private final Inbox inbox = new Inbox(this::inboxReads, true);
  private final Queue<ByteBuf> arrived = new ArrayDeque<>();
  private final List<ByteBuf> unflushed = new ArrayList<>();
  private final AtomicLong undelivered = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private volatile @Nullable HandoverLink remote;
  private @Nullable Runnable onWritable;
  private boolean inboxReading = true;
  private boolean stalled;
  private boolean remoteEnded;
  private boolean unwritable;
  private boolean ended;

  HandoverLink(Loop loop, ByteBufAllocator allocator, PublicKey remoteKey, int highMarkBytes) {
    this.loop = loop;
    this.allocator = allocator;
    this.remoteKey = remoteKey;
    this.highMarkBytes = highMarkBytes;
  }

  void connect(HandoverLink other) {
    remote = other;
  }

  private HandoverLink remote() {
    HandoverLink other = remote;
    if (other == null) {
      throw new IllegalStateException("not connected");
    }
    return other;
  }

  private void requireLoop() {
    if (!loop.inLoop()) {
      throw new AssertionError("a link was used outside of its loop");
    }
  }

  /** Bytes that this end has delivered; any thread. */
  long receivedBytes() {
    return received.get();
  }

  /** Bytes that this end has written and the other has not delivered; any thread. */
  long undeliveredBytes() {
    return undelivered.get();
  }

  void stall(boolean on) {
    requireLoop();
    stalled = on;
    deliver();
  }

  /** This end fails, as if the network had gone. */
  void fail() {
    requireLoop();
    end(new IOException("connection cut"));
  }

  @Override
  public void write(ByteBuf data) {
    requireLoop();
    if (ended || !data.isReadable()) {
      data.release();
      return;
    }
    undelivered.addAndGet(data.readableBytes());
    unflushed.add(data);
    noteWritability();
  }

  @Override
  public void writeFrame(ByteBuf head, ByteBuf body, int bodyBytes) {
    ByteBuf frame = allocator.buffer(head.readableBytes() + bodyBytes);
    frame.writeBytes(head, head.readerIndex(), head.readableBytes());
    frame.writeBytes(body, bodyBytes);
    write(frame);
  }

  @Override
  public void flush() {
    requireLoop();
    HandoverLink to = remote();
    for (ByteBuf data : unflushed) {
      to.loop.execute(() -> to.arrive(data));
    }
    unflushed.clear();
  }

  private void arrive(ByteBuf data) {
    if (ended) {
      release(data);
    } else {
      arrived.add(data);
      deliver();
    }
  }

  private void release(ByteBuf data) {
    forget(data.readableBytes());
    data.release();
  }

  private void forget(int bytes) {
    HandoverLink from = remote();
    from.undelivered.addAndGet(-bytes);
    from.loop.execute(from::noteWritability);
  }

  private void inboxReads(boolean on) {
    inboxReading = on;
    deliver();
  }

  private void deliver() {
    boolean delivered = false;
    while (!stalled && inboxReading && !ended && !arrived.isEmpty()) {
      ByteBuf data = arrived.remove();
      int bytes = data.readableBytes();
      received.addAndGet(bytes);
      inbox.data(data);
      forget(bytes);
      delivered = true;
    }
    if (delivered) {
      inbox.readComplete();
    }
    if (remoteEnded && arrived.isEmpty() && !stalled) {
      end(null);
    }
  }

  private void noteWritability() {
    if (undelivered.get() >= highMarkBytes) {
      unwritable = true;
    } else if (unwritable && undelivered.get() < highMarkBytes / 2) {
      unwritable = false;
      resume();
    }
  }

  private void resume() {
    Runnable waiting = onWritable;
    if (waiting != null) {
      waiting.run();
    }
  }

  private void onRemoteEnd() {
    remoteEnded = true;
    deliver();
  }

  private void end(@Nullable Throwable cause) {
    if (ended) {
      return;
    }
    ended = true;
    arrived.forEach(this::release);
    arrived.clear();
    unflushed.forEach(ByteBuf::release);
    unflushed.clear();
    loop.execute(this::resume);
    loop.execute(() -> inbox.end(cause));
  }

  @Override
  public void close() {
    requireLoop();
    if (!ended) {
      flush();
      HandoverLink to = remote();
      to.loop.execute(to::onRemoteEnd);
      inbox.discard();
      end(null);
    }
  }

  @Override
  public void abort() {
    requireLoop();
    if (!ended) {
      HandoverLink to = remote();
      to.loop.execute(to::fail);
      inbox.discard();
      end(null);
    }
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public ByteBufAllocator allocator() {
    return allocator;
  }

  @Override
  public void receiver(ByteReceiver receiver) {
    requireLoop();
    inbox.receiver(receiver);
  }

  @Override
  public void unread(ByteBuf data) {
    requireLoop();
    inbox.unread(data);
  }

  @Override
  public void reading(boolean on) {
    requireLoop();
    inbox.reading(on);
  }

  @Override
  public boolean isWritable() {
    requireLoop();
    return !unwritable && !ended;
  }

  @Override
  public void onWritable(Runnable resume) {
    requireLoop();
    onWritable = resume;
  }

  @Override
  public ProtocolId security() {
    return SECURITY;
  }

  @Override
  public PublicKey remoteKey() {
    return remoteKey;
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
