package io.ethpeerflow.host.swarm;

import io.ethpeerflow.core.StreamErrorCode;
import io.ethpeerflow.core.StreamHandler;
import io.ethpeerflow.core.error.NegotiationException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.RawStream;
import io.ethpeerflow.multistream.MultistreamConfig;
import io.ethpeerflow.multistream.MultistreamDialer;
import io.ethpeerflow.multistream.MultistreamListener;
import io.ethpeerflow.multistream.Negotiation;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives multistream-select on streams, for both roles. Connection loop. */
final class StreamNegotiations {
  private static final Logger LOG = LoggerFactory.getLogger(StreamNegotiations.class);

  private StreamNegotiations() {}

  private static void send(RawStream raw, ByteBuf out) {
    if (!out.isReadable() || !raw.offer(out)) {
      out.release();
    }
  }

  private static void fail(RawStream raw, Negotiation.Failed failed) {
    raw.reset(
        failed.reason() == Negotiation.Reason.VIOLATION
            ? StreamErrorCode.PROTOCOL_VIOLATION
            : StreamErrorCode.NEGOTIATION_FAILED);
  }

  /** Proposes protocols on a stream that we opened. */
  static final class Outbound implements StreamIntake.Negotiation {
    private final SwarmStream stream;
    private final MultistreamDialer dialer;
    private final boolean lazy;
    private final CompletableFuture<SwarmStream> opened;

    Outbound(
        SwarmStream stream,
        MultistreamDialer dialer,
        boolean lazy,
        CompletableFuture<SwarmStream> opened) {
      this.stream = stream;
      this.dialer = dialer;
      this.lazy = lazy;
      this.opened = opened;
    }

    /** Sends the header and the first proposal; a lazy negotiation opens the stream at once. */
    void start() {
      ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer();
      // [spec connections/stream-protocol]
      dialer.start(out);
      send(stream.raw(), out);
      stream.intake().negotiate(this);
      // [spec multistream/lazy-3] the stream is open, and its write side may end
      if (lazy) {
        open(dialer.proposal());
      }
    }

    private void open(ProtocolId protocol) {
      if (opened.isDone()) {
        return;
      }
      try {
        stream.raw().scope().assignProtocol(protocol);
      } catch (P2pException refused) {
        stream.raw().reset(StreamErrorCode.RESOURCE_LIMIT);
        opened.completeExceptionally(refused);
        return;
      }
      stream.agreedOn(protocol);
      if (!opened.complete(stream)) {
        stream.raw().reset(StreamErrorCode.NO_ERROR);
      }
    }

    @Override
    public boolean onData(ByteBuf data) {
      ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer();
      Negotiation result = dialer.onInput(data, out);
      send(stream.raw(), out);
      return switch (result) {
        case Negotiation.Pending pending -> false;
        case Negotiation.Agreed agreed -> {
          open(agreed.protocol());
          yield true;
        }
        case Negotiation.Failed failed -> {
          NegotiationException failure = failed.exception();
          // [spec multistream/lazy-4]
          opened.completeExceptionally(failure);
          fail(stream.raw(), failed);
          throw failure;
        }
      };
    }

    @Override
    public void onEnd() {
      if (dialer.onEnd() instanceof Negotiation.Failed failed) {
        opened.completeExceptionally(failed.exception());
        fail(stream.raw(), failed);
      }
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      stream.raw().reset(code);
      // tells a reset from the end of the connection, which looks alike from here
      stream.raw().closed().thenAccept(end -> opened.completeExceptionally(end.asException()));
    }
  }

  /** Answers proposals on a stream that the remote opened, then hands it to its handler. */
  static final class Inbound extends DeadlineWheel.Entry implements StreamIntake.Negotiation {
    private final SwarmStream stream;
    private final ProtocolRegistry registry;
    private final MultistreamListener listener;
    private final long deadlineNanos;

    /**
     * A negotiation that has not begun.
     *
     * @param deadlineNanos when the stream is reset if no protocol was agreed on, on the loop's
     *     clock
     */
    Inbound(
        SwarmStream stream,
        ProtocolRegistry registry,
        MultistreamConfig config,
        long deadlineNanos) {
      this.stream = stream;
      this.registry = registry;
      this.listener = new MultistreamListener(registry, config);
      this.deadlineNanos = deadlineNanos;
    }

    void start() {
      ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer();
      listener.start(out);
      send(stream.raw(), out);
      stream.loop().deadlines().arm(this, deadlineNanos);
      stream.intake().negotiate(this);
    }

    @Override
    public boolean onData(ByteBuf data) {
      ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer();
      Negotiation result = listener.onInput(data, out);
      send(stream.raw(), out);
      return switch (result) {
        case Negotiation.Pending pending -> false;
        case Negotiation.Agreed agreed -> {
          settled();
          serve(agreed.protocol());
          yield true;
        }
        case Negotiation.Failed failed -> {
          settled();
          fail(stream.raw(), failed);
          throw failed.exception();
        }
      };
    }

    private void settled() {
      stream.loop().deadlines().disarm(this);
    }

    @Override
    protected void onExpired() {
      stream.raw().reset(StreamErrorCode.NEGOTIATION_FAILED);
    }

    private void serve(ProtocolId protocol) {
      @Nullable StreamHandler handler = registry.handler(protocol);
      if (handler == null) {
        stream.raw().reset(StreamErrorCode.NEGOTIATION_FAILED);
        return;
      }
      try {
        stream.raw().scope().assignProtocol(protocol);
      } catch (P2pException refused) {
        LOG.debug("inbound stream refused protocol={} reason={}", protocol, refused.getMessage());
        stream.raw().reset(StreamErrorCode.RESOURCE_LIMIT);
        return;
      }
      stream.agreedOn(protocol);
      try {
        handler.handle(stream);
      } catch (RuntimeException failure) {
        LOG.warn("handler of {} failed, resetting its stream", protocol, failure);
        stream.raw().reset(StreamErrorCode.NO_ERROR);
      }
    }

    @Override
    public void onEnd() {
      settled();
      if (listener.onEnd() instanceof Negotiation.Failed failed) {
        fail(stream.raw(), failed);
      }
    }

    @Override
    public void onReset(StreamErrorCode code, boolean byRemote) {
      settled();
    }
  }
}
