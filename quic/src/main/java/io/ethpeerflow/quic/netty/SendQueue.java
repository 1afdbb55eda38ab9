package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.StreamEnd;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.limits.StreamScope;
import io.ethpeerflow.core.state.SendState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a stream's user offered and QUIC has not taken yet. It takes as much as the remote's credit
 * and the congestion window allow; small buffers go to it together.
 */
@OwnedBy("connection loop")
final class SendQueue {
  /** What became of an offer. */
  enum Offer {
    /** Queued. */
    TAKEN,
    /** Enough is queued already, or the budget refused it and there is something to wait for. */
    FULL,
    /** The budget refused it and there is nothing to wait for. */
    REFUSED
  }

  private record Waiter(long untilBytes, boolean untilEnd, CompletableFuture<Void> done) {}

  private static final int DEFAULT_MAX_BYTES = 256 << 10;
  private static final int PIECE_BYTES = 64 << 10;
  private static final int SMALL_BYTES = 4 << 10;
  private static final int TOGETHER_BYTES = 16 << 10;

  private final QuicStreamChannel channel;
  private final StreamScope scope;
  private final IntConsumer given;
  private final Consumer<@Nullable Throwable> written;
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(2);
  private @Nullable ArrayDeque<Waiter> waiters;
  private long bytes;
  private long offered;
  private int maxBytes = DEFAULT_MAX_BYTES;
  private boolean below;
  private boolean failed;

  /**
   * A queue.
   *
   * @param given told of the bytes of each write
   * @param written told later of a write that QUIC took or refused later
   */
  SendQueue(
      QuicStreamChannel channel,
      StreamScope scope,
      IntConsumer given,
      Consumer<@Nullable Throwable> written) {
    this.given = given;
    this.channel = channel;
    this.scope = scope;
    this.written = written;
  }

  /** Consumes {@code data} when taken. */
  Offer offer(ByteBuf data) {
    if (bytes >= maxBytes) {
      return Offer.FULL;
    }
    int n = data.readableBytes();
    if (n == 0) {
      data.release();
      return Offer.TAKEN;
    }
    if (!scope.tryReserveMemory(n)) {
      return bytes == 0 ? Offer.REFUSED : Offer.FULL;
    }
    bytes += n;
    offered += n;
    waiting.add(data);
    return Offer.TAKEN;
  }

  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return bytes == 0;
  }

  boolean hasRoom() {
    return bytes < maxBytes;
  }

  void maxBytes(int most) {
    maxBytes = most;
  }

  boolean hasWaiters() {
    return waiters != null && !waiters.isEmpty();
  }

  /** Completes when what was offered so far is written, and the end of the stream if asked. */
  CompletableFuture<Void> await(boolean untilEnd) {
    if (waiters == null) {
      waiters = new ArrayDeque<>(2);
    }
    var waiter = new Waiter(offered, untilEnd, new CompletableFuture<>());
    waiters.add(waiter);
    return waiter.done();
  }

  /** Writes what QUIC takes now, and one piece more, which waits below until it takes that. */
  void write() {
    while (!below && !failed && !waiting.isEmpty()) {
      ByteBuf piece = next();
      int n = piece.readableBytes();
      given.accept(n);
      ChannelFuture taken = channel.write(piece);
      if (taken.isDone()) {
        if (!onTaken(n, taken.cause())) {
          written.accept(taken.cause());
          return;
        }
      } else {
        below = true;
        taken.addListener(
            done -> {
              below = false;
              onTaken(n, done.cause());
              if (!failed) {
                write();
              }
              written.accept(done.cause());
            });
      }
    }
  }

  private boolean onTaken(int n, @Nullable Throwable failure) {
    if (failed) {
      return false;
    }
    bytes -= n;
    scope.releaseMemory(n);
    return failure == null;
  }

  private ByteBuf next() {
    ByteBuf head = waiting.element();
    int n = head.readableBytes();
    if (n > PIECE_BYTES) {
      return head.readRetainedSlice(PIECE_BYTES);
    }
    waiting.remove();
    if (n >= SMALL_BYTES || waiting.isEmpty()) {
      return head;
    }
    ByteBuf together = channel.alloc().directBuffer(TOGETHER_BYTES);
    together.writeBytes(head);
    head.release();
    while (!waiting.isEmpty()) {
      ByteBuf more = waiting.element();
      int size = more.readableBytes();
      if (size > together.writableBytes()) {
        break;
      }
      together.writeBytes(more);
      waiting.remove().release();
    }
    return together;
  }

  /** Drops everything; nothing is written any more. */
  void fail(StreamEnd why) {
    if (failed) {
      return;
    }
    failed = true;
    waiting.forEach(ByteBuf::release);
    waiting.clear();
    scope.releaseMemory(bytes);
    bytes = 0;
    completeWaiters(SendState.RESET, why);
  }

  /** Completes those whose bytes are written, and all of them after a reset. */
  void completeWaiters(SendState send, @Nullable StreamEnd why) {
    ArrayDeque<Waiter> some = waiters;
    if (some == null) {
      return;
    }
    long taken = offered - bytes;
    Waiter next;
    while ((next = some.peek()) != null) {
      boolean done =
          !failed && taken >= next.untilBytes() && (!next.untilEnd() || send == SendState.CLOSED);
      if (!done && send != SendState.RESET) {
        return;
      }
      some.remove();
      if (done || why == null) {
        next.done().complete(null);
      } else {
        next.done().completeExceptionally(why.asException());
      }
    }
  }
}
