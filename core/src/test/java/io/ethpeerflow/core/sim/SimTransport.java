package io.ethpeerflow.core.sim;

import io.ethpeerflow.core.ConnectionErrorCode;
import io.ethpeerflow.core.Direction;
import io.ethpeerflow.core.error.P2pException;
import io.ethpeerflow.core.error.ResourceLimitException;
import io.ethpeerflow.core.limits.ConnectionScope;
import io.ethpeerflow.core.spi.Cancellable;
import io.ethpeerflow.core.spi.DialRequest;
import io.ethpeerflow.core.spi.Listener;
import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.MuxedConnection;
import io.ethpeerflow.core.spi.Role;
import io.ethpeerflow.core.spi.Transport;
import io.ethpeerflow.core.spi.TransportContext;
import io.ethpeerflow.core.spi.UpgradeRequest;
import io.ethpeerflow.testkit.net.SimNode;
import io.ethpeerflow.testkit.net.SimStreamHandler;
import io.ethpeerflow.testkit.net.SimStreamListener;
import io.ethpeerflow.testkit.net.SimStreamSocket;
import io.ethpeerflow.testkit.net.StreamOptions;
import io.ethpeerflow.testkit.time.VirtualLoop;
import io.ethpeerflow.wire.multiaddr.Multiaddr;
import io.ethpeerflow.wire.multiaddr.Protocol;
import io.ethpeerflow.wire.peer.PeerId;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * TCP on the simulated network: {@code /ip4|ip6/.../tcp/...} addresses of a {@link SimNode}. It
 * uses the upgrader of its context, so that the same host, security and muxer run on it as on
 * sockets. The loops of the context must be {@link SimLoop}s on the network's clock.
 */
public final class SimTransport implements Transport {
  private static final String NAME = "tcp";

  private final SimNode node;
  private final TransportContext context;
  private final StreamOptions options;
  private final TransportDefect defect;
  private final Map<VirtualLoop, Loop> loops = new HashMap<>();
  private final Set<SimListener> listeners = new LinkedHashSet<>();
  private final Set<SimLink> links = new LinkedHashSet<>();

  /** On a node, with sockets that behave in the ordinary way. */
  public SimTransport(SimNode node, TransportContext context) {
    this(node, context, StreamOptions.DEFAULT, TransportDefect.NONE);
  }

