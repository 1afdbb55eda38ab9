package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.annotation.OwnedBy;
import io.ethpeerflow.core.error.HandshakeException;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.spi.DeadlineWheel;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.tls.certificate.CertificateVerifier;
import io.ethpeerflow.wire.crypto.PublicKey;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.peer.PeerId;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicDatagramExtensionEvent;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A connection from its first packet until it is established: who the remote proved to be, and
 * whether we want it. Its result is the connection, on the connection's loop; when the handshake
 * fails or the result is cancelled the channel is closed and what it reserved is returned.
 */
@OwnedBy("connection loop")
final class Handshake extends ChannelInboundHandlerAdapter {
  /**
   * What a datagram frame carries in a packet of 1200 bytes, which every path takes, with the
   * longest connection id and packet number: the codec says what the longest packet could carry.
   */
  private static final int FITTING_FRAME_BYTES = 1200 - (1 + 20 + 4) - 16 - (1 + 2);

  private static final AttributeKey<Handshake> KEY =
      AttributeKey.valueOf(Handshake.class, "handshake");

  private final QuicSocket socket;
  private final Direction direction;
  private final @Nullable PeerId expected;
  private final Multiaddr remoteAddress;
  private final ConnectionScope scope;
  private final CompletableFuture<MuxedConnection> result = new CompletableFuture<>();
  private @Nullable Multiaddr localAddress;
  private @Nullable PublicKey remoteKey;
  private @Nullable Throwable rejection;
  private @Nullable QuicConnection connection;
  private @Nullable QuicChannel channel;
  private int maxDatagramBytes;
  private Runnable end = () -> {};
  private Duration timeout = Duration.ZERO;
  private final DeadlineWheel.Entry deadline =
      new DeadlineWheel.Entry() {
        @Override
        protected void onExpired() {
          expired();
        }
      };

  Handshake(
      QuicSocket socket,
      Direction direction,
      @Nullable PeerId expected,
      Multiaddr remoteAddress,
      ConnectionScope scope) {
    this.socket = socket;
    this.direction = direction;
    this.expected = expected;
    this.remoteAddress = remoteAddress;
    this.scope = scope;
  }

  static Handshake require(QuicChannel channel) {
    Handshake known = of(channel);
    if (known == null) {
      throw new IllegalStateException("a connection without a handshake");
    }
    return known;
  }

  static @Nullable Handshake of(QuicChannel channel) {
    return channel.attr(KEY).get();
  }

  /** Ties it to a channel, whose end returns what was reserved. */
  void attach(QuicChannel channel) {
    this.channel = channel;
    channel.attr(KEY).set(this);
    socket.connectionBegins();
    channel.closeFuture().addListener(closed -> onClosed(channel));
  }

  /** Fails the handshake when it takes longer. */
  void expireAfter(Duration time) {
    Loop loop = socket.loop();
    timeout = time;
    loop.deadlines().arm(deadline, loop.nanoTime() + time.toNanos());
    // whoever cancels it may be on any thread, and the wheel is the loop's
    result.whenComplete(
        (connection, failure) -> loop.runOnLoop(() -> loop.deadlines().disarm(deadline)));
  }

  private void expired() {
    abandon(new P2pException(remoteAddress + " did not answer within " + timeout));
  }

  /** Runs something when the connection, or the attempt to make one, has ended. */
  void onEnd(Runnable task) {
    end = task;
  }

