package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.Inbox;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.testkit.net.SimStreamHandler;
import io.ethpeerflow.testkit.net.SimStreamSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A stream of the simulated network as a {@link ByteLink}. */
final class SimLink implements ByteLink, SimStreamHandler {
  private static final int HIGH_MARK_BYTES = 64 << 10;
  private static final long LINGER_NANOS = 5_000_000_000L;

  /** More than a handshake of the tests' security protocol takes. */
  private static final long HANDSHAKE_BYTES = 400;

  private final Loop loop;
  private final Runnable onConnected;
  private final Runnable onEnded;
  private final TransportDefect defect;
  private final Inbox inbox = new Inbox(this::readFromSocket, false);
  private final Deque<ByteBuf> unflushed = new ArrayDeque<>();
  private @Nullable SimStreamSocket socket;
  private boolean hasReceiver;
  private @Nullable Runnable resume;
  private @Nullable IOException failure;
  private Cancellable linger = Cancellable.NONE;
  private long unflushedBytes;
  private long receivedBytes;
  private boolean closing;
  private boolean ended;
  private boolean turnQueued;

  SimLink(Loop loop, Runnable onConnected, Runnable onEnded, TransportDefect defect) {
    this.defect = defect;
    this.loop = loop;
    this.onConnected = onConnected;
    this.onEnded = onEnded;
  }

  /** Says which socket it stands on; before anything else happens. */
  void bind(SimStreamSocket stream) {
    socket = stream;
  }

  private SimStreamSocket socket() {
    SimStreamSocket bound = socket;
    if (bound == null) {
      throw new IllegalStateException("no socket yet");
    }
    return bound;
  }

  /** Why it ended; null when in order or not yet. */
  @Nullable IOException failure() {
    return failure;
  }

  private void requireLoop() {
    if (!loop.inLoop()) {
      throw new AssertionError("a link was used outside of its loop " + loop);
    }
  }

  @Override
  public void onConnected(SimStreamSocket stream) {
    socket = stream;
    stream.reading(false);
    onConnected.run();
  }

  @Override
  public void onData(SimStreamSocket stream, ByteBuf data) {
    if (closing) {
      data.release();
      return;
    }
    inbox.data(changed(data));
    queueReadComplete();
  }

  private ByteBuf changed(ByteBuf data) {
    boolean handshakeOver = receivedBytes > HANDSHAKE_BYTES;
    receivedBytes += data.readableBytes();
    if (handshakeOver && defect == TransportDefect.CORRUPTS_BYTES) {
      data.setByte(data.readerIndex(), ~data.getByte(data.readerIndex()));
    }
    return data;
  }

  @Override
  public void onEnd(SimStreamSocket stream) {
    if (!closing) {
      flush();
      stream.close();
    }
  }

  @Override
  public void onWritable(SimStreamSocket stream) {
    Runnable known = resume;
    if (known != null && isWritable()) {
      known.run();
    }
  }

  @Override
  public void onClosed(SimStreamSocket stream, @Nullable IOException cause) {
    ended = true;
    failure = cause;
    linger.cancel();
    unflushed.forEach(ByteBuf::release);
    unflushed.clear();
    unflushedBytes = 0;
    if (!hasReceiver) {
      inbox.discard();
    }
    onEnded.run();
    if (cause == null || defect != TransportDefect.KEEPS_QUIET_ABOUT_THE_END) {
      inbox.end(cause);
    }
    Runnable known = resume;
    if (known != null) {
      known.run();
    }
  }

  /** Ends without the network: the machine is gone. */
  void vanish() {
    if (!ended) {
      onClosed(socket(), new IOException("the machine lost its power"));
    }
  }

  private void queueReadComplete() {
    if (!turnQueued) {
      turnQueued = true;
      loop.execute(
          () -> {
            turnQueued = false;
            inbox.readComplete();
          });
    }
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public ByteBufAllocator allocator() {
    return ByteBufAllocator.DEFAULT;
  }

  @Override
  public void receiver(ByteReceiver newReceiver) {
    requireLoop();
    hasReceiver = true;
    inbox.receiver(newReceiver);
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

  private void readFromSocket(boolean on) {
    if (!ended) {
      socket().reading(on);
    }
  }

  @Override
  public void write(ByteBuf data) {
    requireLoop();
    if (closing || ended || !data.isReadable()) {
      data.release();
      return;
    }
    unflushedBytes += data.readableBytes();
    unflushed.add(data);
  }

  @Override
  public void flush() {
    requireLoop();
    while (!unflushed.isEmpty()) {
      socket().write(unflushed.remove());
    }
    boolean wasFull = unflushedBytes >= HIGH_MARK_BYTES;
    unflushedBytes = 0;
    if (wasFull) {
      // a socket with room never was unwritable, so it will not tell
      loop.execute(() -> onWritable(socket()));
    }
  }

  @Override
  public boolean isWritable() {
    requireLoop();
    return !closing && !ended && unflushedBytes < HIGH_MARK_BYTES && socket().isWritable();
  }

  @Override
  public void onWritable(Runnable newResume) {
    requireLoop();
    resume = newResume;
  }

  @Override
  public void close() {
    requireLoop();
    if (closing || ended) {
      return;
    }
    if (defect == TransportDefect.DROPS_WHAT_IS_NOT_SENT_ON_CLOSE) {
      abort();
      return;
    }
    flush();
    closing = true;
    inbox.discard();
    linger = loop.schedule(LINGER_NANOS, this::abort);
    socket().close();
  }

  @Override
  public void abort() {
    requireLoop();
    if (ended) {
      return;
    }
    closing = true;
    inbox.discard();
    unflushed.forEach(ByteBuf::release);
    unflushed.clear();
    socket().reset();
  }
}
