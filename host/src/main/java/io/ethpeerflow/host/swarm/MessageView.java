package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.MessageStream;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamReader;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.error.StreamResetException;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.varint.UnsignedVarint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A stream as length-prefixed messages. Demand is open only while a message is awaited, and memory
 * grows with what has arrived, never with what a prefix claims.
 */
final class MessageView implements MessageStream, StreamReader {
  private static final int READ_AHEAD_BYTES = 4096;
  private static final ByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;

  private final SwarmStream stream;
  private final int maxMessageBytes;

  @OwnedBy("connection loop")
  private @Nullable ByteBuf held;

  @OwnedBy("connection loop")
  private @Nullable CompletableFuture<@Nullable ByteBuf> awaited;

  @OwnedBy("connection loop")
  private @Nullable Throwable failure;

  @OwnedBy("connection loop")
  private boolean ended;

  @OwnedBy("connection loop")
  private long openDemand;

  MessageView(SwarmStream stream, int maxMessageBytes) {
    if (maxMessageBytes < 1) {
      throw new IllegalArgumentException("maxMessageBytes: " + maxMessageBytes + " < 1");
    }
    this.stream = stream;
    this.maxMessageBytes = maxMessageBytes;
    stream
        .raw()
        .closed()
        .thenAccept(
            end -> {
              if (awaited == null) {
                release();
              }
            });
  }

  @Override
  public Stream stream() {
    return stream;
  }

  @Override
  public CompletableFuture<@Nullable ByteBuf> receive() {
    var result = new CompletableFuture<@Nullable ByteBuf>();
    stream.loop().runOnLoop(() -> await(result));
    return result;
  }

  private void await(CompletableFuture<@Nullable ByteBuf> result) {
    if (awaited != null) {
      result.completeExceptionally(new IllegalStateException("a receive is already pending"));
      return;
    }
    awaited = result;
    advance();
  }

  @Override
  public CompletableFuture<Void> send(ByteBuf message) {
    int bytes = message.readableBytes();
    if (bytes > maxMessageBytes) {
      message.release();
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "message of " + bytes + " bytes exceeds the " + maxMessageBytes + " allowed"));
    }
    ByteBuf framed = ALLOCATOR.buffer(UnsignedVarint.size(bytes) + bytes);
    UnsignedVarint.write(bytes, framed);
    framed.writeBytes(message);
    message.release();
    return stream.write(framed);
  }

  @Override
  public void onData(ByteBuf data) {
    openDemand -= data.readableBytes();
    ByteBuf before = held;
    if (before == null) {
      held = data;
    } else if (before.refCnt() == 1
        && !before.isReadOnly()
        && before.maxWritableBytes() >= data.readableBytes()
        && before.unwrap() == null) {
      before.writeBytes(data);
      data.release();
    } else {
      ByteBuf joined = ALLOCATOR.buffer(before.readableBytes() + data.readableBytes());
      joined.writeBytes(before).writeBytes(data);
      before.release();
      data.release();
      held = joined;
    }
    advance();
  }

  @Override
  public void onEnd() {
    ended = true;
    advance();
  }

  @Override
  public void onReset(StreamErrorCode code, boolean byRemote) {
    if (failure == null) {
      failure = new StreamResetException(code, byRemote);
    }
    release();
    advance();
  }

  private void advance() {
    CompletableFuture<@Nullable ByteBuf> waiting = awaited;
    if (waiting == null) {
      return;
    }
    if (failure != null) {
      awaited = null;
      waiting.completeExceptionally(failure);
      return;
    }
    try {
      ByteBuf message = nextMessage();
      if (message != null) {
        awaited = null;
        if (!waiting.complete(message)) {
          message.release();
        }
      } else if (ended) {
        awaited = null;
        if (held != null && held.isReadable()) {
          release();
          waiting.completeExceptionally(new P2pException("the stream ended inside a message"));
        } else {
          waiting.complete(null);
        }
      }
    } catch (RuntimeException violation) {
      awaited = null;
      failure = violation;
      release();
      stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
      waiting.completeExceptionally(violation);
    }
  }

  private @Nullable ByteBuf nextMessage() {
    ByteBuf data = held;
    if (data == null) {
      demand(READ_AHEAD_BYTES);
      return null;
    }
    int start = data.readerIndex();
    long length;
    try {
      length = UnsignedVarint.tryRead(data);
    } catch (WireFormatException malformed) {
      throw new P2pException("message prefix: " + malformed.getMessage(), malformed);
    }
    if (length == UnsignedVarint.INCOMPLETE) {
      data.readerIndex(start);
      demand(1);
      return null;
    }
    if (length > maxMessageBytes) {
      throw new ResourceLimitException("stream", "maxMessageBytes", maxMessageBytes, 0, length);
    }
    int missing = (int) length - data.readableBytes();
    if (missing > 0) {
      data.readerIndex(start);
      demand(missing);
      return null;
    }
    ByteBuf message = data.readRetainedSlice((int) length);
    if (!data.isReadable()) {
      held = null;
      data.release();
    }
    return message;
  }

  private void demand(int bytes) {
    if (!ended && openDemand < bytes) {
      long more = Math.max(bytes, READ_AHEAD_BYTES) - openDemand;
      openDemand += more;
      stream.request(more);
    }
  }

  private void release() {
    ByteBuf dropped = held;
    held = null;
    if (dropped != null) {
      dropped.release();
    }
  }
}