  /** A dial's own handler; an accepted channel was attached before. */
  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    var dialed = (QuicChannel) ctx.channel();
    if (of(dialed) == null) {
      dialed.config().setAllocator(socket.allocator(dialed));
      attach(dialed);
    }
  }

  /** Gives up; fails the result now, or when the channel that there is already has ended. */
  void abandon(Throwable cause) {
    QuicChannel attached = channel;
    if (attached == null) {
      end.run();
      scope.close();
      result.completeExceptionally(P2pException.unwrap(cause));
    } else if (connection == null) {
      if (rejection == null) {
        rejection = cause;
      }
      // behind timers that are due, for the reason that ClosingAllocator gives
      socket.loop().schedule(0, () -> closeUnlessEstablished(attached));
    }
  }

  private void closeUnlessEstablished(QuicChannel attached) {
    if (connection == null) {
      QuicConnection.close(attached, ConnectionErrorCode.NO_ERROR);
    }
  }

  CompletableFuture<MuxedConnection> result() {
    return result;
  }

  /** Where our end is, when the socket is bound to no one address. */
  void localAddress(Multiaddr address) {
    localAddress = address;
  }

  /** Called by TLS with what the remote presents. */
  void verify(CertificateVerifier verifier, X509Certificate[] chain) throws CertificateException {
    try {
      remoteKey = verifier.verify(chain, expected);
    } catch (CertificateException refused) {
      rejection = refused;
      throw refused;
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    QuicChannel channel = (QuicChannel) ctx.channel();
    try {
      established(channel, ctx);
    } catch (RuntimeException refused) {
      rejection = refused;
      QuicConnection.close(channel, codeOf(refused));
    }
  }

  private static ConnectionErrorCode codeOf(RuntimeException refusal) {
    if (refusal instanceof Gated) {
      return ConnectionErrorCode.GATED;
    }
    return refusal instanceof ResourceLimitException
        ? ConnectionErrorCode.RESOURCE_LIMIT
        : ConnectionErrorCode.PROTOCOL_VIOLATION;
  }

  private void established(QuicChannel channel, ChannelHandlerContext ctx) {
    PublicKey key = remoteKey;
    if (key == null) {
      throw new HandshakeException("the remote presented no certificate");
    }
    PeerId peer = PeerId.of(key);
    if (!socket.context().gater().allowSecured(direction, peer, remoteAddress)) {
      throw new Gated(peer);
    }
    scope.assignPeer(peer);
    var made =
        new QuicConnection(
            socket,
            channel,
            direction,
            localAddress(channel),
            remoteAddress,
            key,
            scope,
            maxDatagramBytes);
    connection = made;
    ctx.pipeline().replace(this, null, made);
    if (!result.complete(made)) {
      made.close(ConnectionErrorCode.NO_ERROR);
    }
  }

  private Multiaddr localAddress(QuicChannel channel) {
    Multiaddr known = localAddress;
    if (known != null) {
      return known;
    }
    InetSocketAddress local = (InetSocketAddress) channel.localSocketAddress();
    if (local != null
        && local.getAddress().isAnyLocalAddress()
        && channel.remoteSocketAddress() instanceof InetSocketAddress remote) {
      local = socket.localTowards(remote);
    }
    return local == null ? socket.address() : QuicAddresses.ofSocket(local);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof QuicConnectionCloseEvent close) {
      if (rejection == null) {
        rejection = RemoteClose.refusal(close);
      }
      // the codec would keep it for some round trips more
      ctx.close();
    } else if (event instanceof QuicDatagramExtensionEvent extension) {
      maxDatagramBytes = Math.min(extension.maxLength(), FITTING_FRAME_BYTES);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (rejection == null) {
      rejection = cause;
    }
  }

  private void onClosed(QuicChannel channel) {
    QuicConnection made = connection;
    if (made != null) {
      made.onChannelClosed();
    } else {
      result.completeExceptionally(failure(channel));
    }
    scope.close();
    end.run();
    socket.connectionEnds();
  }

  private P2pException failure(QuicChannel channel) {
    Throwable why = rejection;
    if (why instanceof P2pException known) {
      return known;
    }
    if (why != null) {
      return new HandshakeException("QUIC handshake: " + why.getMessage(), why);
    }
    return new HandshakeException(
        channel.isTimedOut()
            ? "QUIC handshake: no answer from " + remoteAddress
            : "QUIC handshake: the connection was given up");
  }

  private static final class Gated extends HandshakeException {
    private static final long serialVersionUID = 1L;

    Gated(PeerId peer) {
      super("the connection gater refused peer " + peer);
    }
  }
}
