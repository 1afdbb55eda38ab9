package io.ethpeerflow.host.loop.netty;

import io.ethpeerflow.core.spi.LoopOwned;
import io.netty.util.concurrent.FastThreadLocalThread;

/** The thread of an event loop: blocking on it would stop every connection that it serves. */
final class LoopThread extends FastThreadLocalThread implements LoopOwned {
  LoopThread(Runnable task, String name) {
    super(task, name);
    setDaemon(true);
  }
}
