package io.ethpeerflow.host.loop.netty;

import io.ethpeerflow.core.spi.Loop;
import io.ethpeerflow.core.spi.Loops;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops of a host: native epoll where its library is on the class path, NIO otherwise.
 * Any thread may call.
 */
public final class NettyLoops implements Loops, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NettyLoops.class);

  private final EventLoopGroup group;
  private final boolean epoll;
  private final List<NettyLoop> loops;
  private final IdentityHashMap<EventLoop, NettyLoop> byEventLoop;
  private final AtomicInteger turn = new AtomicInteger();

  private NettyLoops(EventLoopGroup group, boolean epoll) {
    this.group = group;
    this.epoll = epoll;
    this.byEventLoop = new IdentityHashMap<>();
    for (EventExecutor executor : group) {
      byEventLoop.put((EventLoop) executor, new NettyLoop((EventLoop) executor));
    }
    this.loops = List.copyOf(byEventLoop.values());
  }

  /**
   * Starts loops.
   *
   * @param threads at least 1
   * @param preferNative whether to use epoll when its library is there
   */
  public static NettyLoops start(int threads, boolean preferNative) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " < 1");
    }
    boolean epoll = preferNative && Epoll.isAvailable();
    IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    AtomicInteger number = new AtomicInteger();
    ThreadFactory threadFactory =
        task -> new LoopThread(task, "peerflow-loop-" + number.incrementAndGet());
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(threads, threadFactory, handlers) {
          @Override
          protected IoEventLoop newChild(
              Executor executor, IoHandlerFactory handlerFactory, Object... args) {
            return new ClosingEventLoop(this, executor, handlerFactory);
          }
        };
    LOG.debug("event loops started threads={} io={}", threads, epoll ? "epoll" : "nio");
    return new NettyLoops(group, epoll);
  }

  @Override
  public Loop next() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  /** Whether channels must be epoll channels, NIO ones otherwise. */
  public boolean isEpoll() {
    return epoll;
  }

  /** All event loops. */
  public EventLoopGroup group() {
    return group;
  }

  /** The loop around one of this group's event loops. */
  public NettyLoop of(EventLoop eventLoop) {
    NettyLoop loop = byEventLoop.get(eventLoop);
    if (loop == null) {
      throw new IllegalArgumentException("not an event loop of this group: " + eventLoop);
    }
    return loop;
  }

  @Override
  public <T> @Nullable T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    return type.isInstance(group) ? type.cast(group) : null;
  }

  /** Begins to stop the loops; tasks that were given are still run, and channels are closed. */
  public void stop() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
  }

  /** Stops the loops; waits for their tasks, 5 s at most, unless called on one of them. */
  @Override
  public void close() {
    stop();
    Future<?> stopped = group.terminationFuture();
    boolean onLoop = loops.stream().anyMatch(NettyLoop::inLoop);
    if (!onLoop && !stopped.awaitUninterruptibly(Duration.ofSeconds(5).toMillis())) {
      LOG.warn("event loops did not stop within 5 s");
    }
  }
}
