package io.ethpeerflow.host.loop.netty;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import java.util.concurrent.Executor;

/**
 * An event loop that never ends before it has closed its channels. Netty's own looks whether it is
 * to stop, closes its channels if so, runs its tasks, and looks again whether it is to end: told to
 * stop between the two, it ends with its channels open, their descriptors and buffers lost.
 */
final class ClosingEventLoop extends SingleThreadIoEventLoop {
  ClosingEventLoop(IoEventLoopGroup parent, Executor executor, IoHandlerFactory handlers) {
    super(parent, executor, handlers);
  }

  @Override
  protected boolean confirmShutdown() {
    if (!isShuttingDown()) {
      return false;
    }
    ioHandler().prepareToDestroy();
    return super.confirmShutdown();
  }
}
