package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.metrics.Metrics;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.packet.AddressToken;
import io.ethpeerflow.quic.packet.InitialPacket;
import io.ethpeerflow.quic.packet.PacketHeader;
import io.ethpeerflow.quic.packet.RetryPacket;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Decides on each first packet of a remote, before anything is made for it: whether its address may
 * connect, whether there is room, and, while many handshakes are under way, whether it can show
 * that its address is its own. A packet that is refused costs what it takes to look at it.
 */
@OwnedBy("the socket's loop")
final class Admission implements QuicTokenHandler {
  /** Ends the handling of a packet without an answer; the codec drops it. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused() {
      super("refused", null, false, false);
    }
  }

  /** A place for one connection. */
  record Place(ConnectionScope scope, Multiaddr remote) {}

  private final TransportContext context;
  private final QuicSocket socket;
  private final int validateAbove;
  private final AddressToken tokens;
  private final Metrics.Counter refused;
  private final Metrics.Counter retries;
  private final Metrics.Counter badTokens;
  private @Nullable Place reserved;
  private int handshaking;
  private int datagramBytes;

  Admission(TransportContext context, QuicSocket socket, int validateAbove) {
    this.context = context;
    this.socket = socket;
    this.validateAbove = validateAbove;
    byte[] key = new byte[32];
    context.random().nextBytes(key);
    this.tokens = new AddressToken(key);
    this.refused = context.metrics().counter("peerflow.quic.accept.refused");
    this.retries = context.metrics().counter("peerflow.quic.accept.retried");
    this.badTokens = context.metrics().counter("peerflow.quic.accept.token.invalid");
  }

  /** The next question is about a datagram of so many bytes. */
  void datagram(int bytes) {
    datagramBytes = bytes;
  }

  /**
   * The answer to a first packet with a token that is not ours: QUIC clients offer what another
   * server gave them when that server's name was the same, and libp2p's all have one name. Such a
   * stranger is asked to show its address, as one without a token may be (RFC 9000 section 8.1.3).
   *
   * @param datagram borrows
   * @return null when the packet is to be handled as it is
   */
  byte @Nullable [] answerToForeignToken(ByteBuf datagram, InetSocketAddress remote) {
    InitialPacket initial = InitialPacket.read(datagram);
    if (initial == null
        || initial.token().length == 0
        || !socket.isAccepting()
        || !PacketHeader.mayBegin(datagram.readableBytes())) {
      return null;
    }
    long now = socket.loop().nanoTime();
    if (tokens.isValid(initial.token(), remote, now)) {
      return null;
    }
    badTokens.increment();
    retries.increment();
    return RetryPacket.of(
        initial.theirId(),
        initial.ourId(),
        socket.newId(),
        tokens.mint(remote, initial.ourId(), now));
  }

  @Override
  public boolean writeToken(ByteBuf out, ByteBuf id, InetSocketAddress remote) {
    giveBackUnused();
    Multiaddr address = QuicAddresses.ofSocket(remote);
    requireWelcome(address);
    if (handshaking >= validateAbove) {
      retries.increment();
      out.writeBytes(tokens.mint(remote, ByteBufUtil.getBytes(id), socket.loop().nanoTime()));
      return true;
    }
    reserve(address);
    return false;
  }

  @Override
  public int validateToken(ByteBuf token, InetSocketAddress remote) {
    throw new IllegalStateException("the codec asks with the connection id");
  }

  @Override
  public TokenValidationResult validateToken(ByteBuf token, InetSocketAddress remote, ByteBuf id) {
    giveBackUnused();
    Multiaddr address = QuicAddresses.ofSocket(remote);
    requireWelcome(address);
    if (token.readableBytes() > AddressToken.MAX_BYTES
        || id.readableBytes() != PacketHeader.CONNECTION_ID_BYTES
        || !tokens.isValid(ByteBufUtil.getBytes(token), remote, socket.loop().nanoTime())) {
      badTokens.increment();
      return TokenValidationResult.invalidToken();
    }
    reserve(address);
    return TokenValidationResult.odcidFromToken(AddressToken.HEAD_BYTES);
  }

  @Override
  public int maxTokenLength() {
    return AddressToken.MAX_BYTES;
  }

  private void requireWelcome(Multiaddr remote) {
    // a client that sends less could make us send more than it did
    if (!socket.isAccepting() || !PacketHeader.mayBegin(datagramBytes)) {
      throw new Refused();
    }
    if (!context.gater().allowAccept(socket.address(), remote)) {
      refused.increment();
      throw new Refused();
    }
  }

  private void reserve(Multiaddr remote) {
    try {
      reserved = new Place(context.limits().openConnection(Direction.INBOUND, false), remote);
    } catch (ResourceLimitException full) {
      refused.increment();
      throw new Refused();
    }
  }

  /** A packet that was admitted may turn out to belong to a connection that there is. */
  void giveBackUnused() {
    Place unused = reserved;
    reserved = null;
    if (unused != null) {
      unused.scope().close();
    }
  }

  /** The place of the connection that is made from the packet just admitted. */
  Place take() {
    Place place = reserved;
    reserved = null;
    if (place == null) {
      throw new IllegalStateException("no packet was admitted");
    }
    handshaking++;
    return place;
  }

  /** A handshake whose place was taken has ended, either way. */
  void handshakeEnded() {
    handshaking--;
  }
}
