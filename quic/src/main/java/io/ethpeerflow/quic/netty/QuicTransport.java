package io.ethpeerflow.quic.netty;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.spi.DialRequest;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.quic.QuicAddresses;
import io.ethpeerflow.quic.QuicConfig;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * QUIC version 1 over IPv4 and IPv6. A dial leaves from a socket that listens, where one can reach
 * the remote, and otherwise from the one socket of its family that all dials share.
 */
final class QuicTransport implements Transport {
  static final String NAME = "quic-v1";
  private static final byte[] ANY_IP4 = new byte[4];
  private static final byte[] ANY_IP6 = new byte[16];

  private final TransportContext context;
  private final QuicConfig config;
  private final Object lock = new Object();
  private final List<QuicSocket> listening = new ArrayList<>();
  private final List<QuicSocket> retired = new ArrayList<>();
  private final Map<Integer, CompletableFuture<QuicSocket>> dialing = new HashMap<>();
  private @Nullable QuicTls tls;
  private boolean closed;

  QuicTransport(TransportContext context, QuicConfig config) {
    this.context = context;
    this.config = config;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean canDial(Multiaddr address) {
    InetSocketAddress socket = QuicAddresses.toSocket(address);
    return socket != null && socket.getPort() != 0;
  }

  @Override
  public boolean canListen(Multiaddr address) {
    return QuicAddresses.toSocket(address) != null;
  }

  @Override
  public CompletableFuture<MuxedConnection> dial(DialRequest request) {
    InetSocketAddress remote = QuicAddresses.toSocket(request.address());
    if (remote == null) {
      return CompletableFuture.failedFuture(
          new P2pException("not a QUIC address: " + request.address()));
    }
    if (request.role() != Role.INITIATOR) {
      return CompletableFuture.failedFuture(
          new P2pException("the listener of a QUIC connection cannot dial it"));
    }
    ConnectionScope scope;
    CompletableFuture<QuicSocket> socket;
    try {
      NativeQuic.require();
      scope = context.limits().openConnection(Direction.OUTBOUND, false);
    } catch (P2pException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    socket = socketFor(remote);
    return new Dial(request, remote, scope).start(socket);
  }

  /** A dial that may have to wait for its socket; cancelling it gives up whichever is under way. */
  private static final class Dial {
    private final DialRequest request;
    private final InetSocketAddress remote;
    private final ConnectionScope scope;
    private final CompletableFuture<MuxedConnection> result = new CompletableFuture<>();

    Dial(DialRequest request, InetSocketAddress remote, ConnectionScope scope) {
      this.request = request;
      this.remote = remote;
      this.scope = scope;
    }

    CompletableFuture<MuxedConnection> start(CompletableFuture<QuicSocket> socket) {
      socket.whenComplete(
          (bound, failure) -> {
            if (failure != null) {
              scope.close();
              result.completeExceptionally(P2pException.unwrap(failure));
            } else {
              from(bound);
            }
          });
      return result;
    }

    private void from(QuicSocket socket) {
      CompletableFuture<MuxedConnection> handshake = socket.dial(request, remote, scope);
      handshake.whenComplete(
          (connection, failure) -> {
            if (failure != null) {
              result.completeExceptionally(P2pException.unwrap(failure));
            } else if (!result.complete(connection)) {
              connection.close(ConnectionErrorCode.NO_ERROR);
            }
          });
      result.whenComplete(
          (connection, failure) -> {
            if (result.isCancelled()) {
              handshake.cancel(false);
            }
          });
    }
  }

  private CompletableFuture<QuicSocket> socketFor(InetSocketAddress remote) {
    synchronized (lock) {
      for (QuicSocket socket : listening) {
        if (reaches(socket, remote)) {
          return CompletableFuture.completedFuture(socket);
        }
      }
      int family = remote.getAddress().getAddress().length;
      CompletableFuture<QuicSocket> shared = dialing.get(family);
      if (shared == null || shared.isCompletedExceptionally()) {
        shared = open(new InetSocketAddress(any(family), 0));
        dialing.put(family, shared);
      }
      return shared;
    }
  }

  private static InetAddress any(int family) {
    try {
      return InetAddress.getByAddress(family == ANY_IP4.length ? ANY_IP4 : ANY_IP6);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("no address has " + family + " bytes", e);
    }
  }

  private static boolean reaches(QuicSocket socket, InetSocketAddress remote) {
    InetSocketAddress bound = QuicAddresses.toSocket(socket.address());
    if (bound == null) {
      return false;
    }
    InetAddress local = bound.getAddress();
    InetAddress to = remote.getAddress();
    return local.getAddress().length == to.getAddress().length
        && (local.isAnyLocalAddress()
            || local.isLoopbackAddress() == to.isLoopbackAddress()
                && local.isLinkLocalAddress() == to.isLinkLocalAddress());
  }

  private CompletableFuture<QuicSocket> open(InetSocketAddress local) {
    synchronized (lock) {
      if (closed) {
        return CompletableFuture.failedFuture(new P2pException("the QUIC transport is closed"));
      }
      QuicTls shared = tls;
      if (shared == null) {
        shared = new QuicTls(context);
        tls = shared;
      }
      Loop loop = context.loops().next();
      EventLoop eventLoop = loop.unwrap(EventLoop.class);
      if (eventLoop == null) {
        throw new IllegalStateException("the QUIC transport needs Netty's event loops");
      }
      return new QuicSocket(context, config, shared, loop, eventLoop, this::mayClose).bind(local);
    }
  }

  @Override
  public CompletableFuture<Listener> listen(Multiaddr address, Consumer<MuxedConnection> accepted) {
    InetSocketAddress local = QuicAddresses.toSocket(address);
    if (local == null) {
      return CompletableFuture.failedFuture(new P2pException("not a QUIC address: " + address));
    }
    try {
      NativeQuic.require();
    } catch (P2pException missing) {
      return CompletableFuture.failedFuture(missing);
    }
    QuicSocket again = takeRetired(address);
    if (again != null) {
      return CompletableFuture.completedFuture(listener(again, accepted));
    }
    var result = new CompletableFuture<Listener>();
    open(local)
        .whenComplete(
            (socket, failure) -> {
              if (failure != null) {
                result.completeExceptionally(P2pException.unwrap(failure));
                return;
              }
              synchronized (lock) {
                listening.add(socket);
              }
              Listener listener = listener(socket, accepted);
              if (!result.complete(listener)) {
                listener.close();
              }
            });
    return result;
  }

  private Listener listener(QuicSocket socket, Consumer<MuxedConnection> accepted) {
    socket.accept(accepted);
    return new QuicListener(socket);
  }

  /** A socket that was listened on before and is kept by its connections. */
  private @Nullable QuicSocket takeRetired(Multiaddr address) {
    synchronized (lock) {
      for (QuicSocket socket : retired) {
        if (socket.address().equals(address)) {
          retired.remove(socket);
          listening.add(socket);
          return socket;
        }
      }
      return null;
    }
  }

  private void retire(QuicSocket socket) {
    synchronized (lock) {
      if (listening.remove(socket)) {
        retired.add(socket);
      }
    }
    socket.retire();
  }

  private boolean mayClose(QuicSocket socket) {
    synchronized (lock) {
      return retired.remove(socket);
    }
  }

  /** Lets all sockets die without a word; for tests. */
  void die() {
    everything().forEach(QuicSocket::die);
  }

  @Override
  public void close() {
    everything().forEach(QuicSocket::close);
  }

  private List<QuicSocket> everything() {
    List<QuicSocket> sockets;
    synchronized (lock) {
      closed = true;
      sockets = new ArrayList<>(listening);
      sockets.addAll(retired);
      listening.clear();
      retired.clear();
      for (CompletableFuture<QuicSocket> dialer : dialing.values()) {
        if (dialer.isDone() && !dialer.isCompletedExceptionally()) {
          sockets.add(dialer.join());
        } else {
          dialer.thenAccept(QuicSocket::close);
        }
      }
      dialing.clear();
      return sockets;
    }
  }

  private final class QuicListener implements Listener {
    private final QuicSocket socket;

    QuicListener(QuicSocket socket) {
      this.socket = socket;
    }

    @Override
    public Multiaddr address() {
      return socket.address();
    }

    @Override
    public CompletableFuture<Void> close() {
      retire(socket);
      return CompletableFuture.completedFuture(null);
    }
  }
}
