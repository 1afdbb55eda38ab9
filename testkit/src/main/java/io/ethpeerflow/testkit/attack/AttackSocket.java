package io.ethpeerflow.testkit.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket as an attacker wants it: every call blocks for a bounded time, writing included, and
 * nothing is read, written or closed unless asked for.
 *
 * <p>Threading: one thread at a time; a second one may write while the first reads.
 */
public final class AttackSocket implements Wire, AutoCloseable {
  private static final long FIRST_PAUSE_NANOS = 20_000;
  private static final long MAX_PAUSE_NANOS = 2_000_000;
  private static final int READ_BYTES = 64 << 10;

  private final SocketChannel channel;
  private final Duration limit;
  private @Nullable ByteBuffer arrived;

  private AttackSocket(SocketChannel channel, Duration limit) {
    this.channel = channel;
    this.limit = limit;
  }

  /**
   * Connects.
   *
   * @param limit for each later call that waits
   * @throws UncheckedIOException if the connection is refused
   */
  public static AttackSocket connect(InetSocketAddress target, Duration limit) {
    return connect(target, null, limit);
  }

  /**
   * Connects from one of this machine's addresses, so that ports do not run out.
   *
   * @param source null lets the system choose
   */
  public static AttackSocket connect(
      InetSocketAddress target, @Nullable InetAddress source, Duration limit) {
    try {
      SocketChannel channel = SocketChannel.open();
      try {
        if (source != null) {
          channel.bind(new InetSocketAddress(source, 0));
        }
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(target);
        channel.configureBlocking(false);
      } catch (IOException refused) {
        channel.close();
        throw refused;
      }
      return new AttackSocket(channel, limit);
    } catch (IOException refused) {
      throw new UncheckedIOException(target + ": " + refused.getMessage(), refused);
    }
  }

  /** How long each call waits. */
  public Duration limit() {
    return limit;
  }

  @Override
  public void write(byte[] bytes) {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    var wait = new Wait(limit);
    while (rest.hasRemaining()) {
      if (writeTo(rest) > 0) {
        wait = new Wait(limit);
      } else if (!wait.pause()) {
        throw new AssertionError(
            "the remote did not take " + rest.remaining() + " bytes within " + limit);
      }
    }
  }

  /** Writes what the system takes at once; gives how many bytes that was. */
  public int writeSome(byte[] bytes, int from) {
    return writeTo(ByteBuffer.wrap(bytes, from, bytes.length - from));
  }

  private int writeTo(ByteBuffer bytes) {
    try {
      return channel.write(bytes);
    } catch (IOException broken) {
      throw ended(broken, "while writing");
    }
  }

  @Override
  public byte[] read(int bytes) {
    byte[] result = new byte[bytes];
    int have = 0;
    var wait = new Wait(limit);
    while (have < bytes) {
      ByteBuffer ready = ready();
      if (ready.hasRemaining()) {
        int part = Math.min(ready.remaining(), bytes - have);
        ready.get(result, have, part);
        have += part;
      } else if (!wait.pause()) {
        throw new AssertionError(
            "the remote sent " + have + " of " + bytes + " bytes within " + limit);
      }
    }
    return result;
  }

  /** What has arrived and was not read yet; reads from the socket when that is nothing. */
  private ByteBuffer ready() {
    ByteBuffer buffer = arrived;
    if (buffer == null) {
      buffer = ByteBuffer.allocate(READ_BYTES).flip();
      arrived = buffer;
    }
    if (!buffer.hasRemaining()) {
      buffer.clear();
      try {
        int n = channel.read(buffer);
        buffer.flip();
        if (n < 0) {
          throw new RemoteEndedException(Ending.FIN, "while reading");
        }
      } catch (IOException broken) {
        buffer.flip();
        throw ended(broken, "while reading");
      }
    }
    return buffer;
  }

  /**
   * Reads and drops whatever comes until the remote ends the connection.
   *
   * @throws AssertionError if it does not within {@code patience}
   */
  public Ending awaitEnd(Duration patience) {
    var wait = new Wait(patience);
    try {
      while (true) {
        ByteBuffer ready = ready();
        if (ready.hasRemaining()) {
          ready.position(ready.limit());
          wait.shorten();
        } else if (!wait.pause()) {
          throw new AssertionError("the remote did not end the connection within " + patience);
        }
      }
    } catch (RemoteEndedException end) {
      return end.how();
    }
  }

  /** Whether the remote has ended the connection by now; drops what has arrived. */
  public boolean hasEnded() {
    try {
      ByteBuffer ready = ready();
      while (ready.hasRemaining()) {
        ready.position(ready.limit());
        ready = ready();
      }
      return false;
    } catch (RemoteEndedException end) {
      return true;
    }
  }

  private static RemoteEndedException ended(IOException broken, String when) {
    var end = new RemoteEndedException(Ending.RST, when);
    end.initCause(broken);
    return end;
  }

  /** Sends a FIN and goes on reading. */
  public void endWriting() {
    try {
      channel.shutdownOutput();
    } catch (IOException broken) {
      throw ended(broken, "before the end was sent");
    }
  }

  /** Ends the connection with a RST. */
  public void reset() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException alreadyBroken) {
      assert alreadyBroken != null;
    }
    close();
  }

  /** Closes the socket. Idempotent. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Pauses that grow, for a bounded time. */
  private static final class Wait {
    private final long startNanos = System.nanoTime();
    private final long limitNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    Wait(Duration limit) {
      this.limitNanos = limit.toNanos();
    }

    /** False when the time is over. */
    boolean pause() {
      if (System.nanoTime() - startNanos >= limitNanos || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(pauseNanos);
      pauseNanos = Math.min(pauseNanos * 2, MAX_PAUSE_NANOS);
      return true;
    }

    void shorten() {
      pauseNanos = FIRST_PAUSE_NANOS;
    }
  }
}
