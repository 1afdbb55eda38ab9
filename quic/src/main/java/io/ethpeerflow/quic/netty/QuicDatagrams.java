package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.Datagrams;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicChannel;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The unreliable datagrams of a connection (RFC 9221), and the keep-alive that is made of them: the
 * codec has no PING. The first byte of each says what it is: 1 a user's, whose payload follows; 0 a
 * keep-alive, which is all of it. Others are dropped, so that they can mean something one day.
 *
 * <p>What the codec drops because the congestion window stays closed counts as sent: it does not
 * tell.
 */
final class QuicDatagrams implements Datagrams {
  private static final byte KEEP_ALIVE = 0;
  private static final byte PAYLOAD = 1;

  private final QuicChannel channel;
  private final Loop loop;
  private final ConnectionScope scope;
  private final int maxBytes;
  private final int maxQueued;
  private final long keepAliveNanos;
  private final ConcurrentLinkedQueue<ByteBuf> outbound = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong droppedOutbound = new AtomicLong();
  private final AtomicLong droppedInbound = new AtomicLong();

  /** Whether a task that takes what is in {@link #outbound} waits for its turn. */
  private final AtomicBoolean sendingSoon = new AtomicBoolean();

  private final Runnable sending = this::sendQueued;
  private final DeadlineWheel.Entry keepAlive =
      new DeadlineWheel.Entry() {
        @Override
        protected void onExpired() {
          keepAlive();
        }
      };
  private volatile boolean ended;

  @OwnedBy("connection loop")
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(0);

  private volatile @Nullable Consumer<ByteBuf> reader;

  /**
   * Of a connection whose remote takes datagrams. On the connection's loop.
   *
   * @param maxFrameBytes what one can carry, the first byte included; at least 2
   */
  QuicDatagrams(QuicSocket socket, QuicChannel channel, ConnectionScope scope, int maxFrameBytes) {
    this.channel = channel;
    this.loop = socket.loop();
    this.scope = scope;
    this.maxBytes = maxFrameBytes - 1;
    this.maxQueued = socket.config().datagramQueue();
    this.keepAliveNanos = socket.config().keepAlive().toNanos();
    if (keepAliveNanos > 0) {
      loop.deadlines().arm(keepAlive, loop.nanoTime() + keepAliveNanos);
    }
  }

  private void keepAlive() {
    if (channel.isActive()) {
      channel.writeAndFlush(Unpooled.directBuffer(1).writeByte(KEEP_ALIVE), channel.voidPromise());
      loop.deadlines().arm(keepAlive, loop.nanoTime() + keepAliveNanos);
    }
  }

  @Override
  public int maxBytes() {
    return maxBytes;
  }

  @Override
  public boolean send(ByteBuf payload) {
    int bytes = payload.readableBytes();
    if (bytes > maxBytes) {
      payload.release();
      throw new IllegalArgumentException(
          "datagram of " + bytes + " bytes exceeds the " + maxBytes + " that fit");
    }
    if (ended || !reserve()) {
      payload.release();
      droppedOutbound.incrementAndGet();
      return false;
    }
    ByteBuf framed = channel.alloc().directBuffer(1 + bytes).writeByte(PAYLOAD);
    framed.writeBytes(payload);
    payload.release();
    outbound.add(framed);
    if (sendingSoon.compareAndSet(false, true)) {
      loop.execute(sending);
    }
    return true;
  }

  private boolean reserve() {
    if (queued.incrementAndGet() > maxQueued) {
      queued.decrementAndGet();
      return false;
    }
    return true;
  }

  private void sendQueued() {
    sendingSoon.set(false); // first: who adds from here on either is seen below or asks again
    boolean any = false;
    ByteBuf next;
    while ((next = outbound.poll()) != null) {
      queued.decrementAndGet();
      if (ended || !channel.isActive()) {
        next.release();
        droppedOutbound.incrementAndGet();
      } else {
        any = true;
        channel.write(next).addListener(done -> count(done.isSuccess()));
      }
    }
    if (any) {
      channel.flush();
    }
  }

  private void count(boolean left) {
    (left ? sent : droppedOutbound).incrementAndGet();
  }

  /** A datagram arrived. Consumes it. On the connection's loop. */
  void onDatagram(ByteBuf datagram) {
    if (!datagram.isReadable() || datagram.readByte() != PAYLOAD) {
      datagram.release();
      return;
    }
    Consumer<ByteBuf> to = reader;
    if (to != null && waiting.isEmpty()) {
      received.incrementAndGet();
      to.accept(datagram);
    } else if (ended
        || waiting.size() >= maxQueued
        || !scope.tryReserveMemory(datagram.readableBytes())) {
      datagram.release();
      droppedInbound.incrementAndGet();
    } else {
      waiting.add(datagram);
    }
  }

  @Override
  public void receive(Consumer<ByteBuf> taker) {
    synchronized (outbound) {
      if (reader != null) {
        throw new IllegalStateException("datagrams have a reader already");
      }
      reader = taker;
    }
    loop.execute(this::deliverWaiting);
  }

  private void deliverWaiting() {
    Consumer<ByteBuf> to = reader;
    ByteBuf next;
    while (to != null && (next = waiting.poll()) != null) {
      scope.releaseMemory(next.readableBytes());
      received.incrementAndGet();
      to.accept(next);
    }
  }

  @Override
  public Counts counts() {
    return new Counts(sent.get(), received.get(), droppedOutbound.get(), droppedInbound.get());
  }

  /** The connection has ended; what waits is dropped. On the connection's loop. */
  void end() {
    ended = true;
    loop.deadlines().disarm(keepAlive);
    ByteBuf next;
    while ((next = waiting.poll()) != null) {
      scope.releaseMemory(next.readableBytes());
      next.release();
      droppedInbound.incrementAndGet();
    }
    sendQueued();
  }
}
