package io.ethpeerflow.testkit.net;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;

/** Takes what arrives at a {@link SimDatagramSocket}, on its loop. */
@FunctionalInterface
public interface SimDatagramHandler {
  /**
   * A datagram has arrived.
   *
   * @param data its payload, writable and shared with nobody. Consumes {@code data}
   * @param from who sent it
   */
  void onDatagram(SimDatagramSocket socket, ByteBuf data, InetSocketAddress from);
}
