package io.ethpeerflow.testkit.relay;

import io.ethpeerflow.testkit.seed.SeededRandom;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Forwards TCP connections from a port on the loopback interface to a target, with faults that can
 * be switched while it runs.
 *
 * <p>An end of stream is passed on as FIN, a reset as RST. What is drawn (sizes of pieces) follows
 * from the seed and the number of the connection.
 *
 * <p>Limits: 4 MiB held per connection and direction, then reading stops.
 */
public final class TcpRelay implements AutoCloseable {
  private static final long JOIN_MILLIS = 5_000;

  private final InetSocketAddress target;
  private final long seed;
  private final ServerSocketChannel listener;
  private final InetSocketAddress address;
  private final TcpLane toTarget = new TcpLane();
  private final TcpLane toClient = new TcpLane();
  private final Set<RelayedConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private final Thread acceptor;
  private volatile boolean refusing;
  private volatile boolean closed;

  /**
   * Listens on a free port of {@code 127.0.0.1}, or of {@code ::1} when the target's address is
   * IPv6.
   */
  public TcpRelay(InetSocketAddress target, long seed) throws IOException {
    this.target = target;
    this.seed = seed;
    this.listener = ServerSocketChannel.open();
    try {
      listener.bind(new InetSocketAddress(loopbackLike(target.getAddress()), 0));
      this.address = (InetSocketAddress) listener.getLocalAddress();
    } catch (IOException cannotBind) {
      listener.close();
      throw cannotBind;
    }
    this.acceptor = Thread.ofVirtual().name("tcp-relay-accept").start(this::acceptAll);
  }

  /** Where clients connect. */
  public InetSocketAddress address() {
    return address;
  }

  /** The faults on the way from clients to the target. */
  public TcpLane toTarget() {
    return toTarget;
  }

  /** The faults on the way from the target to clients. */
  public TcpLane toClient() {
    return toClient;
  }

  /** Connections accepted so far. */
  public long accepted() {
    return accepted.get();
  }

  /** Connections that are open now. */
  public int connections() {
    return open.size();
  }

  /** Whether to reset new connections at once instead of connecting them to the target. */
  public void refuse(boolean enabled) {
    refusing = enabled;
  }

  /** Resets both sides of every open connection. */
  public void cutAll() {
    List.copyOf(open).forEach(RelayedConnection::reset);
  }

  /** Stops forwarding on both lanes without a word, as a dead link does; new connections too. */
  public void goSilent() {
    toTarget.swallow(true);
    toClient.swallow(true);
  }

  /** Resets every connection, frees the port and waits for the relay's threads. Idempotent. */
  @Override
  public void close() {
    closed = true;
    closeQuietly(listener);
    acceptor.interrupt();
    try {
      acceptor.join(JOIN_MILLIS);
      List<RelayedConnection> connections = List.copyOf(open);
      cutAll();
      for (RelayedConnection connection : connections) {
        connection.join(JOIN_MILLIS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void acceptAll() {
    while (!closed) {
      try {
        SocketChannel client = listener.accept();
        long number = accepted.incrementAndGet();
        if (refusing || closed) {
          RelayedConnection.reset(client);
        } else {
          relay(client, number);
        }
      } catch (IOException listenerClosed) {
        return;
      }
    }
  }

  private void relay(SocketChannel client, long number) {
    SocketChannel upstream;
    try {
      upstream = SocketChannel.open();
    } catch (IOException outOfDescriptors) {
      RelayedConnection.reset(client);
      return;
    }
    var random = new SeededRandom(seed + number);
    var connection =
        new RelayedConnection(client, upstream, toTarget, toClient, random, open::remove);
    // before the target can see it: who has accepted it there may cut it
    open.add(connection);
    try {
      client.setOption(StandardSocketOptions.TCP_NODELAY, true);
      upstream.setOption(StandardSocketOptions.TCP_NODELAY, true);
      upstream.connect(target);
      connection.start();
    } catch (IOException unreachable) {
      connection.reset();
    }
  }

  static InetAddress loopbackLike(InetAddress other) throws IOException {
    return InetAddress.getByName(other instanceof Inet6Address ? "::1" : "127.0.0.1");
  }

  static void closeQuietly(AutoCloseable channel) {
    try {
      channel.close();
    } catch (Exception alreadyBroken) {
      assert alreadyBroken != null;
    }
  }
}
