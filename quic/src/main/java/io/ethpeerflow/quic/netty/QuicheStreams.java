package io.ethpeerflow.quic.netty;

import io.netty.handler.codec.quic.QuicChannel;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Netty's QUIC channel knows or can do but has no public method for: whether the remote sent
 * STOP_SENDING while nothing was being written, and to forget a stream that was reset, which it
 * otherwise keeps as long as the connection (netty issue 17380 and its kin). Reached by method
 * handles. Where these are not to be had, which takes a module path without {@code --add-opens
 * io.netty.codec.classes.quic/io.netty.handler.codec.quic=io.ethpeerflow.quic}, a stop is noticed
 * at the next write, and streams that were reset are kept.
 */
final class QuicheStreams {
  private static final Logger LOG = LoggerFactory.getLogger(QuicheStreams.class);

  private static final @Nullable MethodHandle CAPACITY;
  private static final @Nullable MethodHandle FORGET;

  static {
    MethodHandle capacity = null;
    MethodHandle forget = null;
    try {
      Class<?> channel = Class.forName("io.netty.handler.codec.quic.QuicheQuicChannel");
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(channel, MethodHandles.lookup());
      capacity =
          lookup
              .findVirtual(channel, "streamCapacity", MethodType.methodType(long.class, long.class))
              .asType(MethodType.methodType(long.class, QuicChannel.class, long.class));
      forget =
          lookup
              .findVirtual(channel, "streamClosed", MethodType.methodType(void.class, long.class))
              .asType(MethodType.methodType(void.class, QuicChannel.class, long.class));
    } catch (ReflectiveOperationException notThere) {
      LOG.warn("quic: a remote's STOP_SENDING is noticed at the next write only: {}", notThere);
    }
    CAPACITY = capacity;
    FORGET = forget;
  }

  private QuicheStreams() {}

  /** Whether streams can be forgotten. */
  static boolean forgets() {
    return FORGET != null;
  }

  /**
   * Whether a stream whose write half is open takes nothing more: the remote sent STOP_SENDING, or
   * has done with the stream altogether. On the channel's loop.
   */
  static boolean isStopped(QuicChannel channel, long stream) {
    if (CAPACITY == null || !channel.isOpen()) {
      return false;
    }
    try {
      return (long) CAPACITY.invokeExact(channel, stream) < 0;
    } catch (Throwable unexpected) {
      throw rethrown(unexpected);
    }
  }

  /** Lets a channel forget a stream of which both halves have ended. On the channel's loop. */
  static void forget(QuicChannel channel, long stream) {
    if (FORGET == null || !channel.isOpen()) {
      return;
    }
    try {
      FORGET.invokeExact(channel, stream);
    } catch (Throwable unexpected) {
      throw rethrown(unexpected);
    }
  }

  private static RuntimeException rethrown(Throwable unexpected) {
    if (unexpected instanceof Error error) {
      throw error;
    }
    return unexpected instanceof RuntimeException plain
        ? plain
        : new IllegalStateException(unexpected);
  }
}
