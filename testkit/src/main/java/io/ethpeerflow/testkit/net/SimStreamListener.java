package io.ethpeerflow.testkit.net;

import io.ethpeerflow.testkit.time.VirtualLoop;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/** A listening TCP-like socket of a {@link SimNode}. */
public final class SimStreamListener implements AutoCloseable {
  private final SimNode node;
  private final InetSocketAddress local;
  private final StreamOptions options;
  private final Acceptor acceptor;
  private final Supplier<VirtualLoop> loops;
  private boolean closed;

  SimStreamListener(
      SimNode node,
      InetSocketAddress local,
      StreamOptions options,
      Supplier<VirtualLoop> loops,
      Acceptor acceptor) {
    this.node = node;
    this.local = local;
    this.options = options;
    this.loops = loops;
    this.acceptor = acceptor;
  }

  /** The bound address; the port is never 0, the address may be the wildcard. */
  public InetSocketAddress localAddress() {
    return local;
  }

  /** Frees the port; later connects are refused, accepted sockets live on. Idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      node.release(this);
    }
  }

  /** Whether {@link #close()} was called, or the node has crashed. */
  public boolean isClosed() {
    return closed;
  }

  void vanish() {
    closed = true;
  }

  StreamOptions options() {
    return options;
  }

  VirtualLoop nextLoop() {
    return loops.get();
  }

  SimStreamHandler accept(SimStreamSocket socket) {
    return acceptor.accept(socket);
  }

  /** Decides who handles an accepted socket; called on that socket's loop. */
  @FunctionalInterface
  public interface Acceptor {
    /** Returns the handler of a socket that has just been connected. */
    SimStreamHandler accept(SimStreamSocket socket);
  }
}
