package io.ethpeerflow.testkit.net;

import io.ethpeerflow.testkit.time.VirtualLoop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;

/**
 * A UDP socket of a {@link SimNode}.
 *
 * <p>Threading: calls belong to the socket's loop and throw {@link IllegalStateException}
 * elsewhere.
 */
public final class SimDatagramSocket implements AutoCloseable {
  /** The largest payload of a UDP datagram over IPv4. */
  public static final int MAX_PAYLOAD_BYTES = 65_507;

  private final SimNode node;
  private final VirtualLoop loop;
  private final SimDatagramHandler handler;
  private InetSocketAddress local;
  private boolean closed;

  SimDatagramSocket(
      SimNode node, VirtualLoop loop, InetSocketAddress local, SimDatagramHandler handler) {
    this.node = node;
    this.loop = loop;
    this.local = local;
    this.handler = handler;
  }

  /** The bound address; the port is never 0, the address may be the wildcard. */
  public InetSocketAddress localAddress() {
    return local;
  }

  /** The loop that calls and callbacks belong to. */
  public VirtualLoop loop() {
    return loop;
  }

  /**
   * Sends a datagram; whether it arrives is up to the network. Consumes {@code data}, on failure
   * too.
   *
   * @throws IOException if the socket is closed, the payload exceeds {@link #MAX_PAYLOAD_BYTES}, or
   *     the node has no address of the destination's family
   */
  public void send(ByteBuf data, InetSocketAddress to) throws IOException {
    try {
      checkLoop();
      if (closed) {
        throw new IOException("socket " + Packet.text(local) + " is closed");
      }
      if (data.readableBytes() > MAX_PAYLOAD_BYTES) {
        throw new IOException(
            "datagram of " + data.readableBytes() + " bytes, at most " + MAX_PAYLOAD_BYTES);
      }
      if (to.isUnresolved()) {
        throw new IllegalArgumentException("unresolved: " + to);
      }
      InetAddress source = sourceFor(to);
      byte[] payload = new byte[data.readableBytes()];
      data.readBytes(payload);
      node.transmit(
          new Packet.Datagram(new InetSocketAddress(source, local.getPort()), to, payload));
    } finally {
      data.release();
    }
  }

  /**
   * Moves the socket to another local address, as a device that changes its network does; the other
   * side sees datagrams from a new source.
   *
   * @param to port 0 picks a free one
   * @throws BindException if the address is not the node's, or the port is taken
   */
  public void rebind(InetSocketAddress to) throws BindException {
    checkLoop();
    local = node.moveDatagram(this, to);
  }

  /** Frees the port. Datagrams that arrive later are dropped. Idempotent. */
  @Override
  public void close() {
    checkLoop();
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

  void deliver(Packet.Datagram datagram) {
    ByteBuf data = ByteBufAllocator.DEFAULT.buffer(Math.max(datagram.payload().length, 1));
    data.writeBytes(datagram.payload());
    loop.run(() -> handler.onDatagram(this, data, datagram.from()));
  }

  private InetAddress sourceFor(InetSocketAddress to) throws NoRouteToHostException {
    InetAddress bound = local.getAddress();
    if (!bound.isAnyLocalAddress()) {
      node.checkRoute(bound, to);
      return bound;
    }
    return node.sourceFor(to);
  }

  private void checkLoop() {
    if (!loop.inLoop()) {
      throw new IllegalStateException("call on " + loop);
    }
  }
}
