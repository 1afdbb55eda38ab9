package io.ethpeerflow.testkit.net;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Takes the events of a {@link SimStreamSocket}, on its loop. */
public interface SimStreamHandler {
  /** The connection stands; on the accepting side this is the first call too. */
  default void onConnected(SimStreamSocket socket) {}

  /**
   * Bytes have arrived, in order, cut where the network cut them.
   *
   * @param data writable and shared with nobody. Consumes {@code data}
   */
  void onData(SimStreamSocket socket, ByteBuf data);

  /** The other side has finished sending, and everything it sent was handed over. */
  default void onEnd(SimStreamSocket socket) {}

  /** The socket was not writable and is again. */
  default void onWritable(SimStreamSocket socket) {}

  /**
   * The socket is finished; exactly once, and last.
   *
   * @param cause null when both sides ended in order, or when this side closed or reset; {@link
   *     java.net.ConnectException} when refused, {@link java.net.SocketTimeoutException} when
   *     nothing was heard in time, {@link java.net.NoRouteToHostException} when this node has no
   *     address of that family, {@link java.net.SocketException} when the other side reset
   */
  void onClosed(SimStreamSocket socket, @Nullable IOException cause);
}
