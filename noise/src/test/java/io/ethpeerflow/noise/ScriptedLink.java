package io.ethpeerflow.noise;

import io.ethpeerflow.core.sim.SimLoop;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.testkit.time.VirtualClock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A link whose network is the test: it takes what was sent, and says what arrives. */
public final class ScriptedLink implements ByteLink {
  public final SimLoop loop = new SimLoop(new VirtualClock(), "scripted");
  private final ByteBufAllocator allocator;
  private final ArrayDeque<ByteBuf> unread = new ArrayDeque<>();
  private final ByteArrayOutputStream unflushed = new ByteArrayOutputStream();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private @Nullable ByteReceiver receiver;
  public @Nullable Runnable onWritable;
  public @Nullable Consumer<ByteBuf> onWrite;
  public int flushes;
  public boolean closed;
  public boolean aborted;
  public boolean reading = true;
  public boolean writable = true;

  public ScriptedLink() {
    this(ByteBufAllocator.DEFAULT);
  }

  public ScriptedLink(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  /** What was flushed since the last call. */
  public byte[] takeSent() {
    byte[] bytes = sent.toByteArray();
    sent.reset();
    return bytes;
  }

  /** Delivers a chunk and ends the turn. */
  public void arrive(byte[] bytes) {
    loop.run(
        () -> {
          receiver().onData(allocator.directBuffer(bytes.length + 1).writeBytes(bytes));
          receiver().onReadComplete();
        });
  }

  /** Ends the link. */
  public void end(@Nullable Throwable cause) {
    loop.run(() -> receiver().onClosed(cause));
  }

  private ByteReceiver receiver() {
    if (receiver == null) {
      throw new IllegalStateException("the link has no receiver");
    }
    return receiver;
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
  public void receiver(ByteReceiver next) {
    receiver = next;
    while (!unread.isEmpty()) {
      receiver().onData(unread.remove());
    }
  }

  @Override
  public void unread(ByteBuf data) {
    unread.add(data);
  }

  @Override
  public void reading(boolean on) {
    reading = on;
  }

  @Override
  public void write(ByteBuf data) {
    if (onWrite != null) {
      onWrite.accept(data);
      return;
    }
    byte[] bytes = new byte[data.readableBytes()];
    data.readBytes(bytes).release();
    unflushed.writeBytes(bytes);
  }

  @Override
  public void flush() {
    flushes++;
    if (unflushed.size() > 0) {
      sent.writeBytes(unflushed.toByteArray());
      unflushed.reset();
    }
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void onWritable(Runnable resume) {
    onWritable = resume;
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public void abort() {
    aborted = true;
    unread.forEach(ByteBuf::release);
    unread.clear();
  }
}