  /** On a node, with sockets that behave as told, broken in one way. */
  public SimTransport(
      SimNode node, TransportContext context, StreamOptions options, TransportDefect defect) {
    this.node = node;
    this.context = context;
    this.options = options;
    this.defect = defect;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean canDial(Multiaddr address) {
    InetSocketAddress socket = socket(address);
    return socket != null && socket.getPort() != 0 || defect == TransportDefect.DIALS_ANYTHING;
  }

  @Override
  public boolean canListen(Multiaddr address) {
    return socket(address) != null;
  }

  private static @Nullable InetSocketAddress socket(Multiaddr address) {
    List<Protocol> protocols = address.protocols();
    boolean isTcp =
        protocols.size() == 2
            && (protocols.get(0) == Protocol.IP4 || protocols.get(0) == Protocol.IP6)
            && protocols.get(1) == Protocol.TCP;
    return isTcp ? address.socketAddress() : null;
  }

  private VirtualLoop virtual(Loop loop) {
    VirtualLoop virtual = loop.unwrap(VirtualLoop.class);
    if (virtual == null) {
      throw new IllegalStateException("the simulated transport needs loops in virtual time");
    }
    loops.put(virtual, loop);
    return virtual;
  }

  @Override
  public CompletableFuture<MuxedConnection> dial(DialRequest request) {
    InetSocketAddress remote = socket(request.address());
    if (remote == null) {
      return CompletableFuture.failedFuture(
          new P2pException("not a TCP address: " + request.address()));
    }
    try {
      return new Dial(request, openScope(Direction.OUTBOUND)).start(remote);
    } catch (ResourceLimitException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  private @Nullable ConnectionScope openScope(Direction direction) {
    boolean skipped =
        direction == Direction.INBOUND
            ? defect == TransportDefect.ACCEPTS_WITHOUT_SCOPE
            : defect == TransportDefect.DIALS_WITHOUT_SCOPE;
    return skipped ? null : context.limits().openConnection(direction, true);
  }

  private static ConnectionScope orUncharged(@Nullable ConnectionScope scope) {
    return scope == null ? new UnchargedScope() : scope;
  }

  private void release(@Nullable ConnectionScope scope) {
    if (scope != null && defect != TransportDefect.LEAKS_SCOPE_ON_FAILURE) {
      scope.close();
    }
  }

  /** One dial: connect, then upgrade; its result cancels whichever is under way. */
  private final class Dial {
    private final DialRequest request;
    private final @Nullable ConnectionScope scope;
    private final Loop loop = context.loops().next();
    private final CompletableFuture<MuxedConnection> result = new CompletableFuture<>();
    private final SimLink link = new SimLink(loop, this::onConnected, this::onEnded, defect);
    private @Nullable CompletableFuture<MuxedConnection> upgrade;
    private @Nullable SimStreamSocket socket;
    private boolean connected;

    Dial(DialRequest request, @Nullable ConnectionScope scope) {
      this.request = request;
      this.scope = scope;
    }

    CompletableFuture<MuxedConnection> start(InetSocketAddress remote) {
      SimStreamSocket stream = node.connect(virtual(loop), null, remote, options, link);
      socket = stream;
      link.bind(stream);
      links.add(link);
      Cancellable deadline =
          defect == TransportDefect.IGNORES_TIMEOUT
              ? Cancellable.NONE
              : loop.schedule(timeoutNanos(), this::onTimeout);
      result.whenComplete(
          (connection, failure) -> {
            deadline.cancel();
            boolean forgets =
                defect == TransportDefect.LEAKS_ON_CANCEL
                    || defect == TransportDefect.FORGETS_CANCEL_WHILE_CONNECTING && !connected;
            if (result.isCancelled() && !forgets) {
              loop.execute(this::giveUp);
            }
          });
      return result;
    }

    private long timeoutNanos() {
      long nanos = request.timeout().toNanos();
      return defect == TransportDefect.FAILS_TOO_EARLY ? nanos / 20 : nanos;
    }

    private void onTimeout() {
      if (result.completeExceptionally(
          new P2pException(request.address() + " did not answer within " + request.timeout()))) {
        giveUp();
      }
    }

    private void giveUp() {
      CompletableFuture<MuxedConnection> upgrading = upgrade;
      if (upgrading != null) {
        upgrading.cancel(false);
      }
      SimStreamSocket stream = socket;
      if (stream != null) {
        stream.reset();
      }
    }

    private void onConnected() {
      connected = true;
      SimStreamSocket stream = socket;
      if (result.isDone() && defect == TransportDefect.NONE || stream == null) {
        link.abort();
        return;
      }
      Multiaddr local = Multiaddr.ofTcp(stream.localAddress());
      boolean swaps = defect == TransportDefect.SWAPS_ADDRESSES;
      CompletableFuture<MuxedConnection> upgrading =
          context
              .upgrader()
              .upgrade(
                  link,
                  new UpgradeRequest(
                      defect == TransportDefect.ALWAYS_INITIATES ? Role.INITIATOR : request.role(),
                      Direction.OUTBOUND,
                      NAME,
                      swaps ? request.address() : local,
                      swaps ? local : request.address(),
                      expected(request.peer()),
                      orUncharged(scope)));
      upgrade = upgrading;
      upgrading.whenComplete(
          (connection, failure) -> {
            if (failure != null) {
              result.completeExceptionally(failure);
            } else if (!result.complete(connection) && defect != TransportDefect.LEAKS_ON_CANCEL) {
              connection.close(ConnectionErrorCode.NO_ERROR);
            }
          });
    }

    private @Nullable PeerId expected(@Nullable PeerId peer) {
      return defect == TransportDefect.IGNORES_EXPECTED_PEER ? null : peer;
    }

    private void onEnded() {
      IOException cause = link.failure();
      links.remove(link);
      release(scope);
      if (!connected) {
        result.completeExceptionally(
            new P2pException("cannot reach " + request.address() + ": " + cause, cause));
      }
    }
  }

  @Override
  public CompletableFuture<Listener> listen(Multiaddr address, Consumer<MuxedConnection> accepted) {
    InetSocketAddress local = socket(address);
    if (local == null) {
      return CompletableFuture.failedFuture(new P2pException("not a TCP address: " + address));
    }
    try {
      var listener = new SimListener(accepted);
      listener.socket =
          node.listen(local, options, () -> virtual(context.loops().next()), listener::onAccepted);
      listeners.add(listener);
      return CompletableFuture.completedFuture(listener);
    } catch (BindException taken) {
      return CompletableFuture.failedFuture(
          new P2pException("cannot listen on " + address + ": " + taken.getMessage(), taken));
    }
  }

  private final class SimListener implements Listener {
    private final Consumer<MuxedConnection> accepted;
    private final List<MuxedConnection> connections = new ArrayList<>();
    private @Nullable SimStreamListener socket;

    SimListener(Consumer<MuxedConnection> accepted) {
      this.accepted = accepted;
    }

    SimStreamHandler onAccepted(SimStreamSocket stream) {
      Multiaddr local = Multiaddr.ofTcp(stream.localAddress());
      Multiaddr remote = Multiaddr.ofTcp(stream.remoteAddress());
      boolean allowed =
          defect == TransportDefect.IGNORES_GATER || context.gater().allowAccept(local, remote);
      if (!allowed) {
        return new Refusal();
      }
      ConnectionScope scope;
      try {
        scope = openScope(Direction.INBOUND);
      } catch (ResourceLimitException refused) {
        return new Refusal();
      }
      Loop loop = loops.getOrDefault(stream.loop(), new SimLoop(stream.loop()));
      var self = new ArrayList<SimLink>(1);
      var link =
          new SimLink(
              loop,
              () -> upgrade(self.get(0), local, remote, scope),
              () -> {
                links.remove(self.get(0));
                release(scope);
              },
              defect);
      self.add(link);
      links.add(link);
      return link;
    }

    private void upgrade(
        SimLink link, Multiaddr local, Multiaddr remote, @Nullable ConnectionScope scope) {
      boolean swaps = defect == TransportDefect.SWAPS_ADDRESSES;
      Direction direction =
          defect == TransportDefect.SAYS_ALWAYS_OUTBOUND ? Direction.OUTBOUND : Direction.INBOUND;
      context
          .upgrader()
          .upgrade(
              link,
              new UpgradeRequest(
                  Role.RESPONDER,
                  direction,
                  NAME,
                  swaps ? remote : local,
                  swaps ? local : remote,
                  null,
                  orUncharged(scope)))
          .thenAccept(
              connection -> {
                if (defect == TransportDefect.LISTENER_TAKES_CONNECTIONS_ALONG) {
                  connections.add(connection);
                }
                accepted.accept(connection);
              });
    }

    @Override
    public Multiaddr address() {
      SimStreamListener bound = socket;
      if (bound == null) {
        throw new IllegalStateException("not bound yet");
      }
      InetSocketAddress local = bound.localAddress();
      return Multiaddr.ofTcp(
          defect == TransportDefect.REPORTS_PORT_ZERO
              ? new InetSocketAddress(local.getAddress(), 0)
              : local);
    }

    @Override
    public CompletableFuture<Void> close() {
      SimStreamListener bound = socket;
      if (bound != null && defect != TransportDefect.LISTENER_STAYS_OPEN) {
        bound.close();
      }
      listeners.remove(this);
      if (defect == TransportDefect.LISTENER_TAKES_CONNECTIONS_ALONG) {
        connections.forEach(
            connection ->
                connection.loop().execute(() -> connection.close(ConnectionErrorCode.NO_ERROR)));
      }
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Resets a socket before a byte of it is read. */
  private static final class Refusal implements SimStreamHandler {
    @Override
    public void onConnected(SimStreamSocket stream) {
      stream.reset();
    }

    @Override
    public void onData(SimStreamSocket stream, ByteBuf data) {
      data.release();
    }

    @Override
    public void onClosed(SimStreamSocket stream, @Nullable IOException cause) {}
  }

  /**
   * Lets the node lose its power: the remotes hear nothing, or a reset when they send; the links
   * here end, as nothing of a process outlives it.
   */
  public void crash() {
    node.crash();
    for (SimLink link : List.copyOf(links)) {
      virtual(link.loop()).run(link::vanish);
    }
  }

  @Override
  public void close() {
    if (defect != TransportDefect.TRANSPORT_LEAVES_LISTENERS) {
      List.copyOf(listeners).forEach(SimListener::close);
    }
  }
}
