package io.ethpeerflow.host.upgrade;

import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.multistream.MultistreamDialer;
import io.ethpeerflow.multistream.Negotiation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A dialed link whose only proposal is taken as agreed: its user's first bytes leave together with
 * the proposal, which saves a round trip. What the remote sends is handed on only after its header
 * and its echo; from then on the user receives from the link below without a detour.
 */
@OwnedBy("connection loop")
final class LazyLink implements ByteLink, ByteReceiver {
  private final ByteLink below;
  private final MultistreamDialer dialer;
  private final Consumer<P2pException> refused;
  private boolean agreed;
  private @Nullable ByteReceiver user;

  private LazyLink(ByteLink below, MultistreamDialer dialer, Consumer<P2pException> refused) {
    this.below = below;
    this.dialer = dialer;
    this.refused = refused;
  }

  /**
   * Writes header and proposal; the user's first flush sends them.
   *
   * @param dialer not started, lazy
   * @param refused told if the remote does not agree, or ends before; it is to close the link, and
   *     the user hears of that end
   */
  static LazyLink start(ByteLink below, MultistreamDialer dialer, Consumer<P2pException> refused) {
    ByteBuf out = below.allocator().buffer();
    dialer.start(out);
    below.write(out);
    return new LazyLink(below, dialer, refused);
  }

  // The link below calls, until the remote has agreed.

  @Override
  public void onData(ByteBuf data) {
    // [spec multistream/lazy-2]
    switch (dialer.onInput(data, Unpooled.EMPTY_BUFFER)) {
      case Negotiation.Pending pending -> data.release();
      case Negotiation.Failed failed -> {
        data.release();
        // [spec multistream/lazy-4]
        refused.accept(failed.exception());
      }
      case Negotiation.Agreed done -> {
        agreed = true;
        below.unread(data);
        below.receiver(Objects.requireNonNull(user));
      }
    }
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    refused.accept(
        new ConnectionClosedException("the link ended during protocol negotiation", cause));
    Objects.requireNonNull(user).onClosed(cause);
  }

  // The user calls.

  @Override
  public void receiver(ByteReceiver receiver) {
    user = receiver;
    below.receiver(agreed ? receiver : this);
  }

  @Override
  public Loop loop() {
    return below.loop();
  }

  @Override
  public ByteBufAllocator allocator() {
    return below.allocator();
  }

  @Override
  public void unread(ByteBuf data) {
    below.unread(data);
  }

  @Override
  public void reading(boolean on) {
    below.reading(on);
  }

  @Override
  public void write(ByteBuf data) {
    below.write(data);
  }

  @Override
  public void flush() {
    below.flush();
  }

  @Override
  public boolean isWritable() {
    return below.isWritable();
  }

  @Override
  public void onWritable(Runnable resume) {
    below.onWritable(resume);
  }

  @Override
  public void close() {
    below.close();
  }

  @Override
  public void abort() {
    below.abort();
  }
}
