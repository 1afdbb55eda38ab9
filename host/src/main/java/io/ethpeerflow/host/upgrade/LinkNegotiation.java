package io.ethpeerflow.host.upgrade;

import io.ethpeerflow.core.error.ConnectionClosedException;
import io.ethpeerflow.core.spi.ByteLink;
import io.ethpeerflow.core.spi.ByteReceiver;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.multistream.MultistreamConfig;
import io.ethpeerflow.multistream.MultistreamDialer;
import io.ethpeerflow.multistream.MultistreamListener;
import io.ethpeerflow.multistream.Negotiation;
import io.ethpeerflow.multistream.SupportedProtocols;
import io.ethpeerflow.wire.protocol.ProtocolId;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Multistream-select on a link, for security protocols and muxers. What follows the negotiation is
 * given back to the link for its next user.
 */
final class LinkNegotiation implements ByteReceiver {
  private final ByteLink link;
  private final @Nullable MultistreamDialer dialer;
  private final @Nullable MultistreamListener listener;
  private final CompletableFuture<ProtocolId> agreed = new CompletableFuture<>();

  private LinkNegotiation(
      ByteLink link, @Nullable MultistreamDialer dialer, @Nullable MultistreamListener listener) {
    this.link = link;
    this.dialer = dialer;
    this.listener = listener;
  }

  /**
   * Negotiates one of {@code protocols}, best first.
   *
   * @return fails with {@code NegotiationException}; the link stays open
   */
  static CompletableFuture<ProtocolId> run(
      ByteLink link, Role role, List<ProtocolId> protocols, MultistreamConfig config) {
    LinkNegotiation negotiation =
        role == Role.INITIATOR
            ? new LinkNegotiation(link, new MultistreamDialer(protocols, config), null)
            : new LinkNegotiation(
                link, null, new MultistreamListener(SupportedProtocols.of(protocols), config));
    negotiation.start();
    return negotiation.agreed;
  }

  private void start() {
    ByteBuf out = link.allocator().buffer();
    if (dialer != null) {
      dialer.start(out);
    } else if (listener != null) {
      listener.start(out);
    }
    send(out);
    link.receiver(this);
  }

  private void send(ByteBuf out) {
    if (out.isReadable()) {
      link.write(out);
      link.flush();
    } else {
      out.release();
    }
  }

  private Negotiation input(ByteBuf data, ByteBuf out) {
    if (dialer != null) {
      return dialer.onInput(data, out);
    }
    if (listener != null) {
      return listener.onInput(data, out);
    }
    throw new IllegalStateException("no role");
  }

  @Override
  public void onData(ByteBuf data) {
    if (agreed.isDone()) {
      link.unread(data);
      return;
    }
    ByteBuf out = link.allocator().buffer();
    Negotiation result = input(data, out);
    send(out);
    switch (result) {
      case Negotiation.Pending pending -> data.release();
      case Negotiation.Failed failed -> {
        data.release();
        agreed.completeExceptionally(failed.exception());
      }
      case Negotiation.Agreed done -> {
        link.unread(data);
        agreed.complete(done.protocol());
      }
    }
  }

  @Override
  public void onClosed(@Nullable Throwable cause) {
    agreed.completeExceptionally(
        new ConnectionClosedException("the link ended during protocol negotiation", cause));
  }
}
