package io.ethpeerflow.gossipsub.net;

import io.ethpeerflow.core.MessageStream;
import io.ethpeerflow.core.Stream;
import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.gossipsub.rpc.Rpc;
import io.ethpeerflow.wire.WireFormatException;
import io.ethpeerflow.wire.peer.PeerId;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a peer says. RPCs are decoded on the connection's loop and heard on pubsub's; while {@value
 * #MAX_UNHEARD} of them have not been heard no more is read, so that a busy router slows its peers
 * down and not its memory up.
 */
final class InboundStream {
  private static final Logger LOG = LoggerFactory.getLogger(InboundStream.class);
  private static final int MAX_UNHEARD = 16;

  private final PubsubService service;
  private final PeerId peer;
  private final Stream stream;
  private final MessageStream messages;
  private final AtomicInteger unheard = new AtomicInteger();

  InboundStream(PubsubService service, Stream stream, int maxRpcBytes) {
    this.service = service;
    this.peer = stream.connection().remotePeer();
    this.stream = stream;
    this.messages = stream.messages(maxRpcBytes);
  }

  /** Begins to read; before that the peer has to wait. */
  void start() {
    read();
  }

  /** Ends it, whatever the peer says. */
  void end(StreamErrorCode code) {
    stream.reset(code);
  }

  /** Reads what has come without a call for each RPC within that for the one before. */
  private void read() {
    boolean more = true;
    while (more) {
      CompletableFuture<@Nullable ByteBuf> next = messages.receive();
      if (!next.isDone()) {
        next.whenComplete(
            (rpc, failure) -> {
              if (hear(rpc, failure)) {
                read();
              }
            });
        return;
      }
      more = next.isCompletedExceptionally() ? hear(null, null) : hear(next.join(), null);
    }
  }

  /** Whether the next one may be read at once. */
  private boolean hear(@Nullable ByteBuf frame, @Nullable Throwable failure) {
    if (frame == null) {
      if (failure == null) {
        stream.closeWrite();
      }
      return false;
    }
    Rpc rpc;
    try {
      rpc = service.decoder().decode(frame);
    } catch (WireFormatException malformed) {
      LOG.debug("an RPC is refused peer={}", peer, malformed);
      stream.reset(StreamErrorCode.PROTOCOL_VIOLATION);
      return false;
    } finally {
      frame.release();
    }
    boolean more = unheard.incrementAndGet() < MAX_UNHEARD;
    service
        .loop()
        .runOnLoop(
            () -> {
              service.router().receive(peer, rpc, service.loop().nanoTime());
              if (unheard.getAndDecrement() == MAX_UNHEARD) {
                read();
              }
            });
    return more;
  }
}
