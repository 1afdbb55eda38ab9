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
 *
 * <p>A listener's header waits for the dialer's, and its last answer for what the next user says to
 * bytes that are there already: one write instead of three.
 */
final class LinkNegotiation implements ByteReceiver {
  /** What both roles of multistream-select take: bytes in, bytes out. */
  @FunctionalInterface
  private interface Machine {
    Negotiation onInput(ByteBuf in, ByteBuf out);
  }

  private final ByteLink link;
  private final Machine machine;
  private final CompletableFuture<ProtocolId> agreed = new CompletableFuture<>();

  private LinkNegotiation(ByteLink link, Machine machine) {
    this.link = link;
    this.machine = machine;
  }

  /**
   * Negotiates one of {@code protocols}, best first.
   *
   * @return fails with {@code NegotiationException}; the link stays open
   */
  static CompletableFuture<ProtocolId> run(
      ByteLink link, Role role, List<ProtocolId> protocols, MultistreamConfig config) {
    Machine machine;
    if (role == Role.INITIATOR) {
      var dialer = new MultistreamDialer(protocols, config);
      ByteBuf out = link.allocator().buffer();
      dialer.start(out);
      link.write(out);
      link.flush();
      machine = dialer::onInput;
    } else {
      machine = new MultistreamListener(SupportedProtocols.of(protocols), config)::onInput;
    }
    var negotiation = new LinkNegotiation(link, machine);
    link.receiver(negotiation);
    return negotiation.agreed;
  }

  @Override
  public void onData(ByteBuf data) {
    if (agreed.isDone()) {
      link.unread(data);
      return;
    }
    ByteBuf out = link.allocator().buffer();
    Negotiation result = machine.onInput(data, out);
    if (out.isReadable()) {
      link.write(out);
    } else {
      out.release();
    }
    switch (result) {
      case Negotiation.Pending pending -> {
        data.release();
        link.flush();
      }
      case Negotiation.Failed failed -> {
        data.release();
        link.flush();
        agreed.completeExceptionally(failed.exception());
      }
      case Negotiation.Agreed done -> {
        if (data.isReadable()) {
          link.loop().execute(link::flush);
        } else {
          link.flush();
        }
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
