package io.ethpeerflow.host.tcp.netty;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;

/**
 * What was written to a socket and its remote does not take. A stream's bytes leave its budget when
 * they are written to the link, so from there on the connection is charged for them: in steps, as
 * more of them wait, and all of it is returned when they have gone. When the budget refuses a step,
 * the link takes no more until then.
 *
 * <p>So a remote that reads nothing makes this side hold, beyond the budget, {@link #FREE_BYTES}
 * and one record.
 */
@OwnedBy("connection loop")
final class PendingOutput {
  /** Bytes that may wait without being charged: acknowledgements, pings, credit. */
  static final int FREE_BYTES = 16 << 10;

  private static final int STEP_BYTES = 64 << 10;

  private final Channel channel;
  private final ConnectionScope scope;
  private final Runnable resume;
  private long chargedBytes;
  private boolean refused;
  private boolean watching;

  /**
   * Charges a channel's pending output to a scope.
   *
   * @param resume runs when the link takes bytes again after a refusal
   */
  PendingOutput(Channel channel, ConnectionScope scope, Runnable resume) {
    this.channel = channel;
    this.scope = scope;
    this.resume = resume;
  }

  /** Charges what waits; false when the budget refuses that. */
  boolean isWithinBudget() {
    long missing = pendingBytes() - FREE_BYTES - chargedBytes;
    if (missing <= 0) {
      return true;
    }
    long step = (missing + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
    if (scope.tryReserveMemory(step)) {
      chargedBytes += step;
    } else {
      refused = true;
    }
    watch();
    return !refused;
  }

  private long pendingBytes() {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    return pending == null ? 0 : pending.totalPendingWriteBytes();
  }

  /** An empty write is done when everything before it has gone. */
  private void watch() {
    if (!watching) {
      watching = true;
      channel.write(Unpooled.EMPTY_BUFFER).addListener(this::onGone);
      channel.eventLoop().execute(channel::flush);
    }
  }

  private void onGone(Future<? super Void> written) {
    watching = false;
    if (written.isSuccess() && pendingBytes() > FREE_BYTES) {
      watch();
      return;
    }
    scope.releaseMemory(chargedBytes);
    chargedBytes = 0;
    if (refused) {
      refused = false;
      resume.run();
    }
  }
}
